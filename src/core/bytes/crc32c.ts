/** The reflected polynomials. */
const CASTAGNOLI = 0x82f63b78
const IEEE = 0xedb88320
const SLICES = 4

/** Table `t` at `256 * t`: what a byte does to the CRC `t` bytes further on. */
const TABLES = tablesOf(CASTAGNOLI)

function tablesOf(polynomial: number): Int32Array {
  const tables = new Int32Array(SLICES * 256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let table = 0; table < SLICES; table++) {
      for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (polynomial & -(crc & 1))
      tables[256 * table + byte] = crc
    }
  }
  return tables
}

const at = (values: ArrayLike<number>, index: number): number => values[index] ?? 0

/** CRC-32C (Castagnoli), as object stores give it: eight lower-case hex characters. */
export class Crc32c {
  #crc = -1

  update(chunk: Uint8Array): void {
    let crc = this.#crc
    const whole = chunk.byteLength - (chunk.byteLength % SLICES)
    for (let place = 0; place < whole; place += SLICES) {
      const word =
        crc ^
        (at(chunk, place) |
          (at(chunk, place + 1) << 8) |
          (at(chunk, place + 2) << 16) |
          (at(chunk, place + 3) << 24))
      crc =
        at(TABLES, 768 | (word & 255)) ^
        at(TABLES, 512 | ((word >>> 8) & 255)) ^
        at(TABLES, 256 | ((word >>> 16) & 255)) ^
        at(TABLES, word >>> 24)
    }
    for (let place = whole; place < chunk.byteLength; place++)
      crc = (crc >>> 8) ^ at(TABLES, (crc ^ at(chunk, place)) & 255)
    this.#crc = crc
  }

  digest(): string {
    return hex32(~this.#crc)
  }
}

export const hex32 = (crc: number): string => (crc >>> 0).toString(16).padStart(8, '0')

/** The CRC (hex) of A followed by B, from their CRCs and B's length in bytes. */
const combining =
  (polynomial: number) =>
  (crcA: string, crcB: string, sizeB: number): string =>
    hex32(
      multiply(polynomial, Number.parseInt(crcA, 16), shiftBy(polynomial, sizeB)) ^ Number.parseInt(crcB, 16),
    )

export const combineCrc32 = combining(IEEE)
export const combineCrc32c = combining(CASTAGNOLI)

/** As polynomials over GF(2), reflected, modulo the CRC's own. */
function multiply(polynomial: number, a: number, b: number): number {
  let product = 0
  let shifted = b
  for (let bit = 31; bit >= 0; bit--) {
    product ^= shifted & -((a >>> bit) & 1)
    shifted = (shifted >>> 1) ^ (polynomial & -(shifted & 1))
  }
  return product
}

/** x^(8 × `size`). */
function shiftBy(polynomial: number, size: number): number {
  let shift = 1 << 31
  let power = 1 << 23
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) shift = multiply(polynomial, shift, power)
    power = multiply(polynomial, power, power)
  }
  return shift
}
