import { Socket } from 'node:net'
import pg from 'pg'
import { LOCKS, type Script, type Statement } from '../../src/metadata/commands/script.ts'
import { getTypeParser } from '../../src/metadata/postgres/connections.ts'
import { Db } from '../../src/metadata/postgres/db.ts'
import { coreErrorOf } from '../../src/metadata/postgres/errors.ts'
import { type Guesses, WrongGuess } from '../../src/metadata/postgres/guesses.ts'
import { runScript } from '../../src/metadata/postgres/run-script.ts'
import { FlightFailure, type Question, type Reply, wireValue } from '../../src/metadata/postgres/wire.ts'
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
    this.db = new Db({
      send: (questions) => this.#send(questions),
      exec: () => Promise.reject(new Error('no command does this')),
    })
  }

  async open(): Promise<void> {
    await this.#client.connect()
    await this.#client.query(
      `SET synchronous_commit = off; SET plan_cache_mode = force_generic_plan; ${BEGIN}`,
    )
  }

  /** Runs a script that changes nothing. Errors: those of the store, in its words. */
  async read<Result>(script: Script<Result>): Promise<Result> {
    try {
      return await runScript(this.db, script)
    } catch (error) {
      this.undo()
      throw coreErrorOf(error)
    }
  }

  /** Runs a script, whose changes stay unless it fails. Errors: as they come, those of wrong guesses too. */
  async change<Result>(script: Script<Result>, guesses: Guesses): Promise<Result> {
    try {
      const result = await runScript(this.db, script, guesses)
      await this.db.ask([])
      this.commit()
      return result
    } catch (error) {
      // What was held back may tell that the script went on by a wrong guess.
      const wrong: unknown = await this.db.ask([]).then(
        () => null,
        (reason: unknown) => reason,
      )
      this.undo()
      throw wrong instanceof WrongGuess ? wrong : error
    }
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

  async #send(questions: readonly Question[]): Promise<readonly Reply[]> {
    const answers = questions.map(({ text, values }) =>
      this.#client.query<Row>({ ...this.#statementOf(text), values: values.map(wireValue) }),
    )
    this.#sendAll()
    const settled = await Promise.allSettled(answers)
    return settled.map((answer, at) => {
      if (answer.status === 'rejected') throw new FlightFailure(at, answer.reason)
      const { command, rowCount, rows } = answer.value
      return { command, changes: rowCount ?? 0, rows }
    })
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
  while (step.done !== true) step = script.next(yield* unlocked(step.value))
  return step.value
}

function* unlocked(statement: Statement): Script<unknown> {
  if (statement.wants === 'lock') return undefined
  if (statement.wants !== 'abreast') return yield statement
  return yield { ...statement, scripts: statement.scripts.map(withoutLocks) }
}
