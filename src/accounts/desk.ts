import type { Accounts } from '../core/accounts.ts'
import type { Clock, TimeMs } from '../core/clock.ts'
import { CoreError } from '../core/errors.ts'
import { type AccountId, asAccountId } from '../core/ids.ts'
import type { AccountCommands } from '../core/ports/commands/accounts.ts'
import type { DialectSettings } from '../settings/dialect.ts'
import { ConfigError } from '../settings/error.ts'
import type { Keeper } from './kept-fields.ts'
import type { LiveAccounts } from './live.ts'
import type { Declarations } from './made-accounts.ts'

/** What those who change accounts work with. */
export interface Desk extends Keeper {
  readonly metadata: AccountCommands
  readonly clock: Clock
  readonly dialects: readonly DialectSettings[]
  readonly declarations: Declarations
  /** The accounts of the configuration. */
  readonly configured: Accounts
  readonly live: LiveAccounts
}

/** Makes a change and has this node see it. */
export async function changing<T>(desk: Desk, change: () => Promise<T>): Promise<T> {
  const changed = await change()
  await desk.live.refresh()
  return changed
}

/** An account that can be changed here. Errors: `invalid-argument` for one of the configuration. */
export function changeable({ configured }: Desk, account: string): AccountId {
  if (configured.byId(account) === null) return asAccountId(account)
  throw new CoreError(
    'invalid-argument',
    `the account ${account} stands in the configuration: it is changed there`,
    {
      field: 'account',
    },
  )
}

/** Errors: ConfigError. */
export function kindNamed({ declarations }: Desk, name: string): Declarations['credentials'][number] {
  const kinds = declarations.credentials
  const kind = kinds.find((each) => each.name === name)
  if (kind !== undefined) return kind
  throw new ConfigError(`kind: is "${name}"; accepted: ${kinds.map((each) => `"${each.name}"`).join(' or ')}`)
}

/** The account with all that is kept of it. Errors: `account-not-found`. */
export async function findRecords({ metadata }: Desk, id: AccountId) {
  const { accounts, keys, credentials } = await metadata.readAccounts({})
  const account = accounts.find((each) => each.id === id)
  if (account === undefined) throw new CoreError('account-not-found', `there is no account ${id}`)
  const isOwn = (each: { readonly account: AccountId }) => each.account === id
  return { account, keys: keys.filter(isOwn), credentials: credentials.filter(isOwn) }
}

/** The new `disabledAt`. What is disabled already keeps its time. */
export const disabledSince = (
  { disabledAt }: { readonly disabledAt: TimeMs | null },
  isDisabled: boolean,
  clock: Clock,
): TimeMs | null => (isDisabled ? (disabledAt ?? clock.now()) : null)
