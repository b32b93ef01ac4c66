import type { JsonObject } from '../../core/model/json.ts'
import { isObject } from '../../http/json-shapes.ts'
import type { Exchange } from '../../http/types.ts'
import {
  ALGORITHMS,
  type ChecksumType,
  invalid,
  invalidHeader,
  isAlgorithm,
  unknownAlgorithm,
} from './checksums.ts'

/** What checksum an upload of parts shall have. */
export interface ChecksumPlan {
  /** As headers spell it. */
  readonly algorithm: string
  readonly type: ChecksumType
}

const TYPE = 'x-amz-checksum-type'

/** What the beginning of an upload says; null for nothing. Throws S3Error `InvalidRequest`. */
export function readPlan({ request: { headers } }: Pick<Exchange, 'request'>): ChecksumPlan | null {
  const named = headers['x-amz-checksum-algorithm']
  const type = readType(headers[TYPE])
  if (named === undefined) {
    if (type !== null)
      throw invalid(
        'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
      )
    return null
  }
  const algorithm = String(named).toLowerCase()
  const [standard, ...others] = isAlgorithm(algorithm) ? (ALGORITHMS[algorithm]?.types ?? []) : []
  if (standard === undefined) throw unknownAlgorithm()
  if (type !== null && type !== standard && !others.includes(type))
    throw invalid(`The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`)
  return { algorithm, type: type ?? standard }
}

/** Throws S3Error `InvalidRequest`. */
export function readType(header: string | readonly string[] | undefined): ChecksumType | null {
  if (header === undefined) return null
  const type = String(header).toUpperCase()
  if (type !== 'COMPOSITE' && type !== 'FULL_OBJECT') throw invalidHeader(TYPE)
  return type
}

/** The plan among what is kept of an upload; null for none. */
export function planOf({ checksumPlan }: JsonObject): ChecksumPlan | null {
  if (!isObject(checksumPlan)) return null
  const { algorithm, type } = checksumPlan
  if (typeof algorithm !== 'string') return null
  return { algorithm, type: type === 'FULL_OBJECT' ? 'FULL_OBJECT' : 'COMPOSITE' }
}

/** Headers of an answer about an upload that has it. */
export const planHeaders = (plan: ChecksumPlan | null): Readonly<Record<string, string>> =>
  plan === null ? {} : { 'x-amz-checksum-algorithm': plan.algorithm.toUpperCase(), [TYPE]: plan.type }
