/**
 * How much of something goes through in a second. What is taken beyond that is a debt, which has to be waited off: so a large piece
 * goes through whole, and the next one later.
 */
export class Meter {
  readonly #perSecond: number
  readonly #burst: number
  #left: number
  #at: number

  /** `perSecond` 0: without a limit. `burstS`: seconds of it that may come at once. */
  constructor(perSecond: number, burstS: number, now: number) {
    this.#perSecond = perSecond
    this.#burst = perSecond * burstS
    this.#left = this.#burst
    this.#at = now
  }

  take(amount: number, now: number): void {
    if (this.#perSecond === 0) return
    this.#fill(now)
    this.#left -= amount
  }

  /** Milliseconds until there is something left again; 0: there is. */
  waitMs(now: number): number {
    if (this.#perSecond === 0) return 0
    this.#fill(now)
    return this.#left > 0 ? 0 : Math.ceil(((1 - this.#left) * 1000) / this.#perSecond)
  }

  /** Whether forgetting it changes nothing. */
  isFull(now: number): boolean {
    if (this.#perSecond === 0) return true
    this.#fill(now)
    return this.#left >= this.#burst
  }

  #fill(now: number): void {
    const elapsedMs = Math.max(0, now - this.#at)
    this.#at = now
    this.#left = Math.min(this.#burst, this.#left + (elapsedMs * this.#perSecond) / 1000)
  }
}
