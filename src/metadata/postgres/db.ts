import type { ClientBase, QueryResult } from 'pg'
import pg from 'pg'
import { CoreError } from '../../core/errors.ts'
import { Contention, type ScriptValue } from '../commands/script.ts'
import { ConnectionFailure, classified } from './errors.ts'
import { fly } from './flight.ts'
import { FlightFailure, type OnWarning, type Question, type Reply, type Wire } from './wire.ts'

interface Notice {
  readonly code?: string | undefined
  readonly message?: string | undefined
}

/** The class of SQLSTATEs that all warnings have, in any language. */
const WARNING = '01'
const COMMIT: Question = { text: 'COMMIT', values: [] }
const ROLLBACK: Question = { text: 'ROLLBACK', values: [] }

/** Hears of what goes to a server. */
export interface Listening {
  /** Every statement, as it is sent. */
  readonly onStatement?: ((sql: string, values: readonly ScriptValue[]) => void) | undefined
  /** Every round trip, with the number of its statements. */
  readonly onFlight?: ((statements: number) => void) | undefined
}

/** Whether servers are asked to keep statements. A pooler that hands out connections per transaction may not allow it. */
export interface Keeping {
  isOn: boolean
}

/** The way to a server by one connection. */
export class ClientWire implements Wire {
  readonly #client: ClientBase
  readonly #keeping: Keeping

  constructor(client: ClientBase, keeping: Keeping) {
    this.#client = client
    this.#keeping = keeping
  }

  async send(questions: readonly Question[], onWarning?: OnWarning): Promise<readonly Reply[]> {
    const hear = ({ code, message = '' }: Notice): void => {
      if (code?.startsWith(WARNING) === true) onWarning?.(message)
    }
    if (onWarning !== undefined) this.#client.on('notice', hear)
    try {
      return await fly(this.#client, questions, this.#keeping.isOn)
    } catch (error) {
      throw this.#keptFailure(error)
    } finally {
      if (onWarning !== undefined) this.#client.off('notice', hear)
    }
  }

  #keptFailure(error: unknown): unknown {
    if (!(error instanceof FlightFailure)) return error
    switch (keptFailure(error.cause)) {
      case 'unknown':
        this.#keeping.isOn = false
        return new Contention('statements are not kept on this way to the server')
      case 'outdated':
        return new ConnectionFailure('broken', error.cause)
      case null:
        return error
    }
  }

  async exec(sql: string): Promise<string> {
    const results: QueryResult | readonly QueryResult[] = await this.#client.query(sql)
    const last = Array.isArray(results) ? results.at(-1) : results
    return last?.command ?? ''
  }
}

/** How a kept statement failed. `unknown`: the server does not have it. `outdated`: the schema changed since it was parsed. */
function keptFailure(error: unknown): 'unknown' | 'outdated' | null {
  if (!(error instanceof pg.DatabaseError)) return null
  if (error.code === '26000' || error.code === '42P05') return 'unknown'
  return error.code === '0A000' && error.routine === 'RevalidateCachedQuery' ? 'outdated' : null
}

/**
 * One connection, for as long as one command has it. Statements that are held back go with the next one that is waited for, in one round trip. Errors are those
 * of `classified`.
 */
export class Db {
  readonly #wire: Wire
  readonly #listening: Listening
  #held: Question[] = []
  #hasAsked = false

  constructor(wire: Wire, listening: Listening = {}) {
    this.#wire = wire
    this.#listening = listening
  }

  /** Whether something was answered already. */
  get hasAsked(): boolean {
    return this.#hasAsked
  }

  /** What is held back. */
  get held(): number {
    return this.#held.length
  }

  /** Sends statements with the next ones. */
  hold(questions: readonly Question[]): void {
    this.#held.push(...questions)
  }

  /** The replies to these. */
  async ask(questions: readonly Question[], onWarning?: OnWarning): Promise<readonly Reply[]> {
    const held = this.#held
    this.#held = []
    const all = [...held, ...questions]
    if (all.length === 0) return []
    for (const { text, values } of all) this.#listening.onStatement?.(text, values)
    this.#listening.onFlight?.(all.length)
    try {
      const replies = await this.#wire.send(all, onWarning)
      this.#hasAsked = true
      return replies.slice(held.length)
    } catch (error) {
      throw meaningOf(error, all)
    }
  }

  /** The first row. `Row` is the caller's word: the schema holds it. */
  async one<Row>(sql: string, ...values: ScriptValue[]): Promise<Row | undefined> {
    return (await this.all<Row>(sql, ...values))[0]
  }

  async all<Row>(sql: string, ...values: ScriptValue[]): Promise<readonly Row[]> {
    const [reply] = await this.ask([{ text: sql, values }])
    return (reply?.rows ?? []) as readonly Row[]
  }

  /** How many rows changed. */
  async run(sql: string, ...values: ScriptValue[]): Promise<number> {
    const [reply] = await this.ask([{ text: sql, values }])
    return reply?.changes ?? 0
  }

  /** Several statements without values, one after the other; returns the last one's tag. */
  async exec(sql: string): Promise<string> {
    await this.ask([])
    this.#listening.onStatement?.(sql, [])
    this.#listening.onFlight?.(1)
    try {
      return await this.#wire.exec(sql)
    } catch (error) {
      throw classified(error)
    }
  }

  /**
   * Commits, with what is held back. Fails with `unavailable` where the server undid the transaction, or gave up to wait for its standby
   * (a warning, no error), so that a failover may undo it.
   */
  async commit(): Promise<void> {
    let warning: string | undefined
    const [reply] = await this.ask([COMMIT], (message) => {
      warning = message
    })
    if (reply?.command !== 'COMMIT') throw new Error('a transaction was undone at its end')
    if (warning !== undefined)
      throw new CoreError('unavailable', `PostgreSQL committed with a warning: ${warning}`)
  }

  /** Undoes the transaction. What was held back is asked first: it may tell that the transaction went on by a wrong guess. */
  async undo(): Promise<void> {
    try {
      await this.ask([ROLLBACK])
    } catch (error) {
      if (!(error instanceof ConnectionFailure)) await this.ask([ROLLBACK])
      throw error
    }
  }
}

function meaningOf(error: unknown, questions: readonly Question[]): unknown {
  if (!(error instanceof FlightFailure)) {
    return error instanceof Contention || error instanceof ConnectionFailure ? error : classified(error)
  }
  const failure = questions[error.at]?.failure
  return failure === undefined ? classified(error.cause) : failure(classified(error.cause))
}
