import type { JsonObject } from '../../../core/model/json.ts'
import type { Entry } from '../../../core/model/trees.ts'
import type { AggregatedField, Aggregation } from '../wire/aggregations.ts'
import { contentTypeShown } from '../wire/records.ts'
import { fromJson } from './attributes.ts'
import { extensionOf, fileTypeOf } from './file-types.ts'

/** Groups that an answer has at most: JavaScript SDK. */
const GROUPS_MAX = 2000

export interface Aggregated {
  readonly result: JsonObject
  /** Groups are left out. */
  readonly isTruncated: boolean
}

/** Fields of an entry that are summed up. Null or absent: it has none. */
export type Row = Readonly<Partial<Record<AggregatedField, string | number | null>>>

type Plain = Omit<Aggregation, 'subAggregations'>

/** The fields that some aggregations need. */
export const fieldsOf = (asked: readonly Aggregation[]): readonly AggregatedField[] => [
  ...new Set(asked.flatMap((each) => [each, ...each.subAggregations]).map(({ field }) => field)),
]

/** An entry's values of some fields, as its record has them. */
export const rowOf = (entry: Entry, fields: readonly AggregatedField[]): Row =>
  Object.fromEntries(fields.map((field) => [field, fieldOf(entry, field)]))

/** One aggregation over rows. Groups are in order of their size, the largest first. Who lacks the field is in no group. */
export function aggregated(
  { field, operation, subAggregations }: Aggregation,
  rows: readonly Row[],
): Aggregated {
  if (operation !== 'group') return { result: plainResult({ field, operation }, rows), isTruncated: false }
  const named = rows.filter((row) => row[field] !== null)
  const groups = [...Map.groupBy(named, (row) => String(row[field]))]
  const sorted = groups.sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1))
  const shown = sorted.slice(0, GROUPS_MAX).map(([value, members]) => ({
    value,
    count: members.length,
    ...(subAggregations.length === 0
      ? {}
      : { subAggregations: subAggregations.map((each) => plainResult(each, members)) }),
  }))
  return { result: { field, operation, groups: shown }, isTruncated: groups.length > GROUPS_MAX }
}

function plainResult({ field, operation }: Plain, rows: readonly Row[]): JsonObject {
  const values = rows.map((row) => row[field] ?? null).filter((value) => value !== null)
  return { field, operation, value: reduced(operation, values, rows.length) }
}

function reduced(
  operation: Plain['operation'],
  values: readonly (string | number)[],
  entries: number,
): number {
  const numbers = values.map(Number)
  const sum = numbers.reduce((total, number) => total + number, 0)
  switch (operation) {
    case 'group':
    case 'count':
      return entries
    case 'distinct':
      return new Set(values).size
    case 'sum':
      return sum
    case 'average':
      return numbers.length === 0 ? 0 : sum / numbers.length
    case 'min':
      return numbers.reduce((least, number) => Math.min(least, number), numbers[0] ?? 0)
    case 'max':
      return numbers.reduce((most, number) => Math.max(most, number), numbers[0] ?? 0)
  }
}

function fieldOf(entry: Entry, field: AggregatedField): string | number | null {
  switch (field) {
    case 'name':
      return entry.name
    case 'extName': {
      const extension = entry.kind === 'directory' ? '' : extensionOf(entry.name)
      return extension === '' ? null : `.${extension}`
    }
    case 'fileType':
      return entry.kind === 'directory' ? null : fileTypeOf(entry.name)
    case 'size':
      return sizeOf(entry)
    case 'contentType':
      return contentTypeShown(entry) || null
    case 'category':
      return fromJson(entry.attributes).category || null
    case 'userId':
      return fromJson(entry.attributes).user || null
  }
}

function sizeOf(entry: Entry): number | null {
  if (entry.kind === 'virtual') return entry.size
  return entry.kind === 'file' ? entry.content.size : null
}
