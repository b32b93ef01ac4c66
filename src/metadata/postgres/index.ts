import type { Facts } from '../../core/ports/facts.ts'
import { COMMANDS, factsOf, scriptOf } from '../commands/index.ts'
import { stepsFor } from '../schema/steps.ts'
import type { Db } from './db.ts'
import { Guesses, Memory } from './guesses.ts'
import { Looks } from './looks.ts'
import { migrate, requireCurrent } from './migrate.ts'
import { type Durability, Pool } from './pool.ts'
import { brokenPromises } from './promises.ts'
import { runScript } from './run-script.ts'

export interface PostgresOptions {
  /** postgres://user:password@host:port,host:port/database, with the parameters of libpq after a question mark. */
  readonly url: string
  /** Most connections of this node. */
  readonly poolMax?: number
  /** `strict`: as durable as the server is set up to be. `relaxed`: a crash of the server may undo the last moments. */
  readonly durability?: Durability
  /** How long one attempt to connect to a server may take. */
  readonly connectTimeoutMs?: number
  /** How long a command waits for a connection while others use them all, or while attempts to make one take too long. */
  readonly waitTimeoutMs?: number
  /** How long one statement may take. Waiting for locks counts. */
  readonly statementTimeoutMs?: number
  /** True (the default): bring the schema up to date first. False: refuse an older one. */
  readonly migrates?: boolean
  /** Hears, in a line each, how the server itself breaks what is promised. */
  readonly onProblem?: (problem: string) => void
}

const POOL_MAX = 16
const CONNECT_TIMEOUT_MS = 5_000
const WAIT_TIMEOUT_MS = 30_000
const STATEMENT_TIMEOUT_MS = 30_000
/** Steps of the schema may rewrite large tables. The other nodes wait meanwhile. */
const STEP_TIMEOUT_MS = 3_600_000

/**
 * Metadata in a PostgreSQL database, 14 or newer, that any number of nodes share, directly or by a pooler that hands out
 * connections per transaction. Of several servers the one that takes writes is used, and that may change at any time. While the server is away commands fail with `unavailable`, and work again when it is back.
 * Fails with `unavailable` when it cannot be reached, with `metadata-failed` when it refuses the user, is set up in a way
 * that loses characters, or has a schema that is not this program's.
 */
export async function openPostgresMetadata(options: PostgresOptions): Promise<Facts> {
  const { url, poolMax = POOL_MAX, durability = 'strict', migrates = true } = options
  const { connectTimeoutMs = CONNECT_TIMEOUT_MS, waitTimeoutMs = WAIT_TIMEOUT_MS } = options
  const { statementTimeoutMs = STATEMENT_TIMEOUT_MS } = options
  const timeouts = { connectTimeoutMs, waitTimeoutMs, statementTimeoutMs }
  const pool = new Pool({ url, poolMax, durability, ...timeouts })
  try {
    if (migrates) await migratePostgres(url, connectTimeoutMs)
    else await requireCurrent(pool, stepsFor('postgres'))
    if (durability === 'strict') {
      const problems = await pool.read((db) => brokenPromises(db, pool))
      for (const problem of problems) options.onProblem?.(problem)
    }
    return factsOn(pool)
  } catch (error) {
    await pool.close()
    throw error
  }
}

/** Brings the schema up to date. Safe to run from many nodes at once. Errors: those of `openPostgresMetadata`. */
export async function migratePostgres(url: string, connectTimeoutMs = CONNECT_TIMEOUT_MS): Promise<void> {
  const timeouts = { connectTimeoutMs, waitTimeoutMs: WAIT_TIMEOUT_MS, statementTimeoutMs: STEP_TIMEOUT_MS }
  const pool = new Pool({ url, poolMax: 1, durability: 'strict', ...timeouts })
  try {
    await migrate(pool, stepsFor('postgres'))
  } finally {
    await pool.close()
  }
}

/** The port on a pool of connections. */
export function factsOn(pool: Pool): Facts {
  const memory = new Memory()
  const looks = new Looks(pool, new Guesses(memory, false))
  return factsOf(
    (name, command) => {
      const entry = COMMANDS[name]
      if (entry.kind === 'read') {
        const isLook = 'isLookUp' in entry && entry.isLookUp === true
        if (isLook) return looks.add<unknown>(() => scriptOf(name, command))
        return pool.read<unknown>((db) => runScript(db, scriptOf(name, command)))
      }
      const guesses = new Guesses(memory)
      const work = (db: Db) => runScript(db, scriptOf(name, command), guesses)
      return pool.write(work, { isRepeatable: entry.kind === 'repeatable' })
    },
    () => pool.close(),
  )
}
