import type { Clock, TimeMs } from '../../core/clock.ts'

export interface AllowanceOptions {
  readonly clock: Clock
  /** Tokens of a key that has spent none lately. */
  readonly burst: number
  /** Tokens that come back in a second. */
  readonly perSecond: number
  /** Keys that are remembered; the one that spent longest ago is forgotten first. */
  readonly keysMax: number
}

/** Tokens that keys spend and get back with time. A key that spends nothing takes no memory. */
export interface Allowance {
  /** Whether the key has a whole token. */
  has(key: string): boolean
  /** Spends one; what is not there is not owed. */
  spend(key: string): void
  /** Whole tokens that the key has. */
  left(key: string): number
  /** Milliseconds until the key has a whole token. */
  waitMs(key: string): number
}

interface Spent {
  readonly tokens: number
  readonly at: TimeMs
}

export function createAllowance({ clock, burst, perSecond, keysMax }: AllowanceOptions): Allowance {
  const spenders = new Map<string, Spent>()
  const tokensOf = (key: string): number => {
    const spent = spenders.get(key)
    if (spent === undefined) return burst
    // A clock that is set back gives nothing, and takes nothing.
    const elapsedMs = Math.max(0, clock.now() - spent.at)
    return Math.min(burst, spent.tokens + (elapsedMs * perSecond) / 1000)
  }
  return {
    has: (key) => tokensOf(key) >= 1,
    left: (key) => Math.floor(tokensOf(key)),
    waitMs: (key) => Math.ceil((Math.max(0, 1 - tokensOf(key)) / perSecond) * 1000),
    spend: (key) => {
      const tokens = Math.max(0, tokensOf(key) - 1)
      spenders.delete(key)
      spenders.set(key, { tokens, at: clock.now() })
      const [oldest] = spenders.keys()
      if (spenders.size > keysMax && oldest !== undefined) spenders.delete(oldest)
    },
  }
}
