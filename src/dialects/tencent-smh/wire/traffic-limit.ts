import type { JsonObject } from '../../../core/model/json.ts'
import type { Query } from './query.ts'

/** Bytes a second that callers may ask for: reference §1. */
export const TRAFFIC_LIMIT = { min: 100 * 1024, max: 100 * 1024 * 1024 } as const

/** The call's own `traffic_limit`, bytes a second; null for none. Errors: `ParamInvalid`. */
export const trafficLimitOf = (query: Query): number | null => query.integer('traffic_limit', TRAFFIC_LIMIT)

/** The lower limit of two, in bytes a second: the call's and that of the space's downloads. Null: there is neither. */
export function downloadLimit(query: Query, space: JsonObject): number | null {
  const asked = trafficLimitOf(query)
  const { downloadTrafficLimit: own } = space
  if (typeof own !== 'number' || own <= 0) return asked
  const limit = Math.min(Math.max(own, TRAFFIC_LIMIT.min), TRAFFIC_LIMIT.max)
  return asked === null ? limit : Math.min(limit, asked)
}
