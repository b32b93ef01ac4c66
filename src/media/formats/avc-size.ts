/** Profiles whose sequence parameter sets tell of the chroma format (ISO 14496-10 §7.3.2.1.1). */
const HIGH_PROFILES: readonly number[] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]
const CHROMA_444 = 3
const MACROBLOCK = 16

export interface PictureSize {
  readonly width: number
  readonly height: number
}

/** The picture size in an AVC decoder configuration record (ISO 14496-15 §5.3.3.1); null: it has no possible one. */
export function sizeInAvcConfig(record: Uint8Array): PictureSize | null {
  const length = ((record[6] ?? 0) << 8) | (record[7] ?? 0)
  const unit = record.subarray(8, 8 + length)
  return record[0] === 1 && length > 4 && unit.length === length ? sizeInParameterSet(unescaped(unit)) : null
}

/** Removes the bytes that keep start codes out of the data. */
function unescaped(unit: Uint8Array): Uint8Array {
  return unit.filter((byte, at) => !(byte === 3 && at >= 2 && unit[at - 1] === 0 && unit[at - 2] === 0))
}

function sizeInParameterSet(unit: Uint8Array): PictureSize | null {
  const bits = new Bits(unit, 32)
  const profile = unit[1] ?? 0
  bits.unsigned()
  const chroma = HIGH_PROFILES.includes(profile) ? skipHighProfile(bits) : 1
  bits.unsigned()
  skipPictureOrder(bits)
  bits.unsigned()
  bits.take(1)
  const columns = bits.unsigned() + 1
  const rows = bits.unsigned() + 1
  const fields = bits.take(1) === 1 ? 1 : 2
  if (fields === 2) bits.take(1)
  bits.take(1)
  const isCropped = bits.take(1) === 1
  const [left, right, top, bottom] = Array.from({ length: 4 }, () => (isCropped ? bits.unsigned() : 0))
  const [unitX, unitY] = [chroma === 1 || chroma === 2 ? 2 : 1, chroma === 1 ? 2 : 1]
  const width = columns * MACROBLOCK - ((left ?? 0) + (right ?? 0)) * unitX
  const height = (rows * MACROBLOCK - ((top ?? 0) + (bottom ?? 0)) * unitY) * fields
  return bits.isOver || width <= 0 || height <= 0 ? null : { width, height }
}

/** Returns the chroma format. */
function skipHighProfile(bits: Bits): number {
  const chroma = bits.unsigned()
  if (chroma === CHROMA_444) bits.take(1)
  bits.unsigned()
  bits.unsigned()
  bits.take(1)
  if (bits.take(1) === 1) {
    for (let list = 0; list < (chroma === CHROMA_444 ? 12 : 8); list++) {
      if (bits.take(1) === 1) skipScalingList(bits, list < 6 ? 16 : 64)
    }
  }
  return chroma
}

function skipScalingList(bits: Bits, length: number): void {
  let next = 8
  for (let index = 0, last = 8; index < length && next !== 0; index++, last = next) {
    next = (last + bits.signed() + 256) % 256
  }
}

function skipPictureOrder(bits: Bits): void {
  const kind = bits.unsigned()
  if (kind === 0) bits.unsigned()
  if (kind !== 1) return
  bits.take(1)
  bits.signed()
  bits.signed()
  const cycle = Math.min(bits.unsigned(), 255)
  for (let index = 0; index < cycle; index++) bits.signed()
}

/** Reads bits. Behind the end there are zeros. */
class Bits {
  readonly #bytes: Uint8Array
  #at: number

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  get isOver(): boolean {
    return this.#at > this.#bytes.length * 8
  }

  take(count: number): number {
    let value = 0
    for (const end = this.#at + count; this.#at < end; this.#at++) {
      value = value * 2 + (((this.#bytes[this.#at >> 3] ?? 0) >> (7 - (this.#at & 7))) & 1)
    }
    return value
  }

  /** An unsigned number in Exp-Golomb code. */
  unsigned(): number {
    let zeros = 0
    while (zeros < 32 && !this.isOver && this.take(1) === 0) zeros++
    return 2 ** zeros - 1 + this.take(zeros)
  }

  signed(): number {
    const code = this.unsigned()
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2
  }
}
