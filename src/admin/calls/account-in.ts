import { type AccountId, asAccountId } from '../../core/ids.ts'
import type { Context } from '../call.ts'

/** The account that a path names, also a disabled one. Errors: `account-not-found`. */
export async function accountIn(
  { accounts, desks }: Context,
  { account = '' }: Readonly<Record<string, string>>,
): Promise<AccountId> {
  if (accounts.byId(account) === null) await desks.accounts.show(account)
  return asAccountId(account)
}
