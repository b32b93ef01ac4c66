import { putLatest } from '../../core/latest.ts'
import { amountOf, SELECT_AMOUNTS } from '../commands/account-room.ts'
import type { Amounts, RoomBound } from '../commands/script.ts'
import type { Db } from './db.ts'

/** Accounts whose room is known at a time. */
const ACCOUNTS_MAX = 10_000

/** With less room than this every command is counted: rows, and bytes. */
const AMPLE = { rows: 1_000, bytes: 1024 ** 3 }

interface Known {
  readonly max: number
  /** What may be added without looking again. */
  left: number
}

/**
 * Knows of accounts far from their limits how much they may take before anybody has to look at the sums again: half of what is
 * left, so that other processes may add as well. What goes away meanwhile is not seen until then.
 */
export class AccountRooms {
  readonly #accounts = new Map<string, Map<string, Known>>()

  /** Whether there is room for sure. False: the command has to count. */
  keep(db: Db, account: string, bounds: readonly RoomBound[]): boolean {
    const known = this.#accounts.get(account) ?? this.#added(account)
    if (take(known, bounds)) return true
    const amounts = db.one<Amounts>(SELECT_AMOUNTS, account, account)
    if (amounts === undefined) return false
    for (const { name, of, max } of bounds) {
      const amount = amountOf(amounts, of)
      const ample = of.some((column) => column.endsWith('bytes')) ? AMPLE.bytes : AMPLE.rows
      if (max - amount < ample) known.delete(name)
      else known.set(name, { max, left: Math.floor((max - amount) / 2) })
    }
    if (take(known, bounds)) return true
    // What the command adds now is not known here.
    for (const { name } of bounds) known.delete(name)
    return false
  }

  #added(account: string): Map<string, Known> {
    const known = new Map<string, Known>()
    putLatest(this.#accounts, account, known, ACCOUNTS_MAX)
    return known
  }
}

/** All or nothing. */
function take(known: ReadonlyMap<string, Known>, bounds: readonly RoomBound[]): boolean {
  const fits = ({ name, adds, max }: RoomBound): boolean => {
    const one = known.get(name)
    return one !== undefined && one.max === max && adds <= one.left
  }
  if (!bounds.every(fits)) return false
  for (const { name, adds } of bounds) {
    const one = known.get(name)
    if (one !== undefined) one.left -= adds
  }
  return true
}
