import type { JsonObject } from '../../../core/model/json.ts'
import type { Entry } from '../../../core/model/trees.ts'
import type { Library } from '../credentials.ts'
import type { AggregatedField, Aggregation } from '../wire/aggregations.ts'
import { entryRecord } from '../wire/records.ts'
import { extensionOf } from './file-types.ts'

/** Groups that an answer has at most: JavaScript SDK. */
const GROUPS_MAX = 2000

export interface Aggregated {
  readonly result: JsonObject
  /** Groups are left out. */
  readonly isTruncated: boolean
}

type Plain = Omit<Aggregation, 'subAggregations'>

/** One aggregation over entries. Groups are in order of their size, the largest first. Who lacks the field is in no group. */
export function aggregated(
  library: Pick<Library, 'kind'>,
  { field, operation, subAggregations }: Aggregation,
  entries: readonly Entry[],
): Aggregated {
  const own = (entry: Entry) => fieldOf(library, entry, field)
  if (operation !== 'group') {
    return { result: plainResult(library, { field, operation }, entries), isTruncated: false }
  }
  const named = entries.filter((entry) => own(entry) !== null)
  const groups = [...Map.groupBy(named, (entry) => String(own(entry)))]
  const sorted = groups.sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1))
  const shown = sorted.slice(0, GROUPS_MAX).map(([value, members]) => ({
    value,
    count: members.length,
    ...(subAggregations.length === 0
      ? {}
      : { subAggregations: subAggregations.map((each) => plainResult(library, each, members)) }),
  }))
  return { result: { field, operation, groups: shown }, isTruncated: groups.length > GROUPS_MAX }
}

function plainResult(
  library: Pick<Library, 'kind'>,
  { field, operation }: Plain,
  entries: readonly Entry[],
): JsonObject {
  const values = entries.map((entry) => fieldOf(library, entry, field)).filter((value) => value !== null)
  return { field, operation, value: reduced(operation, values, entries.length) }
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

/** A field of an entry, as its record has it. Null: it has none. */
function fieldOf(
  library: Pick<Library, 'kind'>,
  entry: Entry,
  field: AggregatedField,
): string | number | null {
  if (field === 'name') return entry.name
  if (field === 'extName') {
    const extension = entry.kind === 'directory' ? '' : extensionOf(entry.name)
    return extension === '' ? null : `.${extension}`
  }
  const value = entryRecord(library, entry, { user: true })[field]
  if (typeof value !== 'string' || value === '') return null
  return field === 'size' ? Number(value) : value
}
