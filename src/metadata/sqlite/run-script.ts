import { LOCK, LOCK_FREE, type Script, type Statement, type StatementAnswer } from '../commands/script.ts'
import type { Db } from './db.ts'
import { releaseBlob } from './parts.ts'

/** Runs a script to its end within the caller's transaction. */
export function runScript<Result>(db: Db, script: Script<Result>): Result {
  let step = script.next()
  while (step.done !== true) step = script.next(answer(db, step.value))
  return step.value
}

function answer(db: Db, statement: Statement): StatementAnswer {
  switch (statement.wants) {
    case 'rows':
      return db.all(withoutLock(statement.sql), ...statement.values)
    case 'changes':
      return db.run(withoutLock(statement.sql), ...statement.values)
    case 'hold':
    case 'side-by-side':
      return 1
    case 'release':
      return releaseBlob(db, statement.blob, statement.now)
  }
}

function withoutLock(sql: string): string {
  const lock = [LOCK_FREE, LOCK].find((ending) => sql.endsWith(ending))
  return lock === undefined ? sql : sql.slice(0, -lock.length)
}
