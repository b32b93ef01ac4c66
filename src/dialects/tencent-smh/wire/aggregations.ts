import type { JsonObject } from '../../../core/model/json.ts'
import type { Shape } from '../../../http/json-fields.ts'
import { isObject, listOf, oneOf } from '../../../http/json-shapes.ts'
import { invalidParam } from '../errors.ts'
import { bodyFields } from './parameters.ts'

export type AggregatedField = (typeof FIELDS)[number]
export type AggregateOperation = (typeof OPERATIONS)[number]

export interface Aggregation {
  readonly field: AggregatedField
  readonly operation: AggregateOperation
  readonly subAggregations: readonly Omit<Aggregation, 'subAggregations'>[]
}

const FIELDS = ['extName', 'category', 'size', 'contentType', 'userId', 'name', 'fileType'] as const
const OPERATIONS = ['group', 'count', 'distinct', 'sum', 'min', 'max', 'average'] as const
const OF_ANY: readonly AggregateOperation[] = ['count', 'distinct']
const AGGREGATIONS_MAX = 5
const SUB_AGGREGATIONS_MAX = 3

/** What may be done with a field: JavaScript SDK, `SearchFsStatsRequest`. */
function isAllowed(field: AggregatedField, operation: AggregateOperation): boolean {
  if (OF_ANY.includes(operation)) return true
  if (operation === 'group') return field !== 'size' && field !== 'name'
  return field === 'size'
}

/** `aggregations` of a body: 1 to 5, each group with up to 3 of its own. Errors: `ParamInvalid`. */
export function readAggregations(body: JsonObject): readonly Aggregation[] {
  const found = bodyFields(body).required('aggregations', listOf(AN_OBJECT, 'a list', AGGREGATIONS_MAX))
  if (found.length === 0) throw invalidParam('aggregations', `1 to ${AGGREGATIONS_MAX} of them`)
  return found.map((object) => {
    const own = readOne(object)
    const below = bodyFields(object).optional('subAggregations', SUB_AGGREGATIONS) ?? []
    if (below.length > 0 && own.operation !== 'group')
      throw invalidParam('subAggregations', 'those of groups')
    return { ...own, subAggregations: below.map(readSub) }
  })
}

const AN_OBJECT: Pick<Shape<JsonObject>, 'read'> = {
  read: (value) => (isObject(value) ? value : undefined),
}
const SUB_AGGREGATIONS = listOf(AN_OBJECT, `at most ${SUB_AGGREGATIONS_MAX}`, SUB_AGGREGATIONS_MAX)

function readOne(object: JsonObject): Omit<Aggregation, 'subAggregations'> {
  const fields = bodyFields(object)
  const field = fields.required('field', oneOf(FIELDS))
  const operation = fields.required('operation', oneOf(OPERATIONS))
  if (!isAllowed(field, operation)) throw invalidParam('operation', `one that ${field} has`)
  return { field, operation }
}

function readSub(object: JsonObject): Omit<Aggregation, 'subAggregations'> {
  const own = readOne(object)
  if (own.operation === 'group') throw invalidParam('operation', 'no group within a group')
  return own
}
