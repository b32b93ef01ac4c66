import type { Ticks } from '../clock.ts'

/** Lets bytes through at a rate, on average since its beginning. */
export class Pace {
  readonly #bytesPerS: number | null
  readonly #ticks: Ticks
  readonly #wait: (ms: number) => Promise<void>
  #freeAt = 0

  /** Null: as fast as they come. */
  constructor(bytesPerS: number | null, ticks: Ticks, wait: (ms: number) => Promise<void>) {
    this.#bytesPerS = bytesPerS
    this.#ticks = ticks
    this.#wait = wait
  }

  /** Resolves when as much may follow. */
  async took(bytes: number): Promise<void> {
    if (this.#bytesPerS === null) return
    const now = this.#ticks()
    this.#freeAt = Math.max(this.#freeAt, now) + (bytes / this.#bytesPerS) * 1000
    if (this.#freeAt > now) await this.#wait(this.#freeAt - now)
  }
}
