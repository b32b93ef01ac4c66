/** 64 bits as two signed halves: what 32-bit operators give. */
export interface Word {
  readonly low: number
  readonly high: number
}

/** Look-up tables of the two halves: eight times 256 entries each. */
export interface Tables {
  readonly lows: Int32Array
  readonly highs: Int32Array
}

interface Shift {
  /** x^(8 × size). */
  readonly factor: Word
  uses: number
  tables: Tables | null
}

const ONE: Word = { low: 0, high: 1 << 31 }
/** Sizes of an upload's parts are few: most parts have the same. */
const SHIFTS_KEPT_MAX = 64
/** So many pieces of one size are worth tables of their own. */
const TABLES_FROM = 64
const BYTES = 8

/**
 * What following bytes do to a CRC. A CRC is a polynomial over GF(2), reflected: the highest bit stands for x^0. n bytes after it multiply it by
 * x^(8n) modulo the CRC's polynomial.
 */
export class Shifts {
  readonly #polynomial: Word
  readonly #kept = new Map<number, Shift>()
  /** x^8, x^16, x^32, …: entry `k` shifts by 2^k bytes; made as far as sizes reach. */
  readonly #powers: Word[] = [{ low: 0, high: 1 << 23 }]

  constructor(polynomial: Word) {
    this.#polynomial = polynomial
  }

  timesX({ low, high }: Word): Word {
    const carry = -(low & 1)
    return {
      low: ((low >>> 1) | (high << 31)) ^ (this.#polynomial.low & carry),
      high: (high >>> 1) ^ (this.#polynomial.high & carry),
    }
  }

  /** `crc` after so many bytes of zeros. Costs O(log `size`) for a new size, and little for one that comes often. */
  by(crc: Word, size: number): Word {
    const shift = this.#shiftBy(size)
    shift.uses += 1
    if (shift.uses < TABLES_FROM) return this.#multiply(crc, shift.factor)
    shift.tables ??= this.#tablesOf(shift.factor)
    const { lows, highs } = shift.tables
    return { low: lookUp(lows, crc.low, crc.high), high: lookUp(highs, crc.low, crc.high) }
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
        shifted = this.timesX(shifted)
      }
    }
    return { low, high }
  }

  #shiftBy(size: number): Shift {
    const kept = this.#kept.get(size)
    if (kept !== undefined) return kept
    let factor = ONE
    for (let rest = size, k = 0; rest > 0; rest = Math.floor(rest / 2), k++) {
      if (rest % 2 === 1) factor = this.#multiply(factor, this.#power(k))
    }
    if (this.#kept.size >= SHIFTS_KEPT_MAX) this.#kept.clear()
    const shift: Shift = { factor, uses: 0, tables: null }
    this.#kept.set(size, shift)
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

  /** What each value of each byte of a CRC comes to when it is multiplied. */
  #tablesOf(factor: Word): Tables {
    const lows = new Int32Array(BYTES * 256)
    const highs = new Int32Array(BYTES * 256)
    for (let place = 0; place < BYTES; place++) {
      const table = 256 * (BYTES - 1 - place)
      for (let byte = 1; byte < 256; byte++) {
        const rest = byte & (byte - 1)
        if (rest === 0) {
          const bit = byte << (8 * (place % 4))
          const single = this.#multiply(place < 4 ? { low: bit, high: 0 } : { low: 0, high: bit }, factor)
          lows[table + byte] = single.low
          highs[table + byte] = single.high
        } else {
          const lowest = table + (byte ^ rest)
          lows[table + byte] = at32(lows, table + rest) ^ at32(lows, lowest)
          highs[table + byte] = at32(highs, table + rest) ^ at32(highs, lowest)
        }
      }
    }
    return { lows, highs }
  }
}

/** Entries of fixed tables, always in range. The fallback is for the type alone. */
export const at32 = (words: Int32Array, index: number): number => words[index] ?? 0

/** What the eight bytes of `a` and `b` come to after the last of them, in one half of the CRC. */
export function lookUp(tables: Int32Array, a: number, b: number): number {
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
