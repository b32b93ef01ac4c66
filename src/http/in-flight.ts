/** What is under way. Whoever stops waits until nothing is. */
export class InFlight {
  #count = 0
  readonly #waiters = new Set<() => void>()

  /** Never rejecting. */
  add(serving: Promise<void>): void {
    this.#count += 1
    void serving.then(this.#leave)
  }

  readonly #leave = (): void => {
    this.#count -= 1
    if (this.#count > 0) return
    for (const wake of this.#waiters) wake()
    this.#waiters.clear()
  }

  /** Whether nothing is under way before the time is over. */
  async idleWithin(timeoutMs: number): Promise<boolean> {
    if (this.#count === 0) return true
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#waiters.add(resolve)
      timer = setTimeout(resolve, timeoutMs)
    })
    clearTimeout(timer)
    return this.#count === 0
  }
}
