import { Bits } from '../bits.ts'
import { type PictureFacts, type PictureSize, pictureOf, unescaped } from './picture.ts'

/** Profiles whose sequence parameter sets tell of the chroma format (ISO 14496-10 §7.3.2.1.1). */
const HIGH_PROFILES: readonly number[] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]
const CHROMA_444 = 3
const MACROBLOCK = 16
const ASPECT_EXTENDED = 255

/** The picture in a sequence parameter set (ISO 14496-10 §7.3.2.1.1), which begins with its unit's header; null: it has no possible size. */
export function avcPicture(unit: Uint8Array): PictureFacts | null {
  return readParameterSet(unescaped(unit))
}

/** The picture size in an AVC decoder configuration record (ISO 14496-15 §5.3.3.1); null: it has no possible one. */
export function sizeInAvcConfig(record: Uint8Array): PictureSize | null {
  const length = ((record[6] ?? 0) << 8) | (record[7] ?? 0)
  const unit = record.subarray(8, 8 + length)
  const picture = record[0] === 1 && length > 4 && unit.length === length ? avcPicture(unit) : null
  return picture === null ? null : { width: picture.width, height: picture.height }
}

function readParameterSet(unit: Uint8Array): PictureFacts | null {
  const bits = new Bits(unit, 32)
  const profile = unit[1] ?? 0
  bits.unsigned()
  const chroma = HIGH_PROFILES.includes(profile) ? skipHighProfile(bits) : 1
  bits.unsigned()
  skipPictureOrder(bits)
  bits.unsigned()
  bits.skip(1)
  const columns = bits.unsigned() + 1
  const rows = bits.unsigned() + 1
  // frame_mbs_only_flag: without it a row of macroblocks is one of a field.
  const fields = bits.flag() ? 1 : 2
  bits.skip(fields)
  const crop = bits.flag() ? Array.from({ length: 4 }, () => bits.unsigned()) : []
  const [left = 0, right = 0, top = 0, bottom = 0] = crop
  const [unitX, unitY] = [chroma === 1 || chroma === 2 ? 2 : 1, chroma === 1 ? 2 : 1]
  const width = columns * MACROBLOCK - (left + right) * unitX
  const height = (rows * MACROBLOCK - (top + bottom) * unitY) * fields
  if (bits.isOver) return null
  return pictureOf(width, height, bits.flag() ? frameRateInUsability(bits) : null)
}

/** Of the usability information (ISO 14496-10 §E.1.1): half of its clock's rate, which counts fields. Null: it does not tell. */
function frameRateInUsability(bits: Bits): number | null {
  if (bits.flag() && bits.take(8) === ASPECT_EXTENDED) bits.skip(32)
  if (bits.flag()) bits.skip(1)
  if (bits.flag()) {
    bits.skip(4)
    if (bits.flag()) bits.skip(24)
  }
  if (bits.flag()) {
    bits.unsigned()
    bits.unsigned()
  }
  if (!bits.flag()) return null
  const [units, scale] = [bits.take(32), bits.take(32)]
  return bits.isOver || units === 0 ? null : scale / units / 2
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
