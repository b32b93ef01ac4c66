import type { AccountView, Desks } from '../../accounts/index.ts'
import { CoreError } from '../../core/errors.ts'
import { type AccountId, asAccountId } from '../../core/ids.ts'
import type { Context } from '../call.ts'

/** Errors: `account-not-found`. */
export async function findAccount({ accounts }: Desks, id: string): Promise<AccountView> {
  const found = (await accounts.list()).find((each) => each.id === id)
  if (found !== undefined) return found
  throw new CoreError('account-not-found', `there is no account ${id}`)
}

/** The account that a path names, also a disabled one. Errors: `account-not-found`. */
export async function accountIn(
  { accounts, desks }: Context,
  { account = '' }: Readonly<Record<string, string>>,
): Promise<AccountId> {
  if (accounts.byId(account) === null) await findAccount(desks, account)
  return asAccountId(account)
}
