import type { TimeMs } from '../../core/clock.ts'
import type { BlobId } from '../../core/ids.ts'

/**
 * Commands written once for both SQL stores. A script yields statements and is given their answers; who runs it decides
 * whether that happens at once (SQLite) or by waiting (PostgreSQL). SQL is what both understand, with `?` for values and
 * texts for JSON. A lock at a statement's end keeps other transactions from its rows where transactions run side by side.
 */
export type Script<Result> = Generator<Statement, Result, StatementAnswer>

export type ScriptValue = string | number | Buffer | null

export type Statement = SqlStatement | HoldStatement | ReleaseStatement | SideBySideStatement

export interface SqlStatement {
  readonly sql: string
  readonly values: readonly ScriptValue[]
  /** What the script wants to know: the rows, or how many changed. */
  readonly wants: 'rows' | 'changes'
}

/** Takes a lock until the end of the command. */
interface HoldStatement {
  readonly wants: 'hold'
  readonly what: 'volume' | 'quota'
  readonly id: number
  readonly mode: HoldMode
}

/** Gives up one reference to a blob, by each store's own way of keeping bytes. */
interface ReleaseStatement {
  readonly wants: 'release'
  readonly blob: BlobId
  readonly now: TimeMs
}

/** Asks how many commands can be underway at a time. */
interface SideBySideStatement {
  readonly wants: 'side-by-side'
}

export type StatementAnswer = readonly unknown[] | number

/** Rows stay locked until the end of the command. SQLite, which has one writer at a time, needs none. */
export const LOCK = ' FOR UPDATE'

/** As `LOCK`, passing over rows that others have locked. */
export const LOCK_FREE = ' FOR UPDATE SKIP LOCKED'

/** All rows. `Row` is the caller's word: the schema holds it. */
export function* all<Row>(sql: string, ...values: ScriptValue[]): Script<readonly Row[]> {
  return (yield { sql, values, wants: 'rows' }) as readonly Row[]
}

/** The first row. */
export function* one<Row>(sql: string, ...values: ScriptValue[]): Script<Row | undefined> {
  return (yield* all<Row>(sql, ...values))[0]
}

/** How many rows changed. */
export function* run(sql: string, ...values: ScriptValue[]): Script<number> {
  return (yield { sql, values, wants: 'changes' }) as number
}

/**
 * `exclusive` keeps all other holders of the volume away, `shared` the exclusive ones. Whatever attaches or detaches
 * directories, or takes the volume away, holds it exclusively; all else that writes holds it shared, so that the way from
 * an entry up to the root stays as it was read. Of several volumes that with the lower number comes first.
 */
export type HoldMode = 'shared' | 'exclusive'

/** Statements after it see all that earlier holders did. SQLite needs no such lock. */
export function* hold(volume: number, mode: HoldMode): Script<void> {
  yield { wants: 'hold', what: 'volume', id: volume, mode }
}

/** As `hold`, of a quota; taken after volumes. */
export function* holdQuota(quota: number, mode: HoldMode): Script<void> {
  yield { wants: 'hold', what: 'quota', id: quota, mode }
}

/** Most commands, of all nodes together, that can be underway at a time. */
export function* sideBySide(): Script<number> {
  return (yield { wants: 'side-by-side' }) as number
}

/** Gives up one reference to a blob; with the last one its bytes become garbage. */
export function* releaseBlob(blob: BlobId, now: TimeMs): Script<void> {
  const parts = (yield { wants: 'release', blob, now }) as number
  if (parts > 0) yield* run('DELETE FROM fingerprints WHERE blob = ?', Buffer.from(blob, 'hex'))
}
