/** Where bytes are gathered: more are better for the disk, fewer let more senders share the budget. */
const SIZES: readonly number[] = [64, 128, 256, 512].map((kibibytes) => kibibytes * 1024)

/** Someone whose buffer is not full yet. */
export interface Gatherer {
  /** Gives the buffer up to be written as it is. Called at any time; does not wait. */
  handOver(): void
}

interface Waiting {
  readonly size: number
  readonly resolve: (buffer: ArrayBuffer) => void
}

/**
 * The store's memory: all buffers that are being filled, on their way to a worker, or kept for the next use come to at
 * most `sizeMax` bytes. At most half of it waits to be filled: beyond that the oldest gatherers hand over what they
 * have, so that however many slow senders there are, they do not hold up the others.
 */
export class Buffers {
  readonly #sizes: readonly number[]
  readonly #sizeMax: number
  readonly #waiting: Waiting[] = []
  readonly #spares = new Map<number, ArrayBuffer[]>()
  #spareSize = 0
  readonly #gatherers = new Map<Gatherer, number>()
  #used = 0
  #gathering = 0

  constructor(sizeMax: number) {
    const fits = SIZES.filter((size) => size <= sizeMax / 4)
    this.#sizes = fits.length > 0 ? fits : [Math.max(1, Math.floor(sizeMax / 4))]
    this.#sizeMax = sizeMax
  }

  /** The largest size of buffers that `size` bytes fill, or the smallest there is. */
  sizeFor(size: number): number {
    const [smallest = size, ...larger] = this.#sizes
    return larger.findLast((candidate) => candidate <= size) ?? smallest
  }

  /** A buffer of a size that `sizeFor` gives; first come, first served, once there is room. Old bytes are in it. */
  take(size: number): Promise<ArrayBuffer> {
    return new Promise((resolve) => {
      this.#waiting.push({ size, resolve })
      this.#serve()
    })
  }

  /** Gives back what `size` bytes were taken for: the buffer, or null where it is lost. */
  give(size: number, buffer: ArrayBuffer | null): void {
    this.#used -= size
    if (buffer !== null) {
      this.#sparesOf(size).push(buffer)
      this.#spareSize += size
    }
    this.#serve()
  }

  /** Notes that a gatherer waits for more bytes to fill a buffer of `size`. */
  hold(gatherer: Gatherer, size: number): void {
    this.#gatherers.set(gatherer, size)
    this.#gathering += size
    for (const [oldest] of this.#gatherers) {
      if (this.#gathering <= this.#sizeMax / 2) return
      this.release(oldest)
      oldest.handOver()
    }
  }

  /** The gatherer's buffer is full, handed over or given back. */
  release(gatherer: Gatherer): void {
    this.#gathering -= this.#gatherers.get(gatherer) ?? 0
    this.#gatherers.delete(gatherer)
  }

  #serve(): void {
    for (;;) {
      const next = this.#waiting[0]
      if (next === undefined || this.#used + next.size > this.#sizeMax) break
      this.#waiting.shift()
      this.#used += next.size
      next.resolve(this.#spare(next.size) ?? new ArrayBuffer(next.size))
    }
    this.#trim()
  }

  /** Gives up kept buffers as far as buffers in use need their room. */
  #trim(): void {
    for (const [size, spares] of this.#spares) {
      const excess = this.#used + this.#spareSize - this.#sizeMax
      if (excess <= 0) return
      const count = Math.min(spares.length, Math.ceil(excess / size))
      spares.splice(0, count)
      this.#spareSize -= count * size
    }
  }

  #spare(size: number): ArrayBuffer | null {
    const spare = this.#sparesOf(size).pop()
    if (spare === undefined) return null
    this.#spareSize -= size
    return spare
  }

  #sparesOf(size: number): ArrayBuffer[] {
    const spares = this.#spares.get(size) ?? []
    this.#spares.set(size, spares)
    return spares
  }
}
