import type { Clock, TimeMs } from '../../core/clock.ts'

export interface AllowanceOptions {
  readonly clock: Clock
  /** Tokens of a key that has spent none lately. */
  readonly burst: number
  /** After how many milliseconds one comes back. */
  readonly everyMs: number
  /** Keys that are remembered; the one that spent longest ago is forgotten first. */
  readonly keysMax: number
}

/** Tokens that keys spend and get back with time. A key that spends nothing takes no memory. */
export interface Allowance {
  /** Whether the key has a token. */
  has(key: string): boolean
  /** Spends one; what is not there is not owed. */
  spend(key: string): void
  /** Tokens that the key has. */
  left(key: string): number
  /** Milliseconds until the key has one. */
  waitMs(key: string): number
}

interface Spent {
  /** After how long all are back, counted from `at`. */
  readonly backMs: number
  readonly at: TimeMs
}

export function createAllowance({ clock, burst, everyMs, keysMax }: AllowanceOptions): Allowance {
  const spenders = new Map<string, Spent>()
  const backMs = (key: string): number => {
    const spent = spenders.get(key)
    // A clock that is set back gives nothing, and takes nothing.
    return spent === undefined ? 0 : Math.max(0, spent.backMs - Math.max(0, clock.now() - spent.at))
  }
  const waitMs = (key: string): number => Math.max(0, backMs(key) - (burst - 1) * everyMs)
  return {
    waitMs,
    has: (key) => waitMs(key) === 0,
    left: (key) => burst - Math.ceil(backMs(key) / everyMs),
    spend: (key) => {
      const spent = { backMs: Math.min(burst * everyMs, backMs(key) + everyMs), at: clock.now() }
      spenders.delete(key)
      spenders.set(key, spent)
      const [oldest] = spenders.keys()
      if (spenders.size > keysMax && oldest !== undefined) spenders.delete(oldest)
    },
  }
}
