/** JSON text in pieces, so that a long list is never made in one go. */
export class JsonPieces {
  readonly pieces: readonly Uint8Array[]

  constructor(pieces: readonly Uint8Array[]) {
    this.pieces = pieces
  }

  /** The same with text before and after it. */
  within(before: string, after: string): JsonPieces {
    return new JsonPieces([Buffer.from(before), ...this.pieces, Buffer.from(after)])
  }

  /** Bytes. */
  get size(): number {
    return this.pieces.reduce((sum, { byteLength }) => sum + byteLength, 0)
  }
}
