/** What is under way. Whoever stops waits until nothing is. */
export class InFlight {
  readonly #served = new Set<Promise<void>>()
  readonly #waiters = new Set<() => void>()

  /** Never rejecting. */
  add(serving: Promise<void>): void {
    const served = serving.finally(() => {
      this.#served.delete(served)
      if (this.#served.size > 0) return
      for (const wake of this.#waiters) wake()
      this.#waiters.clear()
    })
    this.#served.add(served)
  }

  /** Whether nothing is under way before the time is over. */
  async idleWithin(timeoutMs: number): Promise<boolean> {
    if (this.#served.size === 0) return true
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#waiters.add(resolve)
      timer = setTimeout(resolve, timeoutMs)
    })
    clearTimeout(timer)
    return this.#served.size === 0
  }
}
