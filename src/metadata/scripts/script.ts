/**
 * Commands written once for both SQL stores. A script yields statements and is given their answers; who runs it decides
 * whether that happens at once (SQLite) or by waiting (PostgreSQL). SQL is what both understand, with `?` for values and
 * texts for JSON. `LOCK` at a statement's end keeps other transactions from its rows where transactions run side by side.
 */
export type Script<Result> = Generator<Statement, Result, StatementAnswer>

export type ScriptValue = string | number | Buffer | null

export interface Statement {
  readonly sql: string
  readonly values: readonly ScriptValue[]
  /** What the script wants to know: the rows, or how many changed. */
  readonly wants: 'rows' | 'changes'
}

export type StatementAnswer = readonly unknown[] | number

/** Rows stay locked until the end of the command. SQLite, which has one writer at a time, needs none. */
export const LOCK = ' FOR UPDATE'

/** All rows. `Row` is the caller's word: the schema holds it. */
export function* all<Row>(sql: string, ...values: ScriptValue[]): Script<readonly Row[]> {
  return (yield { sql, values, wants: 'rows' }) as readonly Row[]
}

/** The first row. */
export function* one<Row>(sql: string, ...values: ScriptValue[]): Script<Row | undefined> {
  return (yield* all<Row>(sql, ...values))[0]
}

/** How many rows changed. */
export function* run(sql: string, ...values: ScriptValue[]): Script<number> {
  return (yield { sql, values, wants: 'changes' }) as number
}
