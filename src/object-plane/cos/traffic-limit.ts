import { PlaneError } from '../errors.ts'

export const TRAFFIC_LIMIT = 'x-cos-traffic-limit'

/** Bytes a second, both inclusive. */
export const TRAFFIC_LIMIT_MIN = 102_400
export const TRAFFIC_LIMIT_MAX = 104_857_600

/**
 * The limit that a request asks for, bytes a second: the figures of SMH, as its document shows the header (Tencent document
 * 1283/75439), not the bits of COS alone. Of several values the smallest counts; null for none. Throws `argument-invalid`.
 */
export function readTrafficLimit(values: readonly string[]): number | null {
  if (values.length === 0) return null
  return Math.min(...values.map(readOne))
}

function readOne(text: string): number {
  const limit = /^\d{1,12}$/.test(text) ? Number(text) : 0
  if (limit < TRAFFIC_LIMIT_MIN || limit > TRAFFIC_LIMIT_MAX)
    throw new PlaneError('argument-invalid', `${TRAFFIC_LIMIT} is out of range`)
  return limit
}
