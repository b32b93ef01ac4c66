import type { QueryResultRow } from 'pg'
import type { HoldMode, Script, Statement, StatementAnswer } from '../commands/script.ts'
import type { Db } from './db.ts'
import { releaseBlob } from './parts.ts'

/** Runs a script to its end on the caller's connection. A statement that fails ends it. */
export async function runScript<Result>(db: Db, script: Script<Result>): Promise<Result> {
  let step = script.next()
  while (step.done !== true) step = script.next(await answer(db, step.value))
  return step.value
}

async function answer(db: Db, statement: Statement): Promise<StatementAnswer> {
  switch (statement.wants) {
    case 'rows':
      return db.all<QueryResultRow>(numbered(statement.sql), ...statement.values)
    case 'changes':
      return db.run(numbered(statement.sql), ...statement.values)
    case 'hold':
      return hold(db, statement)
    case 'side-by-side':
      return connectionsMax(db)
    case 'release':
      return releaseBlob(db, statement.blob, statement.now)
  }
}

type Hold = Extract<Statement, { readonly wants: 'hold' }>

async function hold(db: Db, { what, id, mode }: Hold): Promise<StatementAnswer> {
  return db.all<QueryResultRow>(HOLD[mode], LOCK_CLASSES[what], id % LOCK_OBJECTS)
}

async function connectionsMax(db: Db): Promise<number> {
  const row = await db.one<{ max: number }>("SELECT current_setting('max_connections')::integer AS max")
  return row?.max ?? Number.MAX_SAFE_INTEGER
}

/** Mark this store's locks among all advisory locks of the database: "tree" and "quot" in bytes. */
const LOCK_CLASSES: Readonly<Record<Hold['what'], number>> = { volume: 0x74726565, quota: 0x71756f74 }
const LOCK_OBJECTS = 2 ** 31 - 1

/** The locks are the transaction's. Those who wait get them in the order they came. */
const HOLD: Readonly<Record<HoldMode, string>> = {
  shared: 'SELECT pg_advisory_xact_lock_shared($1, $2)',
  exclusive: 'SELECT pg_advisory_xact_lock($1, $2)',
}

/** Texts that are kept: more than all but those of searches, which have many forms. */
const KNOWN_MAX = 1_000
const known = new Map<string, string>()

/** `?` as `$1`, `$2`, …; scripts have no other question marks. */
function numbered(sql: string): string {
  let text = known.get(sql)
  if (text === undefined) {
    let count = 0
    text = sql.replaceAll('?', () => `$${++count}`)
    if (known.size >= KNOWN_MAX) known.clear()
    known.set(sql, text)
  }
  return text
}
