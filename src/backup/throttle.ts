import { setTimeout } from 'node:timers/promises'
import type { Ticks } from '../core/clock.ts'

/** Bytes no faster than a rate that all who share it keep to together. */
export type Throttle = (source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>

/** `rate`: bytes a second; null for no limit. */
export function createThrottle(rate: number | null, ticks: Ticks): Throttle {
  if (rate === null) return (source) => source
  /** When the bytes that were let through are paid for. */
  let paidAt = ticks()
  return async function* (source) {
    for await (const chunk of source) {
      const now = ticks()
      paidAt = Math.max(paidAt, now) + (chunk.byteLength / rate) * 1000
      yield chunk
      if (paidAt > now) await setTimeout(paidAt - now)
    }
  }
}
