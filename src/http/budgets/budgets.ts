import type { HttpLimits } from '../limits.ts'
import { TrustedProxies } from './addresses.ts'
import type { Ticks } from './meter.ts'
import { Usages } from './usage.ts'

/** What clients use of the server, by address and by account. */
export interface Budgets {
  readonly addresses: Usages
  readonly accounts: Usages
  readonly trusted: TrustedProxies
  readonly now: Ticks
}

/** `trustedProxies`: addresses and networks. */
export const createBudgets = (
  limits: Pick<HttpLimits, 'address' | 'account'>,
  trustedProxies: readonly string[],
  now: Ticks,
): Budgets => ({
  addresses: new Usages('address', limits.address),
  accounts: new Usages('account', limits.account),
  trusted: new TrustedProxies(trustedProxies),
  now,
})
