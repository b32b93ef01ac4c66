/** Where bytes are gathered: more are better for the disk, fewer let more senders share the budget. */
const BUFFER_SIZE_MIN = 64 * 1024
const BUFFER_SIZE_MAX = 512 * 1024

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
  readonly sizeLeast: number
  readonly sizeMost: number
  readonly #sizeMax: number
  readonly #waiting: Waiting[] = []
  readonly #spares: ArrayBuffer[] = []
  readonly #gatherers = new Map<Gatherer, number>()
  #used = 0
  #gathering = 0

  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax
    this.sizeMost = Math.min(BUFFER_SIZE_MAX, Math.max(1, Math.floor(sizeMax / 4)))
    this.sizeLeast = Math.min(BUFFER_SIZE_MIN, this.sizeMost)
  }

  /** A buffer of `size` bytes (at most `sizeMost`), first come first served once there is room. Old bytes are in it. */
  take(size: number): Promise<ArrayBuffer> {
    return new Promise((resolve) => {
      this.#waiting.push({ size, resolve })
      this.#serve()
    })
  }

  /** Gives back what `size` bytes were taken for: the buffer, or null where it is lost. */
  give(size: number, buffer: ArrayBuffer | null): void {
    this.#used -= size
    if (buffer !== null && size === this.sizeMost) this.#spares.push(buffer)
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
    while (this.#spares.length > 0 && this.#used + this.#spares.length * this.sizeMost > this.#sizeMax) {
      this.#spares.pop()
    }
  }

  #spare(size: number): ArrayBuffer | undefined {
    return size === this.sizeMost ? this.#spares.pop() : undefined
  }
}
