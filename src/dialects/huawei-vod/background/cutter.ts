/** Cuts a stream of bytes into runs of a size. */
export class Cutter {
  readonly #bytes: AsyncIterator<Uint8Array>
  #left: Uint8Array = new Uint8Array(0)
  #isOver = false

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#bytes = bytes[Symbol.asyncIterator]()
  }

  /** Whether all bytes were taken. Waits for the next ones. */
  async isOver(): Promise<boolean> {
    if (this.#left.byteLength === 0) this.#left = (await this.#next()) ?? this.#left
    return this.#left.byteLength === 0
  }

  /** The next `size` bytes, or fewer at the end. Read one run to its end before you take the next one. */
  async *take(size: number): AsyncIterable<Uint8Array> {
    for (let wanted = size; wanted > 0; ) {
      const chunk = this.#left.byteLength > 0 ? this.#left : await this.#next()
      if (chunk === null) return
      const piece = chunk.subarray(0, wanted)
      this.#left = chunk.subarray(piece.byteLength)
      wanted -= piece.byteLength
      yield piece
    }
  }

  /** Never empty; null at the end. */
  async #next(): Promise<Uint8Array | null> {
    while (!this.#isOver) {
      const { done = false, value } = await this.#bytes.next()
      this.#isOver = done
      if (!done && value.byteLength > 0) return value
    }
    return null
  }
}
