import { Bits } from '../bits.ts'
import { type PictureFacts, pictureOf, startCodeAt } from './picture.ts'

/** By frame_rate_code, ISO 13818-2 table 6-4. */
const FRAME_RATES = [0, 24000 / 1001, 24, 25, 30000 / 1001, 30, 50, 60000 / 1001, 60]
/** With the byte of its code. */
const HEADER_SIZE = 9
const SEQUENCE_EXTENSION = 0xb5

export interface MpegPicture {
  readonly codec: 'mpeg1' | 'mpeg2'
  readonly picture: PictureFacts
}

/**
 * What a sequence header (ISO 11172-2 §2.4.2.3, ISO 13818-2 §6.2.2.1) says, whose bytes begin behind the start code with 0xB3. Only MPEG-2 has an
 * extension behind it. Null: it has no possible size.
 */
export function mpegPicture(unit: Uint8Array): MpegPicture | null {
  const bits = new Bits(unit, 8)
  const [width, height] = [bits.take(12), bits.take(12)]
  const rate = FRAME_RATES[bits.skip(4).take(4)] ?? 0
  const isMarked = bits.skip(18).flag()
  const next = startCodeAt(unit, 1)
  // MPEG-4 has the same code for something shorter.
  if (!isMarked || rate === 0 || (next !== -1 && next < HEADER_SIZE)) return null
  const isExtended = next !== -1 && unit[next + 3] === SEQUENCE_EXTENSION
  if (!isExtended) return named('mpeg1', pictureOf(width, height, rate))
  const more = new Bits(unit, (next + 4) * 8 + 4 + 8 + 1 + 2)
  const [wider, higher] = [more.take(2), more.take(2)]
  const [times, parts] = [more.skip(12 + 1 + 8 + 1).take(2) + 1, more.take(5) + 1]
  return named('mpeg2', pictureOf(wider * 4096 + width, higher * 4096 + height, (rate * times) / parts))
}

const named = (codec: MpegPicture['codec'], picture: PictureFacts | null): MpegPicture | null =>
  picture === null ? null : { codec, picture }

const PICTURE = 0x00
const EXTENSION = 0xb5
const PICTURE_EXTENSION = 8
const WHOLE_FRAME = 3

/** How many frames begin in bytes of the stream. Two fields are one (picture_structure, ISO 13818-2 §6.3.10). */
export function mpegFramesIn(bytes: Uint8Array): number {
  let [pictures, fields] = [0, 0]
  for (let at = startCodeAt(bytes, 0); at !== -1; at = startCodeAt(bytes, at + 3)) {
    const [code, b0 = 0, , b2 = 0] = bytes.subarray(at + 3, at + 7)
    if (code === PICTURE) pictures++
    if (code === EXTENSION && b0 >> 4 === PICTURE_EXTENSION && (b2 & 3) !== WHOLE_FRAME) fields++
  }
  return pictures - fields / 2
}
