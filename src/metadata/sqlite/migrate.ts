import {
  type AppliedStep,
  appliedFrom,
  type Migration,
  missingSteps,
  requireAll,
} from '../schema/migrations.ts'
import { inTransaction } from './batch.ts'
import type { Db } from './db.ts'

/**
 * Brings the schema up to the newest of `steps`, each in a transaction of its own. Safe to run from several processes at
 * once. Errors: those of `missingSteps`.
 */
export function migrate(db: Db, path: string, steps: readonly Migration[]): void {
  const next = () => missingSteps(steps, appliedSteps(db), wordsOf(path))[0]
  const applyNext = (): boolean => {
    // Looks inside the transaction, because another process may have been faster.
    const step = next()
    if (step !== undefined) apply(db, step)
    return step !== undefined
  }
  if (next() === undefined) return
  while (inTransaction(db, applyNext));
}

/** Errors: those of `requireAll`. */
export function requireCurrent(db: Db, path: string, steps: readonly Migration[]): void {
  requireAll(steps, appliedSteps(db), wordsOf(path))
}

/** The steps that were applied, in order; none in an empty database. */
export function appliedSteps(db: Db): readonly AppliedStep[] {
  const columns = db.all<{ name: string }>("SELECT name FROM pragma_table_info('migrations')")
  if (columns.length === 0) return []
  const checksum = columns.some(({ name }) => name === 'checksum') ? 'checksum' : 'NULL AS checksum'
  return db.all<AppliedStep>(`SELECT version, name, ${checksum} FROM migrations ORDER BY version`)
}

function apply(db: Db, step: Migration): void {
  db.exec(`CREATE TABLE IF NOT EXISTS migrations (
    version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT`)
  db.exec(step.sql)
  const { version, name, checksum } = appliedFrom(step)
  db.run('INSERT INTO migrations (version, name, checksum) VALUES (?, ?, ?)', version, name, checksum)
}

const wordsOf = (path: string) => ({
  database: `the database ${path}`,
  startAnew: 'move the data folder away',
})
