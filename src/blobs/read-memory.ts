import type { ReadOptions } from '../core/ports/blobs.ts'

const CHUNK_SIZE_MIN = 16 * 1024
const CHUNK_SIZE_MAX = 512 * 1024
/** What all chunks of all readers may come to; only chunks of the smallest size go beyond. */
const HELD_SIZE_MAX = 64 * 1024 * 1024
/** A chunk takes at most this part of what is left, so that something is left for the next. */
const SHARE = 1 / 8
/** Memory that is lent comes in sizes of this many bytes times a power of two, and is kept for the next readers. */
const LENT_SIZE_MIN = 64 * 1024
const SPARE_SIZE_MAX = 16 * 1024 * 1024

/** Memory for one chunk of a reader. It is to be ended once, in one of two ways. */
export interface ReadChunk {
  readonly bytes: Buffer
  /** Its consumer has gone on: lent memory is used again. */
  giveBack(): void
  /** Somebody may still use it. */
  leave(): void
}

/** The memory of a store's readers. Chunks are large for few readers and small for many, so that it stays bounded. */
export class ReadMemory {
  #held = 0
  readonly #spares = new Map<number, Buffer[]>()
  #spareSize = 0

  /** Whether there is room for a chunk that is not the reader's only one. */
  hasRoom({ grain = 1 }: ReadOptions): boolean {
    return this.#share() >= grain
  }

  /** Memory for the next chunk of a reader that has `left` bytes to go. */
  take(left: number, { grain = 1, lends = false }: ReadOptions): ReadChunk {
    const wanted = Math.min(Math.max(this.#share(), CHUNK_SIZE_MIN), CHUNK_SIZE_MAX)
    const size = Math.min(Math.max(grain, wanted - (wanted % grain)), left)
    const memory = lends ? this.#lent(size) : Buffer.allocUnsafeSlow(size)
    this.#held += memory.byteLength
    const end = () => {
      this.#held -= memory.byteLength
    }
    const giveBack = () => {
      end()
      if (lends) this.#keep(memory)
    }
    return { bytes: memory.subarray(0, size), giveBack, leave: end }
  }

  #share(): number {
    return Math.floor((HELD_SIZE_MAX - this.#held) * SHARE)
  }

  #lent(size: number): Buffer {
    let capacity = LENT_SIZE_MIN
    while (capacity < size) capacity *= 2
    const spare = this.#spares.get(capacity)?.pop()
    if (spare === undefined) return Buffer.allocUnsafeSlow(capacity)
    this.#spareSize -= capacity
    return spare
  }

  #keep(memory: Buffer): void {
    const capacity = memory.byteLength
    if (this.#spareSize + capacity > SPARE_SIZE_MAX) return
    const spares = this.#spares.get(capacity) ?? []
    this.#spares.set(capacity, spares)
    spares.push(memory)
    this.#spareSize += capacity
  }
}
