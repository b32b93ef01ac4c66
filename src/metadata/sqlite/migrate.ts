import { CoreError } from '../../core/errors.ts'
import { inTransaction } from './batch.ts'
import type { Db } from './db.ts'
import type { Migration } from './migrations/index.ts'

/**
 * Brings the schema up to the newest of `migrations`, each step in a transaction of its own. Safe to run from several
 * processes at once. Fails with `metadata-failed` when the schema is newer than the program.
 */
export function migrate(db: Db, path: string, migrations: readonly Migration[]): void {
  inTransaction(db, () =>
    db.exec('CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT'),
  )
  const newest = migrations.at(-1)?.version ?? 0
  const found = schemaVersion(db)
  if (found > newest) throw newerSchema(path, found, newest)
  for (const migration of migrations) inTransaction(db, () => apply(db, migration))
}

/** Fails with `metadata-failed` unless the schema is the newest of `migrations`. */
export function requireCurrent(db: Db, path: string, migrations: readonly Migration[]): void {
  const newest = migrations.at(-1)?.version ?? 0
  const found = hasMigrations(db) ? schemaVersion(db) : 0
  if (found > newest) throw newerSchema(path, found, newest)
  if (found === newest) return
  throw new CoreError(
    'metadata-failed',
    `the database ${path} has schema version ${found}, but this program needs version ${newest}: run "stowage migrate" first`,
    { found, newest },
  )
}

const hasMigrations = (db: Db): boolean =>
  db.one("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'") !== undefined

/** The step that was applied last; 0 for an empty database. */
export function schemaVersion(db: Db): number {
  return (
    db.one<{ version: number }>('SELECT coalesce(max(version), 0) AS version FROM migrations')?.version ?? 0
  )
}

/** Looks again inside the transaction: another process may have been faster. */
function apply(db: Db, { version, name, sql }: Migration): void {
  if (schemaVersion(db) >= version) return
  db.exec(sql)
  db.run('INSERT INTO migrations (version, name) VALUES (?, ?)', version, name)
}

const newerSchema = (path: string, found: number, newest: number): CoreError =>
  new CoreError(
    'metadata-failed',
    `the database ${path} has schema version ${found}, but this program knows versions up to ${newest} only: ` +
      'start a newer version of Stowage, or restore a backup from before the upgrade',
    { found, newest },
  )
