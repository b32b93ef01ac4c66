/**
 * Commands are written once for both SQL stores. A script yields statements and is given their answers; the store that runs
 * it decides whether that happens at once (SQLite) or by waiting (PostgreSQL). SQL is what both understand, with `?` for a
 * value, `IN (??)` for one of a list of values, and texts for JSON. A script has no other question marks.
 */
export type Script<Result> = Generator<Statement, Result, unknown>

export type ScriptScalar = string | number | Uint8Array | null
export type ScriptValue = ScriptScalar | readonly (string | number | Uint8Array)[]

/** SQL with the values of its question marks. */
export interface Sql {
  readonly sql: string
  readonly values: readonly ScriptValue[]
}

/** What a store is asked. `wants` says what the answer has to be. */
export type Statement =
  | (Sql & { readonly wants: 'row' | 'rows' | 'changes' })
  | { readonly wants: 'counts'; readonly statements: readonly Sql[] }
  | {
      readonly wants: 'lock'
      readonly what: 'volume' | 'quota'
      readonly id: number
      readonly mode: LockMode
    }
  | { readonly wants: 'side-by-side' }
  | { readonly wants: 'room'; readonly bucket: number; readonly objectsMax: number }
  | { readonly wants: 'kept'; readonly bytes: Uint8Array }
  | { readonly wants: 'bytes'; readonly kept: unknown }

/**
 * Rows stay locked until the end of the command. SQLite, which has one writer at a time, leaves all that begins so out of the
 * statement.
 */
export const LOCK = ' FOR UPDATE'

/** As `LOCK`, passing over rows that others have locked. */
export const LOCK_FREE = ' FOR UPDATE SKIP LOCKED'

/** A locking clause of any kind, wherever it stands. */
export const LOCKS = / FOR UPDATE(?: OF \w+)?(?: SKIP LOCKED)?/g

/** Begins the transaction anew: others changed the same rows in the meantime. Only where transactions run side by side. */
export class Contention extends Error {
  override readonly name = 'Contention'
}

/** Longest list that one statement takes. */
const LIST_MAX = 500

/** A list that may be of any length, in lists of which each fits into a statement. */
export const inLists = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
  items.length === 1
    ? [items]
    : Array.from({ length: Math.ceil(items.length / LIST_MAX) }, (_, at) =>
        items.slice(at * LIST_MAX, (at + 1) * LIST_MAX),
      )

/** All rows. `Row` is the caller's word: the schema holds it. */
export function* all<Row>(sql: string, ...values: ScriptValue[]): Script<readonly Row[]> {
  return (yield { wants: 'rows', sql, values }) as readonly Row[]
}

/** The first row. */
export function* one<Row>(sql: string, ...values: ScriptValue[]): Script<Row | undefined> {
  return (yield { wants: 'row', sql, values }) as Row | undefined
}

/** How many rows changed. */
export function* run(sql: string, ...values: ScriptValue[]): Script<number> {
  return (yield { wants: 'changes', sql, values }) as number
}

export const sql = (text: string, ...values: ScriptValue[]): Sql => ({ sql: text, values })

/**
 * Several changes of which none needs to see another's, and no two change the same row: PostgreSQL makes them in one round
 * trip. How many rows each changed.
 */
export function* together(...statements: readonly Sql[]): Script<readonly number[]> {
  return (yield { wants: 'counts', statements }) as readonly number[]
}

/**
 * `exclusive` keeps all others who lock the volume away, `shared` the exclusive ones. Whatever attaches or detaches
 * directories, or takes the volume away, locks it exclusively; all else that writes locks it shared, so that the way from
 * an entry up to the root stays as it was read. Of several volumes that with the lower number comes first.
 */
export type LockMode = 'shared' | 'exclusive'

/** Statements after it see all that those did who had the lock before. SQLite needs no such lock. */
export function* lock(volume: number, mode: LockMode): Script<void> {
  yield { wants: 'lock', what: 'volume', id: volume, mode }
}

/** As `lock`, of a quota; taken after volumes. */
export function* lockQuota(quota: number, mode: LockMode): Script<void> {
  yield { wants: 'lock', what: 'quota', id: quota, mode }
}

/** Most commands, of all nodes together, that can be underway at a time. */
export function* sideBySide(): Script<number> {
  return (yield { wants: 'side-by-side' }) as number
}

/**
 * Sees to it that one more object stays within a bucket's `objectsMax` until the end of the command. True: there is room
 * whatever others do at the same time. False: this one goes on alone, and has to count. Held after uploads, before objects.
 */
export function* keepRoom(bucket: number, objectsMax: number): Script<boolean> {
  return (yield { wants: 'room', bucket, objectsMax }) as boolean
}

/** What the column `inline` of a part says of these bytes: the bytes themselves, or where the store has put them. */
export function* keptBytes(bytes: Uint8Array): Script<ScriptScalar> {
  return (yield { wants: 'kept', bytes }) as ScriptScalar
}

/** The bytes that a column `inline` tells of. */
export function* bytesKept(kept: unknown): Script<Uint8Array> {
  return (yield { wants: 'bytes', kept }) as Uint8Array
}
