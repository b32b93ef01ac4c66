import { setTimeout as delay } from 'node:timers/promises'
import { CoreError } from '../../core/errors.ts'
import { parseAddress } from './address.ts'
import { Connections } from './connections.ts'
import { ClientWire, Db, type Keeping, type Listening } from './db.ts'
import { ConnectionFailure, coreErrorOf, isContention, isReadOnly } from './errors.ts'
import { WrongGuess } from './guesses.ts'
import { Permits } from './permits.ts'
import { Servers } from './servers.ts'
import type { Question } from './wire.ts'

/** `strict`: what was answered survives a crash of the server. `relaxed`: a crash may undo the last moments. */
export type Durability = 'strict' | 'relaxed'

export interface PoolOptions extends Listening {
  /** As `parseAddress` takes it. */
  readonly url: string
  /** Most connections at a time. */
  readonly poolMax: number
  readonly durability: Durability
  /** How long one attempt to connect to a server may take. */
  readonly connectTimeoutMs: number
  /** How long a command waits for a connection while others use them all, or while attempts to make one take too long. */
  readonly waitTimeoutMs: number
  /** How long one statement may take. Waiting for locks counts. */
  readonly statementTimeoutMs: number
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

/**
 * Connections to one database, on whichever server has it just now. Nothing is kept in a session, and time limits are set within each transaction, so that a
 * pooler may stand between.
 */
export class Pool {
  /** Another server may take over. */
  readonly hasStandby: boolean
  readonly #servers: Servers
  readonly #connections: Connections
  /** So many attempts to connect may take too long. */
  readonly #lateMax: number
  readonly #permits: Permits
  readonly #begin: readonly Question[]
  readonly #listening: Listening
  readonly #keeping: Keeping = { isOn: true }
  readonly #underway = new Set<Promise<unknown>>()
  #isOpen = true

  /** Does not connect yet. Fails with `metadata-failed` if the address is none. */
  constructor(options: PoolOptions) {
    const { url, connectTimeoutMs, statementTimeoutMs, waitTimeoutMs } = options
    // The server ends late statements of transactions itself; this is for when it does not answer at all.
    const connecting = { connectTimeoutMs, answerTimeoutMs: statementTimeoutMs + connectTimeoutMs }
    const address = parseAddress(url)
    this.hasStandby = address.servers.length > 1
    this.#servers = new Servers(address, connecting, () => this.#connections.renew())
    this.#connections = new Connections(() => this.#servers.connect())
    this.#lateMax = Math.floor(waitTimeoutMs / connectTimeoutMs)
    this.#permits = new Permits(options.poolMax, options.waitTimeoutMs)
    this.#begin = beginOf(options, this.hasStandby)
    this.#listening = options
  }

  /** Runs one statement, or several that need no common moment. They may run more than once. */
  read<Result>(work: (db: Db) => Promise<Result>): Promise<Result> {
    return this.#command(() => this.#persevere(() => this.#withDb(work), { isRepeatable: true }))
  }

  /** Runs `work` as one transaction. It may run more than once, but only one run stays. */
  write<Result>(work: (db: Db) => Promise<Result>, attempts: Attempts): Promise<Result> {
    return this.#command(() =>
      this.#persevere(
        (progress) => this.#withDb((db) => this.#transaction(db, work, progress, attempts)),
        attempts,
      ),
    )
  }

  /** Takes no more work, and resolves when all before is done and all connections are closed. */
  async close(): Promise<void> {
    this.#isOpen = false
    await Promise.allSettled(this.#underway)
    await this.#connections.close()
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
    const left = { contentions: CONTENTIONS_MAX, breaks: BREAKS_MAX, late: this.#lateMax }
    for (let attempt = 1; ; attempt++) {
      const progress: Progress = { isCommitting: false }
      try {
        return await work(progress)
      } catch (error) {
        const reason = reasonToGoOn(error)
        const isUnknown = progress.isCommitting && !isRepeatable && reason === 'breaks'
        const isLeft = reason === 'late' && !this.#isOpen
        if (reason === null || isUnknown || isLeft || left[reason] === 0) throw error
        left[reason] -= 1
        if (reason === 'contentions' && !(error instanceof WrongGuess)) await delay(PAUSE_MS * attempt)
      }
    }
  }

  /**
   * The beginning goes with the first statement that is waited for, and the end with the last ones. Where a second time might be one too many, the end goes alone: so
   * it is known for nearly all breaks of a connection whether the transaction happened.
   */
  async #transaction<Result>(
    db: Db,
    work: (db: Db) => Promise<Result>,
    progress: Progress,
    { isRepeatable }: Attempts,
  ): Promise<Result> {
    db.hold(this.#begin)
    try {
      const result = await work(db)
      if (!isRepeatable) await db.ask([])
      progress.isCommitting = true
      await db.commit()
      return result
    } catch (error) {
      if (!(error instanceof ConnectionFailure)) await this.#undo(db)
      throw error
    }
  }

  async #undo(db: Db): Promise<void> {
    const isUntouched = !db.hasAsked && db.held === this.#begin.length
    if (!isUntouched) await db.undo()
  }

  async #withDb<Result>(work: (db: Db) => Promise<Result>): Promise<Result> {
    await this.#permits.take()
    try {
      const client = await this.#connections.take()
      let isSound = true
      try {
        return await work(new Db(new ClientWire(client, this.#keeping), this.#listening))
      } catch (error) {
        isSound = !(error instanceof ConnectionFailure)
        if (!isSound) this.#servers.doubt()
        throw error
      } finally {
        this.#connections.give(client, { isSound })
      }
    } finally {
      this.#permits.give()
    }
  }
}

interface Progress {
  /** From here on it is unknown whether the transaction happened. */
  isCommitting: boolean
}

/** What is counted of attempts that may be made again; null where another attempt would not help, or would be a second time. */
function reasonToGoOn(error: unknown): 'contentions' | 'breaks' | 'late' | null {
  if (isContention(error)) return 'contentions'
  if (!(error instanceof ConnectionFailure)) return null
  switch (error.kind) {
    case 'broken':
    case 'read-only':
      return 'breaks'
    case 'late':
      return 'late'
    case 'timed-out':
    case 'unreachable':
      return null
  }
}

/**
 * READ COMMITTED with row locks: a command locks the one row that all commands on the same thing lock first (the upload,
 * or the object's row or key), then reads the rest, in a new snapshot. SERIALIZABLE would need no thought about locks, but
 * makes every parallel put in a bucket a candidate for a retry, and its page-wide read locks do so for strangers as well.
 * The order of locks is: upload, staged segment, bucket, object, the segments that it gives up, counts in order of shard;
 * commands on many segments lock these in order of name, and nothing after them.
 */
const BEGIN: Question = {
  text: 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE',
  ...{ values: [], isKept: true },
  failure: (error) => (isReadOnly(error) ? new ConnectionFailure('read-only', error) : error),
}

/** A node that stops in the middle of a command must not keep others waiting. */
const LIMITS =
  "set_config('statement_timeout', $1, true), set_config('idle_in_transaction_session_timeout', $1, true)"

/**
 * A server that is set up to answer before its log is synced does so for nobody who is promised more, and nor does one of
 * several before its standby has the log. Stronger values stay.
 */
const syncedUnless = (weak: string): string =>
  `CASE WHEN current_setting('synchronous_commit') IN (${weak}) THEN set_config('synchronous_commit', 'on', true) END`

const NOT_SYNCED = "set_config('synchronous_commit', 'off', true)"

function beginOf({ durability, statementTimeoutMs }: PoolOptions, hasStandby: boolean): readonly Question[] {
  const syncing =
    durability === 'relaxed' ? NOT_SYNCED : syncedUnless(hasStandby ? "'off', 'local'" : "'off'")
  return [BEGIN, { text: `SELECT ${LIMITS}, ${syncing}`, values: [String(statementTimeoutMs)], isKept: true }]
}
