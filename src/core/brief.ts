import type { Clock, TimeMs } from './clock.ts'
import { putLatest } from './latest.ts'

export interface BriefOptions {
  readonly clock: Clock
  /** How long an answer is good for. */
  readonly keepMs: number
  /** Answers that are kept; the oldest is forgotten first. Default 10,000. */
  readonly keysMax?: number
}

/** Answers that are kept for a moment, so that what many ask is looked up once. */
export interface Brief<T> {
  /** The answer to a key, of `ask` where none is fresh. Who asks while one is looked up gets that one. A failure is not kept. */
  get(key: string, ask: () => Promise<T>): Promise<T>
  /** Looks up anew what is asked next. */
  forget(): void
}

const KEYS_MAX = 10_000

export function createBrief<T>({ clock, keepMs, keysMax = KEYS_MAX }: BriefOptions): Brief<T> {
  const kept = new Map<string, { readonly answer: Promise<T>; readonly from: TimeMs }>()
  const isFresh = (from: TimeMs, now: TimeMs): boolean => now >= from && now < from + keepMs
  return {
    get: (key, ask) => {
      const now = clock.now()
      const known = kept.get(key)
      if (known !== undefined && isFresh(known.from, now)) return known.answer
      const answer = ask()
      const entry = { answer, from: now }
      putLatest(kept, key, entry, keysMax)
      answer.catch(() => {
        if (kept.get(key) === entry) kept.delete(key)
      })
      return answer
    },
    forget: () => kept.clear(),
  }
}
