import { Bits } from '../bits.ts'
import { type PictureFacts, pictureOf, unescaped } from './picture.ts'

/** Bits of a profile and of a level in profile_tier_level (ITU-T H.265 §7.3.3). */
const PROFILE = 88
const LEVEL = 8
const CHROMA_444 = 3

/** The picture in a sequence parameter set (ITU-T H.265 §7.3.2.2.1), which begins with its unit's header; null: it has no possible size. */
export function hevcPicture(unit: Uint8Array): PictureFacts | null {
  const bits = new Bits(unescaped(unit), 16 + 4)
  skipLayers(bits)
  bits.unsigned()
  const chroma = bits.unsigned()
  if (chroma === CHROMA_444) bits.skip(1)
  const [codedWidth, codedHeight] = [bits.unsigned(), bits.unsigned()]
  const window = bits.flag() ? Array.from({ length: 4 }, () => bits.unsigned()) : []
  const [left = 0, right = 0, top = 0, bottom = 0] = window
  const [unitX, unitY] = [chroma === 1 || chroma === 2 ? 2 : 1, chroma === 1 ? 2 : 1]
  if (bits.isOver) return null
  return pictureOf(codedWidth - (left + right) * unitX, codedHeight - (top + bottom) * unitY, null)
}

function skipLayers(bits: Bits): void {
  const layers = bits.take(3)
  bits.skip(1 + PROFILE + LEVEL)
  const has = Array.from({ length: layers }, () => ({ profile: bits.flag(), level: bits.flag() }))
  if (layers > 0) bits.skip(2 * (8 - layers))
  for (const { profile, level } of has) bits.skip((profile ? PROFILE : 0) + (level ? LEVEL : 0))
}
