import { setTimeout } from 'node:timers/promises'
import { Pace } from '../core/bytes/pace.ts'
import type { Ticks } from '../core/clock.ts'

/** Bytes no faster than a rate that all who share it keep to together. */
export type Throttle = (source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>

/** `rate`: bytes a second; null for no limit. */
export function createThrottle(rate: number | null, ticks: Ticks): Throttle {
  if (rate === null) return (source) => source
  const pace = new Pace(rate, ticks, setTimeout)
  return async function* (source) {
    for await (const chunk of source) {
      yield chunk
      await pace.took(chunk.byteLength)
    }
  }
}
