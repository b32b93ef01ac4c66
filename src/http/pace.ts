import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../core/clock.ts'

/** Resolves after that many milliseconds, or somewhat later. */
export type Sleep = (ms: number) => Promise<void>

export const sleep: Sleep = (ms) => delay(ms)

export interface PaceOptions {
  /** Bytes a second; at least 10. */
  readonly rate: number
  readonly clock: Clock
  readonly sleep: Sleep
}

/** The bytes of this time go at once, so that there are at most ten waits a second. */
const SLICE_MS = 100
/** The bytes of this time may be made up for after a late timer or a slow source. */
const BURST_MS = 500

/**
 * The bytes of `source`, no faster than `rate`: within any `t` seconds at most `rate * (t + 0.5)` bytes. Chunks are cut where a
 * slice ends. Asks the source for no more while it waits, so that whoever sends is held back.
 */
export async function* pace(
  source: AsyncIterable<Uint8Array>,
  options: PaceOptions,
): AsyncGenerator<Uint8Array, void> {
  const allowance = new Allowance(options)
  for await (const chunk of source) {
    for (let start = 0; start < chunk.byteLength; ) {
      const end = start + (await allowance.take(chunk.byteLength - start))
      yield start === 0 && end === chunk.byteLength ? chunk : chunk.subarray(start, end)
      start = end
    }
  }
}

/** A token bucket that is filled whenever it is asked. */
class Allowance {
  readonly #options: PaceOptions
  readonly #sliceSize: number
  #size: number
  #at: number

  constructor(options: PaceOptions) {
    this.#options = options
    this.#sliceSize = this.#sizeOf(SLICE_MS)
    this.#size = this.#sliceSize
    this.#at = options.clock.now()
  }

  /** Waits until all of `wanted` bytes, or a slice of them, may go. Returns how many may go now. */
  async take(wanted: number): Promise<number> {
    this.#fill(0)
    const isEnough = this.#size >= Math.min(wanted, this.#sliceSize)
    while (!isEnough && this.#size < this.#sliceSize) {
      const waitMs = Math.ceil(((this.#sliceSize - this.#size) * 1000) / this.#options.rate)
      await this.#options.sleep(waitMs)
      this.#fill(waitMs)
    }
    const taken = Math.min(wanted, Math.floor(this.#size))
    this.#size -= taken
    return taken
  }

  /** Where the clock stands or was set back, the time slept counts. */
  #fill(sleptMs: number): void {
    const now = this.#options.clock.now()
    const elapsedMs = now > this.#at ? now - this.#at : sleptMs
    this.#at = now
    this.#size = Math.min(this.#size + this.#sizeOf(elapsedMs), this.#sizeOf(BURST_MS))
  }

  #sizeOf(ms: number): number {
    return (this.#options.rate * ms) / 1000
  }
}
