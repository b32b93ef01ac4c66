import { migrate, schemaVersion } from './migrate.ts'
import { MIGRATIONS } from './migrations/index.ts'
import { Pool } from './pool.ts'

/** A database's schema beside the program's. Versions count up from 1; `found` is 0 for an empty database. */
export interface SchemaStatus {
  readonly found: number
  readonly newest: number
  /** `behind`: `migratePostgres` brings it up to date. `ahead`: only a newer program can use it. */
  readonly state: 'current' | 'behind' | 'ahead'
}

const CONNECT_TIMEOUT_MS = 10_000
/** Steps may rewrite large tables. */
const STEP_TIMEOUT_MS = 3_600_000

/**
 * Brings the schema up to date and tells what it is then. Safe to run from many nodes at once. Errors: those of
 * `openPostgresMetadata`.
 */
export function migratePostgres(url: string): Promise<SchemaStatus> {
  return withPool(url, async (pool) => {
    await migrate(pool, MIGRATIONS)
    return statusOf(pool)
  })
}

/** Tells how the schema is without changing it. Errors: `unavailable`, `metadata-failed`. */
export const schemaStatus = (url: string): Promise<SchemaStatus> => withPool(url, statusOf)

async function statusOf(pool: Pool): Promise<SchemaStatus> {
  const found = await pool.read(schemaVersion)
  const newest = MIGRATIONS.length
  return { found, newest, state: found === newest ? 'current' : found < newest ? 'behind' : 'ahead' }
}

async function withPool<Result>(url: string, work: (pool: Pool) => Promise<Result>): Promise<Result> {
  const timeouts = {
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    waitTimeoutMs: CONNECT_TIMEOUT_MS,
    statementTimeoutMs: STEP_TIMEOUT_MS,
  }
  const pool = new Pool({ url, poolMax: 1, durability: 'strict', ...timeouts })
  try {
    return await work(pool)
  } finally {
    await pool.close()
  }
}
