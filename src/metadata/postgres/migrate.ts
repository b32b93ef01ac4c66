import { CoreError } from '../../core/errors.ts'
import {
  type AppliedStep,
  appliedFrom,
  type Migration,
  missingSteps,
  requireAll,
} from '../schema/migrations.ts'
import type { Db } from './db.ts'
import type { Pool } from './pool.ts'

/** The lock of whoever changes the schema, until the end of the transaction. It is "stowage" in bytes. */
const LOCK = '0x73746f77616765'

const WORDS = { database: 'the database', startAnew: 'name an empty database and an empty blob store' }

/**
 * Brings the schema up to the newest of `steps`, each in a transaction of its own. Nodes that start at once wait for each
 * other. Errors: those of `missingSteps`.
 */
export async function migrate(pool: Pool, steps: readonly Migration[]): Promise<void> {
  await pool.read(requireUnicode)
  for (const step of missingSteps(steps, await pool.read(appliedSteps), WORDS)) {
    await pool.write((db) => apply(db, step, steps), { isRepeatable: true })
  }
}

/** Errors: those of `requireAll`. */
export async function requireCurrent(pool: Pool, steps: readonly Migration[]): Promise<void> {
  requireAll(steps, await pool.read(appliedSteps), WORDS)
}

/** The steps that were applied, in order. An empty database has none. */
export async function appliedSteps(db: Db): Promise<readonly AppliedStep[]> {
  const columns = await db.all<{ name: string }>(
    "SELECT attname AS name FROM pg_attribute WHERE attrelid = to_regclass('migrations') AND attnum > 0",
  )
  if (columns.length === 0) return []
  const checksum = columns.some(({ name }) => name === 'checksum') ? 'checksum' : 'NULL AS checksum'
  return db.all<AppliedStep>(`SELECT version, name, ${checksum} FROM migrations ORDER BY version`)
}

/** Looks again with the lock, because another node may have been faster. */
async function apply(db: Db, step: Migration, steps: readonly Migration[]): Promise<void> {
  // The lock ends with the transaction, so it needs no session.
  await db.run(`SELECT pg_advisory_xact_lock(${BigInt(LOCK)})`)
  if (!missingSteps(steps, await appliedSteps(db), WORDS).includes(step)) return
  await db.exec(`CREATE TABLE IF NOT EXISTS migrations (
    version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL)`)
  await db.exec(step.sql)
  const { version, name, checksum } = appliedFrom(step)
  await db.run(
    'INSERT INTO migrations (version, name, checksum) VALUES ($1, $2, $3)',
    version,
    name,
    checksum,
  )
}

async function requireUnicode(db: Db): Promise<void> {
  const row = await db.one<{ encoding: string }>("SELECT current_setting('server_encoding') AS encoding")
  if (row?.encoding === 'UTF8') return
  throw new CoreError(
    'metadata-failed',
    `the database has the encoding ${row?.encoding}, which cannot keep every name: create it with ENCODING 'UTF8'`,
  )
}
