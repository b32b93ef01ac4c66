import type { ClientBase, QueryResult, QueryResultRow } from 'pg'
import { CoreError } from '../../core/errors.ts'
import type { ScriptValue } from '../commands/script.ts'
import { classified } from './errors.ts'

interface Notice {
  readonly code?: string | undefined
  readonly message?: string | undefined
}

/** The class of SQLSTATEs that all warnings have, in any language. */
const WARNING = '01'

/** Hears every statement, as it is sent. */
export type OnStatement = (sql: string, values: readonly ScriptValue[]) => void

/**
 * One connection, for as long as one command has it. Statements are unnamed, so that a pooler may put each transaction on
 * another server connection. Errors are those of `classified`.
 */
export class Db {
  readonly #client: ClientBase
  readonly #onStatement: OnStatement | undefined

  constructor(client: ClientBase, onStatement?: OnStatement) {
    this.#client = client
    this.#onStatement = onStatement
  }

  /** The first row. `Row` is the caller's word: the schema holds it. */
  async one<Row extends QueryResultRow>(sql: string, ...values: ScriptValue[]): Promise<Row | undefined> {
    return (await this.#query<Row>(sql, values)).rows[0]
  }

  async all<Row extends QueryResultRow>(sql: string, ...values: ScriptValue[]): Promise<readonly Row[]> {
    return (await this.#query<Row>(sql, values)).rows
  }

  /** How many rows changed. */
  async run(sql: string, ...values: ScriptValue[]): Promise<number> {
    return (await this.#query(sql, values)).rowCount ?? 0
  }

  /** Several statements without values, one after the other; returns the last one's tag. */
  async exec(sql: string): Promise<string> {
    const results: QueryResult | readonly QueryResult[] = await this.#query(sql, [])
    const last = Array.isArray(results) ? results.at(-1) : results
    return last?.command ?? ''
  }

  /**
   * Commits. Fails with `unavailable` where the server undid the transaction, or gave up to wait for its standby (a warning,
   * no error), so that a failover may undo it.
   */
  async commit(): Promise<void> {
    let warning: string | undefined
    const hear = ({ code, message }: Notice): void => {
      if (code?.startsWith(WARNING) === true) warning = message
    }
    this.#client.on('notice', hear)
    try {
      if ((await this.exec('COMMIT')) !== 'COMMIT') throw new Error('a transaction was undone at its end')
    } finally {
      this.#client.off('notice', hear)
    }
    if (warning !== undefined)
      throw new CoreError('unavailable', `PostgreSQL committed with a warning: ${warning}`)
  }

  async #query<Row extends QueryResultRow>(
    sql: string,
    values: readonly ScriptValue[],
  ): Promise<QueryResult<Row>> {
    this.#onStatement?.(sql, values)
    try {
      return await this.#client.query<Row>(sql, [...values])
    } catch (error) {
      throw classified(error)
    }
  }
}
