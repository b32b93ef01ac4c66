/** A piece of one elementary stream that begins with a time, up to the next time. Times are ticks of 90 kHz, 33 bits of them. */
export interface Unit {
  /** Which stream of the file it belongs to. */
  readonly stream: number
  readonly streamId: number
  readonly shown: number
  readonly decoded: number
  readonly pieces: readonly Uint8Array[]
}

/** The units of one run of bytes of a file, in the order of their begins. The last of a stream may still grow. */
export interface UnitReader {
  push(piece: Uint8Array): void
  /** Nothing follows. */
  end(): void
  readonly units: readonly Unit[]
  /** All streams that began here, with the id in their packets. */
  readonly streamIds: ReadonlyMap<number, number>
}
