import { Bits } from '../bits.ts'
import { type PictureFacts, pictureOf } from './picture.ts'

const ASPECT_EXTENDED = 15
const RECTANGLE = 0
const VBV_BITS = 79

/** What a video object layer (ISO 14496-2 §6.2.3) says, whose bytes begin behind the start code with 0x20 to 0x2F; null: it is no rectangle. */
export function mpeg4Picture(unit: Uint8Array): PictureFacts | null {
  const bits = new Bits(unit, 8 + 1 + 8)
  if (bits.flag()) bits.skip(4 + 3)
  if (bits.take(4) === ASPECT_EXTENDED) bits.skip(16)
  if (bits.flag() && bits.skip(3).flag()) bits.skip(VBV_BITS)
  if (bits.take(2) !== RECTANGLE) return null
  const resolution = bits.skip(1).take(16)
  const isFixed = bits.skip(1).flag()
  const step = isFixed ? bits.take(Math.max(1, Math.ceil(Math.log2(Math.max(1, resolution))))) : 0
  const width = bits.skip(1).take(13)
  const height = bits.skip(1).take(13)
  return bits.isOver ? null : pictureOf(width, height, step > 0 ? resolution / step : null)
}
