import type { QueryResultRow } from 'pg'
import { SELECT_AMOUNTS } from '../commands/account-room.ts'
import {
  type Amounts,
  Contention,
  type LockMode,
  type RoomBound,
  type Script,
  type Sql,
  type Statement,
} from '../commands/script.ts'
import type { Db } from './db.ts'

/** Runs a script to its end on the caller's connection. A statement that fails ends it. */
export async function runScript<Result>(db: Db, script: Script<Result>): Promise<Result> {
  let step = script.next()
  while (step.done !== true) step = script.next(await answer(db, step.value))
  return step.value
}

async function answer(db: Db, statement: Statement): Promise<unknown> {
  switch (statement.wants) {
    case 'row':
      return db.one<QueryResultRow>(numbered(statement.sql), ...statement.values)
    case 'rows':
      return db.all<QueryResultRow>(numbered(statement.sql), ...statement.values)
    case 'changes':
      return db.run(numbered(statement.sql), ...statement.values)
    case 'counts':
      return counts(db, statement.statements)
    case 'lock':
      return lock(db, statement)
    case 'side-by-side':
      return connectionsMax(db)
    case 'time':
      return timeOf(db)
    case 'room':
      return keepRoom(db, statement.bucket, statement.objectsMax)
    case 'account-room':
      return keepAccountRoom(db, statement.account, statement.bounds)
    case 'kept':
      return statement.bytes
    case 'bytes':
      return plainBytes(statement.kept)
  }
}

/** All in one statement, so that there is one round trip. They see the rows as they were before any of them. */
async function counts(db: Db, statements: readonly Sql[]): Promise<readonly number[]> {
  const [first, second] = statements
  if (first === undefined) return []
  if (second === undefined) return [await db.run(numbered(first.sql), ...first.values)]
  const changes = statements.map(({ sql }, at) => `c${at} AS (${sql} RETURNING 1)`)
  const counted = statements.map((_, at) => `(SELECT count(*) FROM c${at}) AS c${at}`)
  const text = `WITH ${changes.join(', ')} SELECT ${counted.join(', ')}`
  const row = await db.one<Record<string, number>>(
    numbered(text),
    ...statements.flatMap(({ values }) => values),
  )
  return statements.map((_, at) => row?.[`c${at}`] ?? 0)
}

type Lock = Extract<Statement, { readonly wants: 'lock' }>

const lock = (db: Db, { what, id, mode }: Lock): Promise<unknown> =>
  db.all<QueryResultRow>(LOCK_SQL[mode], LOCK_CLASSES[what], id % LOCK_OBJECTS)

/** Mark this store's locks among all advisory locks of the database: "stow", "tree", "quot", "indx" and "acct" in bytes. */
const LOCK_CLASSES = {
  ...{ bucket: 0x73746f77, volume: 0x74726565, quota: 0x71756f74, index: 0x696e6478, account: 0x61636374 },
} as const
const LOCK_OBJECTS = 2 ** 31 - 1

/** The locks end with the transaction. Those who wait get them in the order in which they came. */
const LOCK_SQL: Readonly<Record<LockMode, string>> = {
  shared: 'SELECT pg_advisory_xact_lock_shared($1, $2)',
  exclusive: 'SELECT pg_advisory_xact_lock($1, $2)',
}

async function connectionsMax(db: Db): Promise<number> {
  const row = await db.one<{ max: number }>("SELECT current_setting('max_connections')::integer AS max")
  return row?.max ?? Number.MAX_SAFE_INTEGER
}

/** In milliseconds since the Unix epoch. */
async function timeOf(db: Db): Promise<number> {
  const row = await db.one<{ now: number }>(
    'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now',
  )
  if (row === undefined) throw new Error('the database does not tell the time')
  return row.now
}

/**
 * While the room is greater than the number of connections that the server takes, all go on side by side. After that they go on
 * one at a time.
 */
async function keepRoom(db: Db, bucket: number, objectsMax: number): Promise<boolean> {
  const lock = [LOCK_CLASSES.bucket, bucket % LOCK_OBJECTS]
  const counted = await db.one<{ is_ample: boolean }>(HOLD_ROOM, bucket, objectsMax, ...lock)
  if (counted?.is_ample !== true) return false
  // While this waited for the lock the bucket may have been filled.
  const again = await db.one<{ is_ample: boolean }>(AMPLE_ROOM, bucket, objectsMax)
  if (again?.is_ample !== true) throw new Contention('the bucket was filled meanwhile')
  return true
}

const AMPLE_ROOM = `SELECT coalesce(sum(objects), 0) + current_setting('max_connections')::bigint <= $2 AS is_ample
  FROM bucket_counts WHERE bucket = $1 OFFSET 0`

/** Those who have the shared lock keep out whoever comes near the end of the room. */
const HOLD_ROOM = `SELECT is_ample,
    CASE WHEN is_ample THEN pg_advisory_xact_lock_shared($3, $4) ELSE pg_advisory_xact_lock($3, $4) END
  FROM (${AMPLE_ROOM}) AS counted`

const SMALL_BYTES = 16 * 1024 * 1024
/** What one command may add to a sum beside others. A command that adds more goes on alone. */
const SMALL: Readonly<Record<keyof Amounts, number>> = {
  ...{ uploads: 1, objects: 1, volumes: 1, entries: 1_000 },
  ...{ pending_bytes: SMALL_BYTES, stored_bytes: SMALL_BYTES },
}

/** As `keepRoom`. Accounts are told apart by a hash: two of the same hash wait for each other. */
async function keepAccountRoom(db: Db, account: string, bounds: readonly RoomBound[]): Promise<boolean> {
  const unitOf = ({ of }: RoomBound) => Math.max(...of.map((column) => SMALL[column]))
  const isSmall = bounds.every((bound) => bound.adds <= unitOf(bound))
  const conditions = bounds.map(
    (bound, at) =>
      `${bound.of.join(' + ')} + current_setting('max_connections')::bigint * ${unitOf(bound)} <= $${at + 4}`,
  )
  const ample = `SELECT (${conditions.join(' AND ')}) AS is_ample FROM (${AMOUNTS}) AS amounts`
  const hold = `SELECT is_ample, CASE WHEN is_ample THEN pg_advisory_xact_lock_shared($2, hashtext($3))
      ELSE pg_advisory_xact_lock($2, hashtext($3)) END FROM (${ample} OFFSET 0) AS counted`
  const values = [account, LOCK_CLASSES.account, account, ...bounds.map(({ max }) => (isSmall ? max : -1))]
  const counted = await db.one<{ is_ample: boolean }>(hold, ...values)
  if (counted?.is_ample !== true) return false
  const again = await db.one<{ is_ample: boolean }>(
    `${ample} WHERE $2::int <> 0 AND $3::text <> ''`,
    ...values,
  )
  if (again?.is_ample !== true) throw new Contention('the account came near its limits meanwhile')
  return true
}

const AMOUNTS = SELECT_AMOUNTS.replaceAll('?', '$1')

/** Without copying, and without what a Buffer has beyond its bytes. */
function plainBytes(kept: unknown): Uint8Array {
  if (!(kept instanceof Uint8Array)) throw new TypeError('a column of bytes has none')
  return new Uint8Array(kept.buffer, kept.byteOffset, kept.byteLength)
}

/** Texts that are kept: more than all but those of searches, which have many forms. */
const KNOWN_MAX = 1_000
const known = new Map<string, string>()

/** `?` as `$1`, `$2`, …, and a list as an array. */
function numbered(sql: string): string {
  let text = known.get(sql)
  if (text === undefined) {
    let count = 0
    text = sql.replaceAll(/IN \(\?\?\)|\?/g, (mark) => (mark === '?' ? `$${++count}` : `= ANY ($${++count})`))
    if (known.size >= KNOWN_MAX) known.clear()
    known.set(sql, text)
  }
  return text
}
