/** Chunks smaller than this are copied together; larger ones go through as they are. */
const SMALL_SIZE = 4 * 1024
/** How much is copied together. */
const JOINED_SIZE = 16 * 1024

/** Chunks that wait for their reader. Small ones are joined, so that a body of single bytes costs no more than any other. */
export class ChunkQueue {
  readonly #whole: Uint8Array[] = []
  /** Small chunks at the end: the first one as it came, and once there are more, all of them in a buffer. */
  #tail: Uint8Array | null = null
  #tailRoom: Uint8Array | null = null
  #size = 0

  /** Bytes. */
  get size(): number {
    return this.#size
  }

  get length(): number {
    return this.#whole.length + (this.#tail === null ? 0 : 1)
  }

  add(chunk: Uint8Array): void {
    this.#size += chunk.byteLength
    if (chunk.byteLength >= SMALL_SIZE) {
      this.#closeTail()
      this.#whole.push(chunk)
    } else if (this.#tail === null) {
      this.#tail = chunk
    } else {
      this.#join(this.#tail, chunk)
    }
  }

  /** The oldest; null where there is none. */
  take(): Uint8Array | null {
    if (this.#whole.length === 0) this.#closeTail()
    const chunk = this.#whole.shift() ?? null
    this.#size -= chunk?.byteLength ?? 0
    return chunk
  }

  clear(): void {
    this.#whole.length = 0
    this.#tail = null
    this.#tailRoom = null
    this.#size = 0
  }

  #join(tail: Uint8Array, chunk: Uint8Array): void {
    const size = tail.byteLength + chunk.byteLength
    if (size > JOINED_SIZE) {
      this.#closeTail()
      this.#tail = chunk
      return
    }
    if (this.#tailRoom === null) {
      this.#tailRoom = new Uint8Array(JOINED_SIZE)
      this.#tailRoom.set(tail)
    }
    this.#tailRoom.set(chunk, tail.byteLength)
    this.#tail = this.#tailRoom.subarray(0, size)
  }

  #closeTail(): void {
    if (this.#tail !== null) this.#whole.push(this.#tail)
    this.#tail = null
    this.#tailRoom = null
  }
}
