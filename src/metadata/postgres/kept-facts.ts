import type { KeptStep } from '../../core/ports/snapshot.ts'
import type { ScriptScalar } from '../commands/script.ts'
import { stepsFor } from '../schema/steps.ts'

/**
 * All facts of a PostgreSQL database as text: lines of JSON. The first is a `KeptHeader`. Then comes each table: a `KeptTable`, and a list for
 * each row, with the values in order of its columns; bytes are base64. The last line is a `KeptEnd`.
 */
export interface KeptHeader {
  readonly form: typeof FORM
  readonly steps: readonly KeptStep[]
}

export interface KeptTable {
  readonly table: string
  readonly columns: readonly KeptColumn[]
  /** The column that counts up, where there is one, and the last number that it gave, if any. */
  readonly counter: { readonly column: string; readonly last: number | null } | null
}

export interface KeptColumn {
  readonly name: string
  readonly isBytes: boolean
}

export interface KeptEnd {
  readonly rows: number
}

export const FORM = 'stowage facts 1'

/** The tables that the schema has, ever had, or will have. */
export const TABLES: readonly string[] = [
  ...new Set(
    stepsFor('postgres').flatMap(({ sql }) =>
      [...sql.matchAll(/CREATE TABLE (\w+)/g)].map(([, name = '']) => name),
    ),
  ),
]

/** A row as it is kept. */
export const keptRow = (
  columns: readonly KeptColumn[],
  row: Readonly<Record<string, unknown>>,
): readonly unknown[] =>
  columns.map(({ name, isBytes }) => {
    const value = row[name]
    return isBytes && value instanceof Uint8Array ? Buffer.from(value).toString('base64') : (value ?? null)
  })

/** The values of a kept row. */
export const rowOf = (columns: readonly KeptColumn[], kept: readonly unknown[]): readonly ScriptScalar[] =>
  columns.map(({ isBytes }, at) => {
    const value = kept[at] as string | number | null
    return isBytes && typeof value === 'string' ? Buffer.from(value, 'base64') : value
  })
