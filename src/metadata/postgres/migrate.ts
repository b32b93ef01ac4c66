import { CoreError } from '../../core/errors.ts'
import type { Db } from './db.ts'
import type { Migration } from './migrations/index.ts'
import type { Pool } from './pool.ts'

/** Held by whoever changes the schema, until the end of the transaction; "stowage" in bytes. */
const LOCK = '0x73746f77616765'

/**
 * Brings the schema up to the newest of `migrations`, each step in a transaction of its own. Nodes that start at once wait
 * for each other. Fails with `metadata-failed` when the schema is newer than the program.
 */
export async function migrate(pool: Pool, migrations: readonly Migration[]): Promise<void> {
  await pool.read(requireUnicode)
  const newest = migrations.at(-1)?.version ?? 0
  const found = await pool.read(schemaVersion)
  if (found > newest) throw newerSchema(found, newest)
  for (const migration of migrations.slice(found)) {
    await pool.write((db) => apply(db, migration), { isRepeatable: true })
  }
}

/** Fails with `metadata-failed` unless the schema is the newest of `migrations`. */
export async function requireCurrent(pool: Pool, migrations: readonly Migration[]): Promise<void> {
  const newest = migrations.at(-1)?.version ?? 0
  const found = await pool.read(schemaVersion)
  if (found > newest) throw newerSchema(found, newest)
  if (found === newest) return
  throw new CoreError(
    'metadata-failed',
    `the database has schema version ${found}, but this program needs version ${newest}: run "stowage migrate" first`,
    { found, newest },
  )
}

/** The step that was applied last; 0 for an empty database. */
export async function schemaVersion(db: Db): Promise<number> {
  const table = await db.one<{ exists: boolean }>("SELECT to_regclass('migrations') IS NOT NULL AS exists")
  if (table?.exists !== true) return 0
  const row = await db.one<{ version: number }>('SELECT coalesce(max(version), 0) AS version FROM migrations')
  return row?.version ?? 0
}

/** Looks again once it has the lock: another node may have been faster. */
async function apply(db: Db, { version, name, sql }: Migration): Promise<void> {
  // The lock goes with the transaction, so it needs no session of its own.
  await db.run(`SELECT pg_advisory_xact_lock(${BigInt(LOCK)})`)
  await db.exec('CREATE TABLE IF NOT EXISTS migrations (version integer PRIMARY KEY, name text NOT NULL)')
  if ((await schemaVersion(db)) >= version) return
  await db.exec(sql)
  await db.run('INSERT INTO migrations (version, name) VALUES ($1, $2)', version, name)
}

async function requireUnicode(db: Db): Promise<void> {
  const row = await db.one<{ encoding: string }>("SELECT current_setting('server_encoding') AS encoding")
  if (row?.encoding === 'UTF8') return
  throw new CoreError(
    'metadata-failed',
    `the database has the encoding ${row?.encoding}, which cannot keep every name: create it with ENCODING 'UTF8'`,
  )
}

const newerSchema = (found: number, newest: number): CoreError =>
  new CoreError(
    'metadata-failed',
    `the database has schema version ${found}, but this program knows versions up to ${newest} only: ` +
      'start a newer version of Stowage, or restore a backup from before the upgrade',
    { found, newest },
  )
