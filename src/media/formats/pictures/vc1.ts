import { Bits } from '../bits.ts'
import { type PictureFacts, pictureOf } from './picture.ts'

const ADVANCED = 3

/** What a sequence header of the advanced profile (SMPTE 421 §6.1) says, whose bytes begin behind the start code with 0x0F; null for another profile. */
export function vc1Picture(unit: Uint8Array): PictureFacts | null {
  const bits = new Bits(unit, 8)
  if (bits.take(2) !== ADVANCED) return null
  const width = bits.skip(3 + 2 + 3 + 5 + 1).take(12)
  const height = bits.take(12)
  return bits.isOver ? null : pictureOf((width + 1) * 2, (height + 1) * 2, null)
}
