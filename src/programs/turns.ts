import { CoreError } from '../core/errors.ts'

/** Lets so many at a time work, in the order in which they came. */
export class Turns {
  readonly #workingMax: number
  readonly #waitingMax: number
  readonly #waiting: (() => void)[] = []
  #working = 0

  constructor({ workingMax, waitingMax }: { readonly workingMax: number; readonly waitingMax: number }) {
    this.#workingMax = workingMax
    this.#waitingMax = waitingMax
  }

  /** Errors: those of the work; `unavailable` where too many wait already. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#working >= this.#workingMax) {
      if (this.#waiting.length >= this.#waitingMax) throw new CoreError('unavailable', 'too many wait')
      // Whoever is done hands its turn on: it does not become free in between.
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else this.#working += 1
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#working -= 1
      else next()
    }
  }
}
