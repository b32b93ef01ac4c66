/** Where bytes are gathered: more are better for the disk, fewer let more senders share the budget. */
const SIZES: readonly number[] = [64, 128, 256, 512].map((kibibytes) => kibibytes * 1024)

/** Someone whose buffer is not full yet. */
export interface Gatherer {
  /** Gives the buffer up to be written as it is. Called at any time; does not wait. */
  handOver(): void
}

interface Waiting {
  readonly size: number
  readonly resolve: (buffer: Uint8Array) => void
}

/**
 * The store's memory, which its workers share: all buffers that are being filled or on their way through a worker are pieces of it. At
 * most half of it waits to be filled: beyond that the oldest gatherers hand over what they have, so that however many slow senders
 * there are, they do not hold up the others. What was never used costs the system nothing.
 */
export class Buffers {
  /** Buffers are found in it by their `byteOffset`. */
  readonly memory: SharedArrayBuffer
  readonly #sizes: readonly number[]
  /** The smallest buffer. All begin at a multiple of their size. */
  readonly #grain: number
  readonly #isTaken: boolean[]
  #freeSize: number
  readonly #waiting: Waiting[] = []
  readonly #gatherers = new Map<Gatherer, number>()
  #gathering = 0

  constructor(sizeMax: number) {
    const fits = SIZES.filter((size) => size <= sizeMax / 4)
    this.#sizes = fits.length > 0 ? fits : [Math.max(1, Math.floor(sizeMax / 4))]
    this.#grain = this.sizeFor(0)
    this.#isTaken = Array.from({ length: Math.floor(sizeMax / this.#grain) }, () => false)
    this.#freeSize = this.#isTaken.length * this.#grain
    this.memory = new SharedArrayBuffer(this.#freeSize)
  }

  /** The largest size of buffers that `size` bytes fill, or the smallest there is. */
  sizeFor(size: number): number {
    const [smallest = size, ...larger] = this.#sizes
    return larger.findLast((candidate) => candidate <= size) ?? smallest
  }

  /**
   * A buffer of a size that `sizeFor` gives, or a smaller one where so much is free only in pieces; first come, first served, once there is
   * room. Old bytes are in it.
   */
  take(size: number): Promise<Uint8Array> {
    return new Promise((resolve) => {
      this.#waiting.push({ size, resolve })
      this.#serve()
    })
  }

  /** Gives a buffer back. Nobody may use it any more. */
  give(buffer: Uint8Array): void {
    this.#mark(buffer.byteOffset, buffer.byteLength, false)
    this.#freeSize += buffer.byteLength
    this.#serve()
  }

  /** Notes that a gatherer waits for more bytes to fill a buffer of `size`. */
  hold(gatherer: Gatherer, size: number): void {
    this.#gatherers.set(gatherer, size)
    this.#gathering += size
    for (const [oldest] of this.#gatherers) {
      if (this.#gathering <= this.memory.byteLength / 2) return
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
      if (next === undefined || next.size > this.#freeSize) return
      this.#waiting.shift()
      next.resolve(this.#place(next.size))
    }
  }

  /** The first free piece of that size, or of the next smaller one. There is room for the smallest. */
  #place(wanted: number): Uint8Array {
    for (const size of this.#sizes.toReversed()) {
      const at = size > wanted ? null : this.#find(size)
      if (at === null) continue
      this.#mark(at, size, true)
      this.#freeSize -= size
      return new Uint8Array(this.memory, at, size)
    }
    throw new Error('a buffer was promised that is not there')
  }

  #find(size: number): number | null {
    const grains = size / this.#grain
    for (let first = 0; first + grains <= this.#isTaken.length; first += grains) {
      const taken = this.#isTaken.indexOf(true, first)
      if (taken === -1 || taken >= first + grains) return first * this.#grain
    }
    return null
  }

  #mark(at: number, size: number, isTaken: boolean): void {
    this.#isTaken.fill(isTaken, at / this.#grain, (at + size) / this.#grain)
  }
}
