import type { Row, Tables } from './stores.ts'

/** Columns that have the same row numbers. A store's own count as they come: only their order is the same in both. */
const ROW_NUMBERS: readonly (readonly string[])[] = [
  [
    'buckets.id',
    'uploads.bucket',
    'objects.bucket',
    'object_texts.bucket',
    'object_labels.bucket',
    'bucket_counts.bucket',
    'public_buckets.bucket',
  ],
  ['realms.id', 'volumes.realm', 'entries.realm', 'recycled.realm', 'quotas.realm'],
  [
    ...['volumes.id', 'volume_counts.volume', 'entries.volume', 'recycled.volume', 'doomed.volume'],
    ...['quota_volumes.volume', 'copies.to_volume', 'buckets.volume'],
    ...['entry_changes.volume', 'entry_index.volume', 'entry_terms.volume', 'searches.volume'],
    ...['uploads.volume', 'volume_pending.volume'],
  ],
  ['quotas.id', 'quota_volumes.quota'],
  ['credentials.id', 'credential_names.credential'],
  ...[
    'uploads.seq',
    'objects.seq',
    'entries.seq',
    'recycled.id',
    'doomed.id',
    'tasks.id',
    'entry_changes.seq',
  ].map((column) => [column]),
]

/** Tables and columns that mean something else in each store. Usage is compared by reads. */
const OWN: readonly string[] = ['migrations', 'schema_migrations', 'sqlite_sequence', 'parts.inline']

/** What two dumps do not have in common: rows as text, table by table. */
export interface RowDifference {
  readonly table: string
  readonly only: readonly [readonly string[], readonly string[]]
}

/** Compares what both stores have rows for: tables and columns of the same name. */
export function differentRows(one: Tables, other: Tables): readonly RowDifference[] {
  const plainOne = withPlainValues(one)
  const plainOther = withPlainValues(other)
  return [...plainOne].flatMap(([table, rows]) => {
    const others = plainOther.get(table)
    if (others === undefined || OWN.includes(table)) return []
    const texts = inCommon(table, rows, others)
    const only = [without(...texts), without(texts[1], texts[0])] as const
    return only[0].length + only[1].length === 0 ? [] : [{ table, only }]
  })
}

/** Rows as texts, of the columns that both have. */
function inCommon(
  table: string,
  rows: readonly Row[],
  others: readonly Row[],
): readonly [readonly string[], readonly string[]] {
  const [one = {}] = rows
  const [other = {}] = others
  const isShared = (column: string) =>
    (rows.length === 0 || column in one) && (others.length === 0 || column in other)
  const columns = [...new Set([...Object.keys(one), ...Object.keys(other)])]
    .filter((column) => isShared(column) && !OWN.includes(`${table}.${column}`))
    .sort()
  const textOf = (row: Row) => columns.map((column) => `${column}=${row[column]}`).join(' ')
  return [rows.map(textOf), others.map(textOf)]
}

function without(texts: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others]
  return texts.filter((text) => {
    const at = left.indexOf(text)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}

/** All values as texts, row numbers as their rank. */
function withPlainValues(tables: Tables): Tables {
  const ranks = ROW_NUMBERS.flatMap((columns) => {
    const numbers = columns.flatMap((column) => {
      const [table = '', name = ''] = column.split('.')
      return (tables.get(table) ?? []).map((row) => Number(row[name]))
    })
    const inOrder = [...new Set(numbers)].sort((a, b) => a - b)
    const rank = new Map(inOrder.map((number, index) => [String(number), `#${index}`]))
    return columns.map((column) => [column, rank] as const)
  })
  const rankOf = new Map(ranks)
  const plain = [...tables].map(([table, rows]) => {
    const plainRow = (row: Row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => {
          const text = plainValue(value)
          return [name, rankOf.get(`${table}.${name}`)?.get(text) ?? text]
        }),
      )
    return [table, rows.map(plainRow)] as const
  })
  return new Map(plain)
}

function plainValue(value: unknown): string {
  if (!(value instanceof Uint8Array)) return String(value)
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')
}
