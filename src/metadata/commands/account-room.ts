import { CoreError } from '../../core/errors.ts'
import type { AccountId } from '../../core/ids.ts'
import type { AccountLimits } from '../../core/model/limits.ts'
import { type Amounts, keepAccountRoom, one, type RoomBound, type Script } from './script.ts'

/** What a command adds to what its account uses up. */
export interface Wanted {
  readonly uploads?: number
  readonly pendingBytes?: number
  /** Bytes that are stored with the command, without an upload. */
  readonly storedBytes?: number
  readonly objects?: number
  readonly entries?: number
  readonly volumes?: number
}

/**
 * Sees to it that what a command adds stays within its account's limits until the end of the command. Called before rows are
 * counted. Errors: `quota-exceeded`; `detail.limit` names the limit as the configuration does.
 */
export function* requireWithin(
  account: AccountId,
  limits: AccountLimits | undefined,
  wanted: Wanted,
): Script<void> {
  const bounds = limits === undefined ? [] : boundsOf(limits, wanted)
  if (bounds.length === 0 || (yield* keepAccountRoom(account, bounds))) return
  const amounts = yield* amountsOf(account)
  for (const { name, of, adds, max } of bounds) {
    if (amountOf(amounts, of) + adds <= max) continue
    throw new CoreError('quota-exceeded', `the account has reached its limit ${name}`, { limit: name, max })
  }
}

/** Limits without a maximum, and those that the command does not come nearer to, are left out. */
function boundsOf(limits: AccountLimits, wanted: Wanted): readonly RoomBound[] {
  const { uploads = 0, pendingBytes = 0, storedBytes = 0, objects = 0, entries = 0, volumes = 0 } = wanted
  const bounds: readonly RoomBound[] = [
    { name: 'open_uploads', of: ['uploads'], adds: uploads, max: limits.openUploads },
    { name: 'pending_bytes', of: ['pending_bytes'], adds: pendingBytes, max: limits.pendingBytes },
    {
      ...{ name: 'stored_bytes', of: ['stored_bytes', 'pending_bytes'] },
      ...{ adds: pendingBytes + storedBytes, max: limits.storedBytes },
    },
    { name: 'objects', of: ['objects'], adds: objects, max: limits.objects },
    { name: 'entries', of: ['entries'], adds: entries, max: limits.entries },
    { name: 'spaces', of: ['volumes'], adds: volumes, max: limits.volumes },
  ]
  return bounds.filter(({ adds, max }) => adds > 0 && max > 0)
}

/** How much of what a limit is about there is. */
export const amountOf = (amounts: Amounts, columns: RoomBound['of']): number =>
  columns.reduce((sum, column) => sum + amounts[column], 0)

/** What the rows of an account come to: one row with the columns of `Amounts`. Its values are the account, twice. */
export const SELECT_AMOUNTS = `SELECT uploads, pending_bytes, stored_bytes, objects, entries, volumes FROM
  (SELECT CAST(coalesce(sum(uploads), 0) AS bigint) AS uploads, CAST(coalesce(sum(bytes), 0) AS bigint) AS pending_bytes
   FROM account_uploads WHERE account = ?) AS counted,
  (SELECT CAST(coalesce(sum(objects), 0) AS bigint) AS objects, CAST(coalesce(sum(entries), 0) AS bigint) AS entries,
     CAST(coalesce(sum(volumes), 0) AS bigint) AS volumes, CAST(coalesce(sum(bytes), 0) AS bigint) AS stored_bytes
   FROM account_stored WHERE account = ?) AS held`

function* amountsOf(account: AccountId): Script<Amounts> {
  const row = yield* one<Amounts>(SELECT_AMOUNTS, account, account)
  if (row === undefined) throw new Error('sums without a group are a row')
  return row
}
