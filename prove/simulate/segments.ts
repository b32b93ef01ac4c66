import { crc32 } from 'node:zlib'

/** Parts that the store is putting together. */
export interface SlotsOf {
  readonly name: string
  readonly slots: Map<number, { readonly receipt: string; readonly bytes: Buffer }>
  state: 'open' | 'complete' | 'ended'
}

/** What the simulated store of bytes has. */
export class Segments {
  readonly bytes = new Map<string, Buffer>()
  readonly assemblies = new Map<string, SlotsOf>()
  /** Grows with each receipt and tag. */
  #count = 0

  next(): string {
    return String(++this.#count)
  }

  tagOf(bytes: Buffer): string {
    return `${bytes.byteLength}-${crc32(bytes)}`
  }
}
