import pg from 'pg'
import { Contention, type ScriptValue } from '../commands/script.ts'
import type { Question, Row } from './wire.ts'

/** Thrown where something was not as a command had guessed: it begins anew and asks. */
export class WrongGuess extends Contention {}

/** What a row was when it was last read, and as the server writes it. */
interface Remembered {
  readonly row: Row | undefined
  /** Null where there was none. */
  readonly text: string | null
}

const REMEMBERED_MAX = 2_000

/** Rows that seldom change, as this node saw them last. No command relies on them: each has them checked in its transaction. */
export class Memory {
  readonly #rows = new Map<string, Remembered>()

  get(key: string): Remembered | undefined {
    return this.#rows.get(key)
  }

  set(key: string, remembered: Remembered): void {
    this.#rows.delete(key)
    this.#rows.set(key, remembered)
    if (this.#rows.size <= REMEMBERED_MAX) return
    const [oldest] = this.#rows.keys()
    if (oldest !== undefined) this.#rows.delete(oldest)
  }

  forget(key: string): void {
    this.#rows.delete(key)
  }
}

/** What one command may guess. What was wrong once it asks for from then on. */
export class Guesses {
  readonly memory: Memory
  /** False: it only reads, so there is no transaction that could begin anew. What it reads may be remembered. */
  readonly isChanging: boolean
  readonly #wrong = new Set<string>()

  constructor(memory: Memory, isChanging = true) {
    this.memory = memory
    this.isChanging = isChanging
  }

  mayGuess(sql: string): boolean {
    return this.isChanging && !this.#wrong.has(sql)
  }

  /** A statement that fails unless it is as was guessed about `sql`. */
  check(sql: string, question: Question, key?: string): Question {
    const failure = (error: unknown): unknown => {
      if (!isWrongGuess(error)) return error
      this.#wrong.add(sql)
      if (key !== undefined) this.memory.forget(key)
      return new WrongGuess('something was not as it usually is')
    }
    return { ...question, failure }
  }
}

export const keyOf = (sql: string, values: readonly ScriptValue[]): string =>
  `${sql}\n${JSON.stringify(values)}`

/** What a check says where the guess was wrong: text that is no number. */
const WRONG = 'a wrong guess'
const INVALID_TEXT = '22P02'

const isWrongGuess = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code === INVALID_TEXT && error.message.includes(WRONG)

/** Fails unless a condition holds; it is not known before the statement runs. */
const require = (condition: string): string =>
  `CAST(CASE WHEN ${condition} THEN '1' ELSE '${WRONG}' END AS integer)`

/** Makes a change, and fails unless as many rows change. `parameter`: where their number stands among the values. */
export const changing = (sql: string, parameter: number): string =>
  `WITH changed AS (${sql} RETURNING 1) SELECT ${require(`count(*) = $${parameter}::bigint`)} FROM changed`

/** Fails where there is a row. */
export const having = (sql: string): string => `SELECT ${require(`NOT EXISTS (${sql})`)}`

/** Fails unless the first row reads so. */
export const reading = (sql: string, parameter: number): string =>
  `SELECT ${require(`(SELECT CAST(seen AS text) FROM (${sql}) AS seen) IS NOT DISTINCT FROM $${parameter}::text`)}`

/** Reads a row, and how the server writes it. */
export const readable = (sql: string): string =>
  `SELECT seen.*, CAST(seen AS text) AS seen_text FROM (${sql}) AS seen`

/** Fails unless the one row's column `is_ample` is true. */
export const ample = (sql: string): string => `SELECT ${require('is_ample')} FROM (${sql}) AS room`
