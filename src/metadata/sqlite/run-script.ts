import { LOCK, type Script, type Statement, type StatementAnswer } from '../scripts/script.ts'
import type { Db } from './db.ts'

/** Runs a script to its end within the caller's transaction. */
export function runScript<Result>(db: Db, script: Script<Result>): Result {
  let step = script.next()
  while (step.done !== true) step = script.next(answer(db, step.value))
  return step.value
}

function answer(db: Db, { sql, values, wants }: Statement): StatementAnswer {
  const text = withoutLock(sql)
  return wants === 'rows' ? db.all(text, ...values) : db.run(text, ...values)
}

const withoutLock = (sql: string): string => (sql.endsWith(LOCK) ? sql.slice(0, -LOCK.length) : sql)
