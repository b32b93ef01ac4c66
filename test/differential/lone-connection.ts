import { Socket } from 'node:net'
import pg from 'pg'
import { LOCKS, type Script } from '../../src/metadata/commands/script.ts'
import { getTypeParser } from '../../src/metadata/postgres/connections.ts'
import { Db } from '../../src/metadata/postgres/db.ts'
import type { Row } from './stores.ts'

const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE'

/**
 * A connection for one who is alone in a database. It prepares each statement once, is in a transaction at all times, and
 * sends the end of one together with what comes next.
 */
export class LoneConnection {
  readonly #socket = new Socket()
  readonly #client: pg.Client
  /** Runs statements in the transaction. */
  readonly db: Db
  readonly #statements = new Map<string, { readonly name: string; readonly text: string }>()
  #isHeldBack = false
  #failure: unknown = null

  constructor(url: string) {
    this.#client = new pg.Client({
      ...{ connectionString: url, stream: () => this.#socket },
      ...{ types: { getTypeParser }, pipeline: true },
    })
    const query = (text: string, values: readonly unknown[]) => {
      const answer = this.#client.query({ ...this.#statementOf(text), values: [...values] })
      this.#sendAll()
      return answer
    }
    // All else is the client's own.
    this.db = new Db(Object.assign(Object.create(this.#client), { query }))
  }

  async open(): Promise<void> {
    await this.#client.connect()
    await this.#client.query(
      `SET synchronous_commit = off; SET plan_cache_mode = force_generic_plan; ${BEGIN}`,
    )
  }

  /** What was done stays. */
  commit(): void {
    this.#end('COMMIT AND CHAIN')
  }

  /** Nothing of it stays. */
  undo(): void {
    this.#end('ROLLBACK AND CHAIN')
  }

  /** The rows of one statement, which is a transaction. */
  async rows(sql: string): Promise<readonly Row[]> {
    const answer = this.#client.query<Record<string, unknown>>(sql)
    this.commit()
    this.#sendAll()
    const { rows } = await answer
    if (this.#failure !== null) throw this.#failure
    return rows
  }

  async close(): Promise<void> {
    this.#sendAll()
    await this.#client.end()
  }

  #end(sql: string): void {
    if (!this.#isHeldBack) this.#socket.cork()
    this.#isHeldBack = true
    this.#client.query(sql).catch((error: unknown) => {
      this.#failure ??= error
    })
  }

  #sendAll(): void {
    if (this.#isHeldBack) this.#socket.uncork()
    this.#isHeldBack = false
  }

  #statementOf(text: string): { readonly name: string; readonly text: string } {
    const known = this.#statements.get(text)
    if (known !== undefined) return known
    const statement = { name: `s${this.#statements.size}`, text: text.replaceAll(LOCKS, '') }
    this.#statements.set(text, statement)
    return statement
  }
}

/** The script without its waiting for others. */
export function* withoutLocks<Result>(script: Script<Result>): Script<Result> {
  let step = script.next()
  while (step.done !== true) step = script.next(step.value.wants === 'lock' ? undefined : yield step.value)
  return step.value
}
