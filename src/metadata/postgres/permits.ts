import { ConnectionFailure } from './errors.ts'

interface Waiting {
  readonly resolve: () => void
  readonly timer: NodeJS.Timeout
}

/** Lets so many work at a time. The others wait in line, each up to a time. */
export class Permits {
  readonly #waitTimeoutMs: number
  readonly #line = new Set<Waiting>()
  #free: number

  constructor(count: number, waitTimeoutMs: number) {
    this.#free = count
    this.#waitTimeoutMs = waitTimeoutMs
  }

  /** Resolves when it is the caller's turn. The caller gives it back. Fails with a `ConnectionFailure` when time is up. */
  take(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#line.delete(waiting)
        reject(new ConnectionFailure('timed-out', 'all connections are in use'))
      }, this.#waitTimeoutMs)
      const waiting = { resolve, timer }
      this.#line.add(waiting)
    })
  }

  give(): void {
    const [next] = this.#line
    if (next === undefined) {
      this.#free += 1
      return
    }
    this.#line.delete(next)
    clearTimeout(next.timer)
    next.resolve()
  }
}
