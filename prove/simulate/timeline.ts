import type { Clock, TimeMs } from '../../src/core/clock.ts'

interface Due {
  readonly at: TimeMs
  readonly run: () => void
}

/** A time that jumps from one thing that is due to the next. Nothing waits. */
export class Timeline implements Clock {
  #now: TimeMs
  /** The next one is the last; those of the same time stand in the order in which they came. */
  readonly #due: Due[] = []

  constructor(start: TimeMs) {
    this.#now = start
  }

  now(): TimeMs {
    return this.#now
  }

  after(ms: number, run: () => void): void {
    const due = { at: this.#now + ms, run }
    let place = this.#due.length
    while (place > 0 && (this.#due[place - 1]?.at ?? 0) <= due.at) place -= 1
    this.#due.splice(place, 0, due)
  }

  delay(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve))
  }

  /** Does all that is due, and what comes of it, until nothing is left. */
  async run(): Promise<void> {
    for (let next = this.#due.pop(); next !== undefined; next = this.#due.pop()) {
      this.#now = next.at
      next.run()
      await quiet()
    }
  }
}

/** Resolves once all promises that can go on have done so: the tick queue comes after that of promises. */
const quiet = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve))
