import { FOLDED_SIZE_MAX, FOLDED_SIZE_MIN, type Folding, fold, OF_CRC64, OF_CRC64_NVME } from './folding.ts'

/** Bytes that one step of the main loop takes. */
const SLICES = 8
const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1

/** 64 bits as two signed halves: what 32-bit operators give. */
interface Word {
  readonly low: number
  readonly high: number
}

/** A CRC of 64 bits, reflected, that begins and ends with all bits turned over. */
export class Crc64Kind {
  readonly #polynomial: Word
  readonly tables: { readonly lows: Int32Array; readonly highs: Int32Array }
  readonly #shiftsKept = new Map<number, Word>()
  /** x^8, x^16, x^32, …: entry `k` shifts by 2^k bytes; made as far as sizes reach. */
  readonly #powers: Word[] = [{ low: 0, high: 1 << 23 }]

  /** Makes long pieces short. */
  readonly folding: Folding

  constructor(high: number, low: number, folding: Folding) {
    this.folding = folding
    this.#polynomial = { low: low | 0, high: high | 0 }
    this.tables = this.#sliceTables()
  }

  /** The CRC of A followed by B, from their CRCs (decimal text) and B's length in bytes. Costs O(log `sizeB`). */
  combine(crcA: string, crcB: string, sizeB: number): string {
    const shifted = this.#multiply(parseDecimal(crcA), this.#shiftBy(sizeB))
    const b = parseDecimal(crcB)
    return toDecimal({ low: shifted.low ^ b.low, high: shifted.high ^ b.high })
  }

  /** Table `t` at `256 * t`: what a byte does to the CRC `t` bytes further on. */
  #sliceTables() {
    const lows = new Int32Array(SLICES * 256)
    const highs = new Int32Array(SLICES * 256)
    for (let byte = 0; byte < 256; byte++) {
      let word: Word = { low: byte, high: 0 }
      for (let table = 0; table < SLICES; table++) {
        for (let bit = 0; bit < 8; bit++) word = this.#timesX(word)
        lows[256 * table + byte] = word.low
        highs[256 * table + byte] = word.high
      }
    }
    return { lows, highs }
  }

  // Combining. A CRC is a polynomial over GF(2), reflected: the highest bit stands for x^0. Appending n bytes to A
  // multiplies its CRC by x^(8n) modulo the CRC's polynomial.

  #timesX({ low, high }: Word): Word {
    const carry = -(low & 1)
    return {
      low: ((low >>> 1) | (high << 31)) ^ (this.#polynomial.low & carry),
      high: (high >>> 1) ^ (this.#polynomial.high & carry),
    }
  }

  #multiply(a: Word, b: Word): Word {
    let low = 0
    let high = 0
    let shifted = b
    for (const half of [a.high, a.low]) {
      for (let bit = 31; bit >= 0; bit--) {
        const mask = -((half >>> bit) & 1)
        low ^= shifted.low & mask
        high ^= shifted.high & mask
        shifted = this.#timesX(shifted)
      }
    }
    return { low, high }
  }

  /** x^(8 × `size`). */
  #shiftBy(size: number): Word {
    const kept = this.#shiftsKept.get(size)
    if (kept !== undefined) return kept
    let shift = ONE
    for (let rest = size, k = 0; rest > 0; rest = Math.floor(rest / 2), k++) {
      if (rest % 2 === 1) shift = this.#multiply(shift, this.#power(k))
    }
    if (this.#shiftsKept.size >= SHIFTS_KEPT_MAX) this.#shiftsKept.clear()
    this.#shiftsKept.set(size, shift)
    return shift
  }

  #power(k: number): Word {
    const known = this.#powers[k]
    if (known !== undefined) return known
    const root = this.#power(k - 1)
    const square = this.#multiply(root, root)
    this.#powers[k] = square
    return square
  }
}

const ONE: Word = { low: 0, high: 1 << 31 }
/** Sizes of an upload's parts are few: most parts have the same. */
const SHIFTS_KEPT_MAX = 64

/** CRC-64/XZ: ECMA-182, 0xC96C5795D7870F42 reflected. */
const XZ = new Crc64Kind(0xc96c5795, 0xd7870f42, OF_CRC64)
/** CRC-64/NVME: 0x9A6C9329AC4BC9B5 reflected. */
export const CRC64_NVME = new Crc64Kind(0x9a6c9329, 0xac4bc9b5, OF_CRC64_NVME)

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
const at32 = (words: Int32Array, index: number): number => words[index] ?? 0

/** What the eight bytes of `a` and `b` come to after the last of them, in one half of the CRC. */
function lookUp(tables: Int32Array, a: number, b: number): number {
  const ofA =
    at32(tables, 1792 | (a & 255)) ^
    at32(tables, 1536 | ((a >>> 8) & 255)) ^
    at32(tables, 1280 | ((a >>> 16) & 255)) ^
    at32(tables, 1024 | (a >>> 24))
  const ofB =
    at32(tables, 768 | (b & 255)) ^
    at32(tables, 512 | ((b >>> 8) & 255)) ^
    at32(tables, 256 | ((b >>> 16) & 255)) ^
    at32(tables, b >>> 24)
  return ofA ^ ofB
}

const toDecimal = ({ low, high }: Word): string =>
  ((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)).toString()

function parseDecimal(text: string): Word {
  const value = BigInt(text)
  return { low: Number(BigInt.asIntN(32, value)), high: Number(BigInt.asIntN(32, value >> 32n)) }
}
