/** Gathers bytes in memory. They take at most twice their own size, however small the pieces are. */
export class GrowingBytes {
  #room: Uint8Array<ArrayBuffer>
  #size = 0

  /** `sizeHint`: how many bytes will come, where that is known. Then they take no more than their own size. */
  constructor(sizeHint = 0) {
    this.#room = new Uint8Array(sizeHint)
  }

  get size(): number {
    return this.#size
  }

  /** Copies the piece to the end. */
  add(piece: Uint8Array): void {
    const size = this.#size + piece.byteLength
    if (size > this.#room.byteLength) {
      const room = new Uint8Array(Math.max(size, this.#room.byteLength * 2))
      room.set(this.#room.subarray(0, this.#size))
      this.#room.buffer.transfer(0)
      this.#room = room
    }
    this.#room.set(piece, this.#size)
    this.#size = size
  }

  /** All bytes so far, without a copy. Use them before more are added, and before they are freed. */
  bytes(): Buffer<ArrayBuffer> {
    return Buffer.from(this.#room.buffer, 0, this.#size)
  }

  /** Gives the memory back at once, not when garbage is collected. No bytes are left. */
  free(): void {
    this.#room.buffer.transfer(0)
    this.#room = new Uint8Array(0)
    this.#size = 0
  }
}
