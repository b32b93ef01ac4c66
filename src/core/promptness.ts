import type { Ticks } from './clock.ts'

/** What a call takes where nothing has to be waited for, in ms. */
const FREE_MS = 0.2
/** The part of its time that a thread may wait in calls, */
const SHARE = 0.1
/** and how long it may wait at a time, in ms. A busy machine puts threads aside for some of that. */
const BURST_MS = 20

/**
 * Whether a thread with other work may make calls that a disk can hold up. What they ask for mostly lies in memory, where asking
 * another thread costs several times what the call does. Where it does not, the thread soon has waited for as long as it may.
 */
export class Promptness {
  readonly #now: Ticks
  #waitedMs = 0
  #at: number

  constructor(now: Ticks) {
    this.#now = now
    this.#at = now()
  }

  get isPrompt(): boolean {
    this.#forget()
    return this.#waitedMs < BURST_MS
  }

  /** Makes a call, and takes note of how long it takes. `workMs` is for work of its own that takes longer than most. */
  time<T>(call: () => T, workMs = 0): T {
    const startedAt = this.#forget()
    try {
      return call()
    } finally {
      this.#waitedMs += Math.max(0, this.#now() - startedAt - FREE_MS - workMs)
    }
  }

  /** Lets what was waited before count for less. Returns the time. */
  #forget(): number {
    const now = this.#now()
    this.#waitedMs = Math.max(0, this.#waitedMs - (now - this.#at) * SHARE)
    this.#at = now
    return now
  }
}
