import type { Ticks } from '../../core/clock.ts'
import type { HttpLimits } from '../limits.ts'
import { TrustedProxies } from './addresses.ts'
import { Meter } from './meter.ts'
import { Usages } from './usage.ts'

/** What clients use of the server, by address and by account. */
export interface Budgets {
  readonly addresses: Usages
  readonly accounts: Usages
  readonly trusted: TrustedProxies
  readonly now: Ticks
  /** Counts a refusal of a call whose sender is not known. Returns for how many milliseconds it is to be held back. */
  refuse(): number
  /** Counts bytes of bodies that nobody wants. Returns for how many milliseconds no more of that body is to be read. */
  discard(size: number): number
}

/** Seconds of refusals that may come at once. */
const REFUSALS_BURST_S = 2
const REFUSAL_WAIT_MS_MAX = 2000
/** Seconds of bytes that nobody wants that may come at once: what is read in between delays everybody. */
const DISCARDS_BURST_S = 0.1
const DISCARD_WAIT_MS_MAX = 1000

/** `trustedProxies`: addresses and networks. */
export function createBudgets(
  limits: Pick<HttpLimits, 'address' | 'account' | 'refusalsPerSecond' | 'discardsPerSecond'>,
  trustedProxies: readonly string[],
  now: Ticks,
): Budgets {
  const refusals = new Meter(limits.refusalsPerSecond, REFUSALS_BURST_S, now())
  const discards = new Meter(limits.discardsPerSecond, DISCARDS_BURST_S, now())
  return {
    addresses: new Usages('address', limits.address),
    accounts: new Usages('account', limits.account),
    trusted: new TrustedProxies(trustedProxies),
    now,
    refuse: () => {
      refusals.take(1, now())
      return Math.min(refusals.waitMs(now()), REFUSAL_WAIT_MS_MAX)
    },
    discard: (size) => {
      discards.take(size, now())
      return Math.min(discards.waitMs(now()), DISCARD_WAIT_MS_MAX)
    },
  }
}
