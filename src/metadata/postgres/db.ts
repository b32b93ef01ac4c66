import type { QueryResult, QueryResultRow } from 'pg'
import type { ScriptValue } from '../commands/script.ts'
import { classified } from './errors.ts'

/** Hears every statement, as it is sent. */
export type OnStatement = (sql: string, values: readonly ScriptValue[]) => void

/** What a connection of the library does here. */
export interface Connection {
  query<Row extends QueryResultRow>(sql: string, values: ScriptValue[]): Promise<QueryResult<Row>>
}

/**
 * One connection, for as long as one command has it. Statements are unnamed, so that a pooler may put each transaction on
 * another server connection. Errors are those of `classified`.
 */
export class Db {
  readonly #client: Connection
  readonly #onStatement: OnStatement | undefined

  constructor(client: Connection, onStatement?: OnStatement) {
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
