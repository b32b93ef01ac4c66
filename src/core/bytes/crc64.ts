import { at32, lookUp, Shifts, type Word } from './crc64-shifts.ts'
import { FOLDED_SIZE_MAX, FOLDED_SIZE_MIN, type Folding, fold, OF_CRC64, OF_CRC64_NVME } from './folding.ts'

/** Bytes that one step of the main loop takes. */
const SLICES = 8
const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1

/** A CRC of 64 bits, reflected, that begins and ends with all bits turned over. */
export class Crc64Kind {
  readonly #shifts: Shifts
  readonly tables: { readonly lows: Int32Array; readonly highs: Int32Array }

  /** Makes long pieces short. */
  readonly folding: Folding

  constructor(high: number, low: number, folding: Folding) {
    this.folding = folding
    this.#shifts = new Shifts({ low: low | 0, high: high | 0 })
    this.tables = this.#sliceTables()
  }

  /** The CRC of A followed by B, from their CRCs (decimal text) and B's length in bytes. Costs O(log `sizeB`). */
  combine(crcA: string, crcB: string, sizeB: number): string {
    return this.join([
      { crc: crcA, size: 0 },
      { crc: crcB, size: sizeB },
    ])
  }

  /** The CRC of pieces one after the other, from their CRCs (decimal text) and their lengths in bytes. */
  join(pieces: Iterable<{ readonly crc: string; readonly size: number }>): string {
    let whole: Word = { low: 0, high: 0 }
    for (const { crc, size } of pieces) {
      const shifted = this.#shifts.by(whole, size)
      const added = parseDecimal(crc)
      whole = { low: shifted.low ^ added.low, high: shifted.high ^ added.high }
    }
    return toDecimal(whole)
  }

  /** Table `t` at `256 * t`: what a byte does to the CRC `t` bytes further on. */
  #sliceTables() {
    const lows = new Int32Array(SLICES * 256)
    const highs = new Int32Array(SLICES * 256)
    for (let byte = 0; byte < 256; byte++) {
      let word: Word = { low: byte, high: 0 }
      for (let table = 0; table < SLICES; table++) {
        for (let bit = 0; bit < 8; bit++) word = this.#shifts.timesX(word)
        lows[256 * table + byte] = word.low
        highs[256 * table + byte] = word.high
      }
    }
    return { lows, highs }
  }
}

/** CRC-64/XZ: ECMA-182, 0xC96C5795D7870F42 reflected. */
const XZ = new Crc64Kind(0xc96c5795, 0xd7870f42, OF_CRC64)
/** CRC-64/NVME: 0x9A6C9329AC4BC9B5 reflected. */
export const CRC64_NVME = new Crc64Kind(0x9a6c9329, 0xac4bc9b5, OF_CRC64_NVME)

interface Summed {
  readonly size: number
  readonly digests: { readonly crc64?: string }
}

/** A CRC of 64 bits as it is computed, as object stores give it: unsigned decimal. Default CRC-64/XZ. */
export class Crc64 {
  readonly #lows: Int32Array
  readonly #highs: Int32Array
  #low = -1
  #high = -1

  readonly #folding: Folding

  constructor({ tables, folding }: Crc64Kind = XZ) {
    this.#folding = folding
    this.#lows = tables.lows
    this.#highs = tables.highs
  }

  update(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.byteLength; at += FOLDED_SIZE_MAX) {
      const piece = chunk.subarray(at, at + FOLDED_SIZE_MAX)
      this.#updateByTable(piece.byteLength < FOLDED_SIZE_MIN ? piece : this.#folded(piece))
    }
  }

  /** Bytes that come to the same as the piece, once they follow a register of 0. */
  #folded(piece: Uint8Array): Uint8Array {
    const register = new DataView(new ArrayBuffer(8))
    register.setInt32(0, this.#low, true)
    register.setInt32(4, this.#high, true)
    this.#low = 0
    this.#high = 0
    return fold(this.#folding, new Uint8Array(register.buffer), piece)
  }

  #updateByTable(chunk: Uint8Array): void {
    const headSize = IS_LITTLE_ENDIAN ? Math.min(-chunk.byteOffset & 3, chunk.byteLength) : chunk.byteLength
    const bodySize = Math.floor((chunk.byteLength - headSize) / SLICES) * SLICES
    this.#updateBytes(chunk, 0, headSize)
    if (bodySize > 0) {
      this.#updateWords(new Int32Array(chunk.buffer, chunk.byteOffset + headSize, bodySize / 4))
    }
    this.#updateBytes(chunk, headSize + bodySize, chunk.byteLength)
  }

  /** The CRC of all bytes so far, as unsigned decimal text. */
  digest(): string {
    return toDecimal({ low: ~this.#low, high: ~this.#high })
  }

  /** As `combine` of the kind CRC-64/XZ. */
  static combine(crcA: string, crcB: string, sizeB: number): string {
    return XZ.combine(crcA, crcB, sizeB)
  }

  /** The CRC-64/XZ of parts one after the other. Undefined if there is none, or one has none. */
  static ofParts(parts: readonly Summed[]): string | undefined {
    const pieces = parts.flatMap(({ size, digests: { crc64 } }) =>
      crc64 === undefined ? [] : [{ crc: crc64, size }],
    )
    return pieces.length === 0 || pieces.length < parts.length ? undefined : XZ.join(pieces)
  }

  #updateBytes(chunk: Uint8Array, start: number, end: number): void {
    const [lows, highs] = [this.#lows, this.#highs]
    let low = this.#low
    let high = this.#high
    for (let at = start; at < end; at++) {
      const index = (low ^ at8(chunk, at)) & 255
      low = ((low >>> 8) | (high << 24)) ^ at32(lows, index)
      high = (high >>> 8) ^ at32(highs, index)
    }
    this.#low = low
    this.#high = high
  }

  /** Slicing by eight: two words at a time, one table look-up for each of their bytes. */
  #updateWords(words: Int32Array): void {
    const [lows, highs] = [this.#lows, this.#highs]
    let low = this.#low
    let high = this.#high
    for (let at = 0; at < words.length; at += 2) {
      const a = at32(words, at) ^ low
      const b = at32(words, at + 1) ^ high
      low = lookUp(lows, a, b)
      high = lookUp(highs, a, b)
    }
    this.#low = low
    this.#high = high
  }
}

/** Entries of fixed tables, always in range. The fallback is for the type alone. */
const at8 = (bytes: Uint8Array, index: number): number => bytes[index] ?? 0

const toDecimal = ({ low, high }: Word): string =>
  ((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)).toString()

function parseDecimal(text: string): Word {
  const value = BigInt(text)
  return { low: Number(BigInt.asIntN(32, value)), high: Number(BigInt.asIntN(32, value >> 32n)) }
}
