import type { TimeMs } from '../core/clock.ts'
import { around, because } from '../http/why.ts'
import { PlaneError } from './errors.ts'

/** How far a client's clock may be off, milliseconds. */
const SKEW_MAX_MS = 15 * 60_000

/** When something was signed, and for how long; null for a request that is for now. */
export interface SignedTime {
  readonly signedAt: TimeMs
  readonly expiresS: number | null
}

/**
 * Checks that it is the time for a signature of version 4. `end` says whether a URL still holds at the very moment of its end: clouds differ.
 * Throws PlaneError `clock-skew`, and `url-expired`.
 */
export function requireInTime(
  { signedAt, expiresS }: SignedTime,
  now: TimeMs,
  end: 'with its end' | 'up to its end',
): void {
  const from = signedAt - SKEW_MAX_MS
  if (expiresS === null || now < from) {
    if (Math.abs(signedAt - now) <= SKEW_MAX_MS) return
    const reason = now < from ? 'signed in the future' : 'signed too long ago'
    throw because(new PlaneError('clock-skew', reason), () => ({ times: around(signedAt, now, SKEW_MAX_MS) }))
  }
  const until = signedAt + expiresS * 1000
  if (now < until || (now === until && end === 'with its end')) return
  throw because(new PlaneError('url-expired', 'the URL has expired'), () => ({
    times: { given: now, now, from, until },
  }))
}
