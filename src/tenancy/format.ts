import { CoreError } from '../core/errors.ts'
import type { BlobId } from '../core/ids.ts'
import type { Digests } from '../core/model/bytes.ts'
import {
  type FactRow,
  type FactValue,
  TENANT_TABLES,
  type TenantPart,
  type TenantTable,
} from '../core/ports/tenants.ts'

/** The form of an export: docs/exports.md. A program reads this one and no newer one. */
export const FORMAT = 1

/** `export.json`, written last. */
export interface ExportHead {
  readonly format: number
  /** Tells this export from all others. */
  readonly id: string
  readonly account: string
  /** Of the account, for people. */
  readonly name: string
  /** The moment of the facts, ISO 8601. */
  readonly takenAt: string
  /** Of the program. */
  readonly version: string
  readonly contents: number
  readonly bytes: number
  readonly facts: Readonly<Record<string, number>>
  /** Contents that could not be read right: their objects and files are not in the export. */
  readonly bad: readonly { readonly blob: string; readonly reason: string }[]
}

/** A line of `facts.jsonl` about bytes. */
export interface ContentLine {
  readonly content: BlobId
  /** Below the export's folder. */
  readonly file: string
  readonly size: number
  /** How many objects and files have it. */
  readonly references: number
  readonly parts: readonly PartLine[]
}

type PartLine = Omit<TenantPart, 'digests'> & Digests

/** A line of `facts.jsonl` about anything else. */
export interface RowLine {
  readonly table: TenantTable
  readonly row: FactRow
}

export const contentLine = (line: Omit<ContentLine, 'parts'> & { parts: readonly TenantPart[] }): string =>
  JSON.stringify({
    ...line,
    parts: line.parts.map(({ number, size, crc32, writtenAt, digests }) => ({
      ...{ number, size, crc32, writtenAt },
      ...digests,
    })),
  })

export const rowLine = (table: TenantTable, row: FactRow): string =>
  JSON.stringify({
    table,
    row: Object.fromEntries(Object.entries(row).map(([key, value]) => [key, written(value)])),
  })

/** Bytes are an object with their hexadecimal digits. */
const written = (value: FactValue): unknown =>
  value instanceof Uint8Array ? { hex: Buffer.from(value).toString('hex') } : value

/** Errors: `invalid-argument` for what no export has. */
export function readLine(text: string): ContentLine | RowLine {
  const line = JSON.parse(text) as Record<string, unknown>
  if (typeof line.content === 'string') return line as unknown as ContentLine
  const table = TENANT_TABLES.find((name) => name === line.table)
  if (table === undefined || typeof line.row !== 'object' || line.row === null) {
    throw new CoreError('invalid-argument', 'facts.jsonl has a line of another form')
  }
  return {
    table,
    row: Object.fromEntries(Object.entries(line.row).map(([key, value]) => [key, read(value)])),
  }
}

function read(value: unknown): FactValue {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  if (typeof value === 'object' && 'hex' in value) return Buffer.from(String(value.hex), 'hex')
  throw new CoreError('invalid-argument', 'facts.jsonl has a value of another form')
}

/** The digests of a part's line. */
export const digestsOf = ({
  number: _,
  size: __,
  crc32: ___,
  writtenAt: ____,
  ...digests
}: PartLine): Digests => digests
