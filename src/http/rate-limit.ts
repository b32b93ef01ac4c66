import type { Clock } from '../core/clock.ts'

export interface RateLimitOptions {
  readonly clock: Clock
  /** Tokens that come back in a second; above 0. */
  readonly perSecond: number
  /** Tokens of a key that was not seen lately; at least 1. Default: those of one second, at least 1. */
  readonly burst?: number
  /** Keys that are remembered; the one unused for longest is forgotten first. Default 10,000. */
  readonly keysMax?: number
}

export interface RateLimit {
  /** Takes one token of the key, if there is one; else tells when there will be. */
  take(key: string): { readonly allowed: true } | { readonly allowed: false; readonly retryAfterMs: number }
}

/** Thousandths of tokens, so that whole rates stay whole numbers. */
interface Bucket {
  millitokens: number
  at: number
}

const KEYS_MAX = 10_000

/** A token bucket for each key. Costs one map entry a key; nothing runs in the background. */
export function createRateLimit({ clock, perSecond, ...options }: RateLimitOptions): RateLimit {
  const burst = options.burst ?? Math.max(1, perSecond)
  const keysMax = options.keysMax ?? KEYS_MAX
  const buckets = new Map<string, Bucket>()

  const bucketOf = (key: string, now: number): Bucket => {
    const bucket = buckets.get(key) ?? { millitokens: burst * 1000, at: now }
    buckets.delete(key)
    buckets.set(key, bucket)
    if (buckets.size > keysMax) buckets.delete(buckets.keys().next().value ?? key)
    return bucket
  }

  return {
    take: (key) => {
      const now = clock.now()
      const bucket = bucketOf(key, now)
      const elapsedMs = Math.max(0, now - bucket.at)
      bucket.millitokens = Math.min(burst * 1000, bucket.millitokens + elapsedMs * perSecond)
      bucket.at = now
      if (bucket.millitokens < 1000) {
        return { allowed: false, retryAfterMs: Math.ceil((1000 - bucket.millitokens) / perSecond) }
      }
      bucket.millitokens -= 1000
      return { allowed: true }
    },
  }
}
