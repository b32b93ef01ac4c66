import type { QueryResultRow } from 'pg'
import type { Script, Statement, StatementAnswer } from '../scripts/script.ts'
import type { Db } from './db.ts'

/** Runs a script to its end on the caller's connection. A statement that fails ends it. */
export async function runScript<Result>(db: Db, script: Script<Result>): Promise<Result> {
  let step = script.next()
  while (step.done !== true) step = script.next(await answer(db, step.value))
  return step.value
}

function answer(db: Db, { sql, values, wants }: Statement): Promise<StatementAnswer> {
  const text = numbered(sql)
  return wants === 'rows' ? db.all<QueryResultRow>(text, ...values) : db.run(text, ...values)
}

const known = new Map<string, string>()

/** `?` as `$1`, `$2`, …; scripts have no other question marks. */
function numbered(sql: string): string {
  let text = known.get(sql)
  if (text === undefined) {
    let count = 0
    text = sql.replaceAll('?', () => `$${++count}`)
    known.set(sql, text)
  }
  return text
}
