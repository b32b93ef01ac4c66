import type { FactsChecker } from '../../core/ports/facts-checker.ts'
import { CHECKS, type SharedCheck } from '../checks/index.ts'
import type { Script } from '../commands/script.ts'
import { stepsFor } from '../schema/steps.ts'
import type { Db } from './db.ts'
import { requireCurrent } from './migrate.ts'
import { Pool } from './pool.ts'
import { runScript } from './run-script.ts'

/** Lists of rules go through whole tables. */
const STATEMENT_TIMEOUT_MS = 3_600_000

/** A checker of the facts in a PostgreSQL database, with a connection of its own. Errors: as those of `openPostgresMetadata`. */
export async function openPostgresChecker(url: string): Promise<FactsChecker> {
  const timeouts = {
    connectTimeoutMs: 5_000,
    waitTimeoutMs: STATEMENT_TIMEOUT_MS,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  }
  const pool = new Pool({ url, poolMax: 1, durability: 'strict', ...timeouts })
  try {
    await requireCurrent(pool, stepsFor('postgres'))
  } catch (error) {
    await pool.close()
    throw error
  }
  const names = Object.keys(CHECKS) as SharedCheck[]
  const run = (name: SharedCheck, query: never) =>
    pool.write((db) => runScript<unknown>(db, CHECKS[name](query) as Script<unknown>), { isRepeatable: true })
  const methods = names.map((name) => [name, (query: never) => run(name, query)])
  return {
    ...(Object.fromEntries(methods) as Pick<FactsChecker, SharedCheck>),
    checkDatabase: () => pool.read(checksumFailures),
    close: () => pool.close(),
  }
}

/** Pages that the server found changed since it wrote them; it counts them where the cluster has data checksums. */
async function checksumFailures(db: Db): Promise<readonly string[]> {
  const row = await db.one<{ failures: number | null }>(
    `SELECT checksum_failures AS failures FROM pg_stat_database WHERE datname = current_database()`,
  )
  const failures = row?.failures ?? 0
  return failures === 0 ? [] : [`PostgreSQL found ${failures} pages with a wrong checksum`]
}
