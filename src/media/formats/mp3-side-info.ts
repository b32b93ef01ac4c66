import type { FrameHeader } from './frames.ts'

const BIG_VALUES_MAX = 288
/** Bits of main_data_begin, of one granule's scalefac_compress, and those at a granule's end, by version. */
const MPEG1 = { reservoirBits: 9, privateBits: [5, 3], granules: 2, scaleBits: 4, endBits: 3, shareBits: 4 }
const MPEG2 = { reservoirBits: 8, privateBits: [1, 2], granules: 1, scaleBits: 9, endBits: 2, shareBits: 0 }

/**
 * Whether the side information of a layer III frame can be real (ISO 11172-3 §2.4.1.7, ISO 13818-3 §2.4.1.7): values
 * within their ranges, and no more sound announced than the frame and the reservoir before it can hold.
 */
export function isSideInfoSound(bytes: Uint8Array, at: number, header: FrameHeader): boolean {
  const layout = header.samples === 1152 ? MPEG1 : MPEG2
  const hasChecksum = ((bytes[at + 1] ?? 0) & 1) === 0
  const start = (at + 4 + (hasChecksum ? 2 : 0)) * 8
  let position = start
  const bits = (count: number): number => {
    let value = 0
    for (const end = position + count; position < end; position++) {
      value = value * 2 + (((bytes[position >> 3] ?? 0) >> (7 - (position & 7))) & 1)
    }
    return value
  }
  const reservoir = bits(layout.reservoirBits)
  position += layout.privateBits[header.channels - 1] ?? 0
  position += layout.shareBits * header.channels
  let announced = 0
  for (let granule = 0; granule < layout.granules * header.channels; granule++) {
    announced += bits(12)
    if (bits(9) > BIG_VALUES_MAX) return false
    position += 8 + layout.scaleBits
    const switchesWindow = bits(1) === 1
    const blockType = bits(2)
    if (switchesWindow && blockType === 0) return false
    position += 20 + layout.endBits
  }
  const sideInfoSize = Math.ceil((position - start) / 8)
  const room = header.size - (start / 8 - at) - sideInfoSize
  return announced <= (reservoir + room) * 8
}
