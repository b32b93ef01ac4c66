import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { CoreError } from '../../core/errors.ts'
import { Db, type OnStatement } from './db.ts'
import { ConnectionFailure, classified, coreErrorOf, isContention } from './errors.ts'
import { Permits } from './permits.ts'

/** `strict`: what was answered survives a crash of the server. `relaxed`: a crash may undo the last moments. */
export type Durability = 'strict' | 'relaxed'

export interface PoolOptions {
  /** postgres://user:password@host:port/database, with the parameters of libpq after a question mark. */
  readonly url: string
  /** Most connections at a time. */
  readonly poolMax: number
  readonly durability: Durability
  /** How long making a connection may take. */
  readonly connectTimeoutMs: number
  /** How long a command waits for a connection while others use them all. */
  readonly waitTimeoutMs: number
  /** How long one statement may take. Waiting for locks counts. */
  readonly statementTimeoutMs: number
  readonly onStatement?: OnStatement | undefined
}

/** Whether a command may be tried again. */
export interface Attempts {
  /**
   * A second time gives the first time's answer: it is tried again when the connection broke while it was being
   * committed, which leaves unknown whether it was.
   */
  readonly isRepeatable: boolean
}

/** So often does a transaction begin anew because of others. */
const CONTENTIONS_MAX = 20
/** So often does work move to another connection. After a restart of the server all old ones are broken. */
const BREAKS_MAX = 2
/** The pause before the second time. Each further pause is longer by as much. */
const PAUSE_MS = 5
const IDLE_TIMEOUT_MS = 30_000
const INT8_OID = 20

/**
 * Connections to one database. Nothing is kept in a session, and time limits are set within each transaction, so that a
 * pooler may stand between.
 */
export class Pool {
  readonly #pool: pg.Pool
  readonly #permits: Permits
  readonly #begin: string
  readonly #onStatement: OnStatement | undefined
  readonly #underway = new Set<Promise<unknown>>()
  #isOpen = true

  /** Does not connect yet. Fails with `metadata-failed` if the address is none. */
  constructor(options: PoolOptions) {
    this.#pool = poolOf(options)
    this.#permits = new Permits(options.poolMax, options.waitTimeoutMs)
    this.#begin = beginOf(options)
    this.#onStatement = options.onStatement
    // A connection may break while nobody uses it, or between two statements. The next statement tells.
    this.#pool.on('error', () => {})
    this.#pool.on('connect', (client) => client.on('error', () => {}))
  }

  /** Runs one statement, or several that need no common moment. They may run more than once. */
  read<Result>(work: (db: Db) => Promise<Result>): Promise<Result> {
    return this.#command(() => this.#persevere(() => this.#withDb(work), { isRepeatable: true }))
  }

  /** Runs `work` as one transaction. It may run more than once, but only one run stays. */
  write<Result>(work: (db: Db) => Promise<Result>, attempts: Attempts): Promise<Result> {
    return this.#command(() =>
      this.#persevere((progress) => this.#withDb((db) => this.#transaction(db, work, progress)), attempts),
    )
  }

  /** Takes no more work, and resolves when all before is done and all connections are closed. */
  async close(): Promise<void> {
    const isFirst = this.#isOpen
    this.#isOpen = false
    await Promise.allSettled(this.#underway)
    if (isFirst) await this.#pool.end()
  }

  async #command<Result>(work: () => Promise<Result>): Promise<Result> {
    if (!this.#isOpen) throw new CoreError('unavailable', 'the database is closed')
    const command = work()
    this.#underway.add(command)
    try {
      return await command
    } catch (error) {
      throw coreErrorOf(error)
    } finally {
      this.#underway.delete(command)
    }
  }

  async #persevere<Result>(
    work: (progress: Progress) => Promise<Result>,
    { isRepeatable }: Attempts,
  ): Promise<Result> {
    let breaks = 0
    for (let attempt = 1; ; attempt++) {
      const progress: Progress = { isCommitting: false }
      try {
        return await work(progress)
      } catch (error) {
        if (isContention(error) && attempt <= CONTENTIONS_MAX) await delay(PAUSE_MS * attempt)
        else if (isBroken(error) && (isRepeatable || !progress.isCommitting) && breaks < BREAKS_MAX)
          breaks += 1
        else throw error
      }
    }
  }

  async #transaction<Result>(db: Db, work: (db: Db) => Promise<Result>, progress: Progress): Promise<Result> {
    await db.exec(this.#begin)
    try {
      const result = await work(db)
      progress.isCommitting = true
      if ((await db.exec('COMMIT')) !== 'COMMIT') throw new Error('a transaction was undone at its end')
      return result
    } catch (error) {
      if (!(error instanceof ConnectionFailure)) await db.exec('ROLLBACK')
      throw error
    }
  }

  async #withDb<Result>(work: (db: Db) => Promise<Result>): Promise<Result> {
    await this.#permits.take()
    try {
      const client = await this.#connect()
      let failure: ConnectionFailure | undefined
      try {
        return await work(new Db(client, this.#onStatement))
      } catch (error) {
        if (error instanceof ConnectionFailure) failure = error
        throw error
      } finally {
        client.release(failure)
      }
    } finally {
      this.#permits.give()
    }
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect()
    } catch (error) {
      const failure = classified(error)
      throw failure instanceof ConnectionFailure ? new ConnectionFailure('unreachable', error) : failure
    }
  }
}

interface Progress {
  /** From here on it is unknown whether the transaction happened. */
  isCommitting: boolean
}

const isBroken = (error: unknown): boolean => error instanceof ConnectionFailure && error.kind === 'broken'

function poolOf(options: PoolOptions): pg.Pool {
  requireAddress(options.url)
  return new pg.Pool({
    connectionString: options.url,
    max: options.poolMax,
    connectionTimeoutMillis: options.connectTimeoutMs,
    // The server ends late statements of transactions itself; this is for when it does not answer at all.
    query_timeout: options.statementTimeoutMs + options.connectTimeoutMs,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    keepAlive: true,
    fallback_application_name: 'stowage',
    types: { getTypeParser },
  })
}

/** The message says nothing of what stands there: it may have a password. */
function requireAddress(url: string): void {
  const address = URL.parse(url)
  if (address?.protocol === 'postgres:' || address?.protocol === 'postgresql:') return
  throw new CoreError(
    'metadata-failed',
    'the address of PostgreSQL has to be like postgres://user:password@host/database',
  )
}

/**
 * Times and sizes are below 2^53: bigints come as numbers. The library's own parsers, which other users of it in this
 * process have too, stay as they are.
 */
export const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === INT8_OID && format !== 'binary' ? safeInteger : pg.types.getTypeParser(oid, format)

function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError('a number in the database is too large')
  return value
}

/** A server that is set up to answer before its log is synced does so for nobody who is promised more. Stronger values stay. */
const SYNCED = `SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'`

/**
 * READ COMMITTED with row locks: a command locks the one row that all commands on the same thing lock first (the upload,
 * or the object's row or key), then reads the rest, in a new snapshot. SERIALIZABLE would need no thought about locks, but
 * makes every parallel put in a bucket a candidate for a retry, and its page-wide read locks do so for strangers as well.
 * The order of locks is: upload, staged segment, bucket, object, the segments that it gives up, counts in order of shard;
 * commands on many segments lock these in order of name, and nothing after them.
 */
function beginOf({ durability, statementTimeoutMs }: PoolOptions): string {
  return [
    'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE',
    `SET LOCAL statement_timeout = ${statementTimeoutMs}`,
    // A node that stops in the middle of a command must not keep others waiting.
    `SET LOCAL idle_in_transaction_session_timeout = ${statementTimeoutMs}`,
    durability === 'relaxed' ? 'SET LOCAL synchronous_commit = off' : SYNCED,
  ].join('; ')
}
