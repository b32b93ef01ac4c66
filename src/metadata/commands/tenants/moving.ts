import { CoreError } from '../../../core/errors.ts'
import type { AccountId } from '../../../core/ids.ts'
import type { FactRow, FactValue, TenantTable } from '../../../core/ports/tenants.ts'
import { all, type Script, type ScriptValue } from '../script.ts'
import { quoted, TENANT_COLUMNS } from './tables.ts'

/** What one import knows of the target: the numbers that rows have there, by those that they had. */
export interface Moving {
  readonly account: AccountId
  /** Rows that are there were added before an interruption. */
  readonly goesOn: boolean
  readonly realms: Map<number, number>
  readonly volumes: Map<number, { readonly id: number; readonly root: string }>
  readonly buckets: Map<number, number>
  readonly quotas: Map<number, number>
}

export const newMoving = (account: AccountId, goesOn: boolean): Moving => ({
  ...{ account, goesOn },
  ...{ realms: new Map(), volumes: new Map(), buckets: new Map(), quotas: new Map() },
})

/** How a store says what the two say differently. */
export interface Words {
  /** After the columns of an insert that gives a number itself. */
  readonly overriding: string
  /** Has the numbers of a table go on after the largest. Null: they do so. */
  readonly renumber: ((table: string) => string) | null
  readonly givesNumbers: boolean
}

/** A row with the target's numbers in place of its own. */
export function moved(moving: Moving, row: FactRow): FactRow {
  const next: Record<string, FactValue> = { ...row }
  if ('realm' in row) next.realm = present(moving.realms.get(Number(row.realm)))
  if ('bucket' in row) next.bucket = present(moving.buckets.get(Number(row.bucket)))
  if ('quota' in row) next.quota = present(moving.quotas.get(Number(row.quota)))
  if ('volume' in row && row.volume !== null) next.volume = present(moving.volumes.get(Number(row.volume))).id
  return next
}

export function present<Value>(value: Value | undefined): Value {
  if (value === undefined)
    throw new CoreError('invalid-argument', 'the facts refer to something that is not among them')
  return value
}

/** Inserts rows that are not there. Returns the first column of those that were added. */
export function* insert(
  table: TenantTable,
  rows: readonly FactRow[],
  columns: readonly string[] = TENANT_COLUMNS[table],
): Script<readonly FactValue[]> {
  if (rows.length === 0) return []
  const [first = ''] = columns
  const marks = `(${columns.map(() => '?').join(', ')})`
  const added = yield* all<Record<string, FactValue>>(
    `INSERT INTO ${table} (${columns.map(quoted).join(', ')}) VALUES ${rows.map(() => marks).join(', ')}
     ON CONFLICT DO NOTHING RETURNING ${quoted(first)}`,
    ...rows.flatMap((row) => columns.map((column): ScriptValue => row[column] ?? null)),
  )
  return added.map((row) => row[first] ?? null)
}

export function requireAdded({ goesOn }: Moving, added: number, of: number, what: string): void {
  if (goesOn || added === of) return
  throw new CoreError('name-conflict', `${what} of this account is here already, with the same id`)
}

export function bytesOf(value: FactValue | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw new CoreError('invalid-argument', 'a fact has no bytes where an id has to be')
}
