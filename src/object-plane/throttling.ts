import type { Clock } from '../core/clock.ts'
import { pace, type Sleep } from '../http/pace.ts'
import type { PlaneSigner } from './types.ts'

/** Holds a body back, or lets it through as it is. */
export type Throttle = (body: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>

/** The speed of one request: what the client asks for (bytes a second), at most what its credentials allow. */
export type ThrottleFor = (signer: PlaneSigner, asked: number | null) => Throttle

export function throttling(clock: Clock, sleep: Sleep): ThrottleFor {
  return ({ grant }, asked) => {
    const limits = [grant?.trafficLimit ?? null, asked].filter((limit) => limit !== null)
    if (limits.length === 0) return (body) => body
    const rate = Math.min(...limits)
    return (body) => pace(body, { rate, clock, sleep })
  }
}
