/**
 * A command, written once for both stores. A script yields statements and is given their answers. SQLite answers at once,
 * PostgreSQL after a wait. The SQL is what both understand. `?` stands for a value, `IN (??)` for one of a list of values. There
 * are no other question marks. JSON is kept as text.
 */
export type Script<Result> = Generator<Statement, Result, unknown>

export type ScriptScalar = string | number | Uint8Array | null
export type ScriptValue = ScriptScalar | readonly (string | number | Uint8Array)[]

/** SQL with the values of its question marks. */
export interface Sql {
  readonly sql: string
  readonly values: readonly ScriptValue[]
  /**
   * How many rows it nearly always changes, null where nobody asks: PostgreSQL goes on without waiting for the answer, and begins the command anew where it was
   * another.
   */
  readonly usually?: number | null
}

/**
 * What a row nearly always is; PostgreSQL goes on without waiting for the answer, and begins the command anew where it was another. `none`: there is none.
 * `same`: what it was the last time. `hint`: as `same`, for a row that the command asks for again before its end.
 */
export type RowGuess = 'none' | 'same' | 'hint'

/** By what name a row is remembered that is read in several ways, the same columns each time. */
export interface Memo {
  /** Where the reader knows it already. */
  readonly key?: string
  /** Null: it is not remembered. */
  keyOf(row: unknown): string | null
}

/** What a store is asked. `wants` says what the answer has to be. */
export type Statement =
  | (Sql & { readonly wants: 'rows' | 'changes' })
  | (Sql & { readonly wants: 'row'; readonly guess?: RowGuess; readonly memo?: Memo })
  | { readonly wants: 'counts'; readonly statements: readonly Sql[] }
  | { readonly wants: 'abreast'; readonly scripts: readonly Script<unknown>[] }
  | {
      readonly wants: 'lock'
      readonly what: 'volume' | 'quota' | 'index'
      readonly id: number
      readonly mode: LockMode
    }
  | { readonly wants: 'side-by-side' }
  | { readonly wants: 'time' }
  | { readonly wants: 'room'; readonly bucket: number; readonly objectsMax: number }
  | { readonly wants: 'account-room'; readonly account: string; readonly bounds: readonly RoomBound[] }
  | { readonly wants: 'kept'; readonly bytes: Uint8Array }
  | { readonly wants: 'bytes'; readonly kept: unknown }

/**
 * Locks rows until the end of the command. SQLite has one writer at a time, so it leaves all locking clauses out of the
 * statement.
 */
export const LOCK = ' FOR UPDATE'

/** As `LOCK`. Passes over rows that others have locked. */
export const LOCK_FREE = ' FOR UPDATE SKIP LOCKED'

/** A locking clause of any kind, wherever it stands. */
export const LOCKS = / FOR (?:UPDATE|KEY SHARE)(?: OF \w+)?(?: SKIP LOCKED)?/g

/** Thrown to begin the transaction anew, because others changed the same rows meanwhile. */
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

/** As `one`, with a guess at what it is. */
export function* guessed<Row>(
  guess: RowGuess,
  sql: string,
  ...values: ScriptValue[]
): Script<Row | undefined> {
  return (yield { wants: 'row', sql, values, guess }) as Row | undefined
}

/** As `one`, for a row that somebody may guess at before long. */
export function* remembered<Row>(
  memo: { keyOf(row: Row): string | null },
  sql: string,
  ...values: ScriptValue[]
): Script<Row | undefined> {
  return (yield { wants: 'row', sql, values, memo: memo as Memo }) as Row | undefined
}

/** As `one`, for a row that was `remembered` by this name. */
export function* recalled<Row>(key: string, sql: string, ...values: ScriptValue[]): Script<Row | undefined> {
  return (yield { wants: 'row', sql, values, guess: 'same', memo: { key, keyOf: () => null } }) as
    | Row
    | undefined
}

/** As `run`, for what nearly always changes so many rows. */
export function* usually(changes: number, sql: string, ...values: ScriptValue[]): Script<number> {
  return (yield { wants: 'changes', sql, values, usually: changes }) as number
}

/** Makes several changes, of which nobody asks how many rows they changed. */
export function* later(...statements: readonly Sql[]): Script<void> {
  if (statements.length === 0) return
  yield { wants: 'counts', statements: statements.map((one) => ({ ...one, usually: null })) }
}

/**
 * Runs scripts side by side: PostgreSQL is asked in one round trip what they ask at a time, in their order. None may depend on
 * what another one does, and none runs others side by side.
 */
export function* abreast<Results extends readonly unknown[]>(
  ...scripts: { readonly [At in keyof Results]: Script<Results[At]> }
): Script<Results> {
  return (yield { wants: 'abreast', scripts }) as Results
}

/** A script that asks nothing. */
export function* nothing(): Script<null> {
  yield* []
  return null
}

export const sql = (text: string, ...values: ScriptValue[]): Sql => ({ sql: text, values })

/** What nearly always changes one row. */
export const changingOne = (text: string, ...values: ScriptValue[]): Sql => ({
  sql: text,
  values,
  usually: 1,
})

/** What nobody asks of how many rows it changes. */
export const uncounted = (one: Sql): Sql => ({ ...one, usually: null })

/**
 * Makes several changes; PostgreSQL in one round trip. None may need to see another, and no two may change the same row. Returns
 * how many rows each changed.
 */
export function* together(...statements: readonly Sql[]): Script<readonly number[]> {
  return (yield { wants: 'counts', statements }) as readonly number[]
}

/**
 * `exclusive` keeps away all others who lock the volume, `shared` only the exclusive ones. A command that attaches or detaches
 * directories, or removes the volume, locks it exclusively. Every other command that writes locks it shared. So the way from an
 * entry up to the root stays as it was read. Of several volumes the one with the lower number is locked first.
 */
export type LockMode = 'shared' | 'exclusive'

/** Locks a volume. Later statements see all that earlier holders of the lock did. SQLite needs no such lock. */
export function* lock(volume: number, mode: LockMode): Script<void> {
  yield { wants: 'lock', what: 'volume', id: volume, mode }
}

/** As `lock`, for a quota. Quotas are locked after volumes. */
export function* lockQuota(quota: number, mode: LockMode): Script<void> {
  yield { wants: 'lock', what: 'quota', id: quota, mode }
}

/** As `lock`, for the one index of all trees, exclusively. */
export function* lockIndex(): Script<void> {
  yield { wants: 'lock', what: 'index', id: 0, mode: 'exclusive' }
}

/** How many commands of all nodes together can be underway at a time. */
export function* sideBySide(): Script<number> {
  return (yield { wants: 'side-by-side' }) as number
}

/** The database's own time. Null where it has none but its user's. */
export function* time(): Script<number | null> {
  return (yield { wants: 'time' }) as number | null
}

/**
 * Keeps room for one more object within a bucket's `objectsMax` until the end of the command. True: there is room whatever
 * others do meanwhile. False: this command goes on alone, and has to count. Called after uploads are locked, before objects are.
 */
export function* keepRoom(bucket: number, objectsMax: number): Script<boolean> {
  return (yield { wants: 'room', bucket, objectsMax }) as boolean
}

/** What an account uses up. */
export interface Amounts {
  readonly uploads: number
  readonly pending_bytes: number
  readonly stored_bytes: number
  readonly objects: number
  readonly entries: number
  readonly volumes: number
}

/** A limit that a command comes under: the sum of these amounts, how much the command adds, and the most that there may be. */
export interface RoomBound {
  readonly name: string
  readonly of: readonly (keyof Amounts)[]
  readonly adds: number
  readonly max: number
}

/** As `keepRoom`, for what a command adds to what its account uses up. Called after volumes are locked, before rows are counted. */
export function* keepAccountRoom(account: string, bounds: readonly RoomBound[]): Script<boolean> {
  return (yield { wants: 'account-room', account, bounds }) as boolean
}

/** The value of the column `inline` for these bytes: the bytes, or where the store has put them. */
export function* keptBytes(bytes: Uint8Array): Script<ScriptScalar> {
  return (yield { wants: 'kept', bytes }) as ScriptScalar
}

/** The bytes that a column `inline` tells of. Throws where they are not there. */
export function* bytesKept(kept: unknown): Script<Uint8Array> {
  const bytes = yield* bytesIfKept(kept)
  if (bytes === null) throw new Error('inline bytes are missing')
  return bytes
}

/** As `bytesKept`. Null where they are not there. */
export function* bytesIfKept(kept: unknown): Script<Uint8Array | null> {
  return (yield { wants: 'bytes', kept }) as Uint8Array | null
}
