import type { Clock, TimeMs } from '../core/clock.ts'
import { putLatest } from '../core/latest.ts'

/** How fast tokens come back. */
type Refill =
  /** So many in a second; above 0. */
  | { readonly perSecond: number; readonly everyMs?: never }
  /** One after so many milliseconds; above 0. */
  | { readonly everyMs: number; readonly perSecond?: never }

export type RateLimitOptions = Refill & {
  readonly clock: Clock
  /** Tokens of a key that has spent none lately; at least 1. Default: those of one second, at least 1. */
  readonly burst?: number
  /** Keys that are remembered; the one unused for longest is forgotten first. Default 10,000. */
  readonly keysMax?: number
}

/** Tokens that keys spend and get back with time. A key that spends nothing takes no memory. */
export interface RateLimit {
  /** Takes one token of the key, if there is one; else tells when there will be. */
  take(key: string): { readonly allowed: true } | { readonly allowed: false; readonly retryAfterMs: number }
  /** Whether the key has a token. Asking is no use of it. */
  has(key: string): boolean
  /** Takes a token if there is one; what is not there is not owed. */
  spend(key: string): void
  /** Tokens that the key has. */
  left(key: string): number
  /** Milliseconds until the key has one. */
  waitMs(key: string): number
}

interface Spent {
  /** What is not back yet. */
  owed: number
  at: TimeMs
}

const KEYS_MAX = 10_000

/** A token bucket for each key. Costs one map entry a key; nothing runs in the background. */
export function createRateLimit({ clock, keysMax = KEYS_MAX, ...options }: RateLimitOptions): RateLimit {
  const { price, perMs } = unitsOf(options)
  const burst = options.burst ?? Math.max(1, (perMs * 1000) / price)
  const spenders = new Map<string, Spent>()

  const owedBy = (key: string): number => {
    const spent = spenders.get(key)
    if (spent === undefined) return 0
    const now = clock.now()
    // A clock that is set back gives nothing, and takes nothing.
    spent.owed = Math.max(0, spent.owed - Math.max(0, now - spent.at) * perMs)
    spent.at = now
    return spent.owed
  }
  const use = (key: string, owed: number): void =>
    putLatest(spenders, key, { owed, at: clock.now() }, keysMax)
  const waitMs = (key: string): number => Math.ceil(Math.max(0, owedBy(key) - (burst - 1) * price) / perMs)
  const spend = (key: string): void => use(key, Math.min(burst * price, owedBy(key) + price))
  return {
    waitMs,
    spend,
    has: (key) => waitMs(key) === 0,
    left: (key) => burst - Math.ceil(owedBy(key) / price),
    take: (key) => {
      const retryAfterMs = waitMs(key)
      if (retryAfterMs > 0) use(key, owedBy(key))
      else spend(key)
      return retryAfterMs > 0 ? { allowed: false, retryAfterMs } : { allowed: true }
    },
  }
}

/** Units in which a token and what comes back in a millisecond are whole numbers, where the rate is one. */
const unitsOf = ({ perSecond, everyMs }: Refill): { readonly price: number; readonly perMs: number } =>
  everyMs === undefined ? { price: 1000, perMs: perSecond } : { price: everyMs, perMs: 1 }
