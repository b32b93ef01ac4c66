import { Fields } from './mp4-boxes.ts'

/** What an `esds` box says of a stream. */
export interface ElementaryStream {
  /** ISO 14496-1 §7.2.6.6, mp4ra.org. */
  readonly objectType: number
  /** The decoder's own bytes. */
  readonly config: Uint8Array
}

/** The content of an `esds` box: ES descriptor → decoder configuration → decoder-specific bytes (ISO 14496-1 §7.2.6). */
export function readElementaryStream(content: Uint8Array): ElementaryStream {
  const fields = new Fields(content, 4)
  let objectType = 0
  while (fields.left > 2) {
    const tag = fields.u8()
    const size = descriptorSize(fields)
    if (tag === 3) {
      const flags = fields.skip(2).u8()
      if ((flags & 0x80) !== 0) fields.skip(2)
      if ((flags & 0x40) !== 0) fields.skip(fields.u8())
      if ((flags & 0x20) !== 0) fields.skip(2)
    } else if (tag === 4) {
      objectType = fields.u8()
      fields.skip(12)
    } else if (tag === 5) {
      const length = Math.min(size, fields.left)
      return { objectType, config: Uint8Array.from({ length }, () => fields.u8()) }
    } else {
      fields.skip(Math.min(size, fields.left))
    }
  }
  return { objectType, config: new Uint8Array(0) }
}

function descriptorSize(fields: Fields): number {
  let size = 0
  for (let count = 0; count < 4; count++) {
    const byte = fields.u8()
    size = size * 128 + (byte & 0x7f)
    if ((byte & 0x80) === 0) break
  }
  return size
}
