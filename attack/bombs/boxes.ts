/** MP4, as a bomb may need it. */
export function box(kind: string, content: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(8 + content.byteLength)
  head.write(kind, 4, 'latin1')
  return Buffer.concat([head, content])
}

/** Boxes within each other, as deep as the bytes go. */
export function nestedBoxes(size: number, kind: string): Buffer {
  const bytes = Buffer.alloc(size - (size % 8))
  for (let at = 0; at < bytes.byteLength; at += 8) {
    bytes.writeUInt32BE(bytes.byteLength - at, at)
    bytes.write(kind, at + 4, 'latin1')
  }
  return bytes
}

/** The same few bytes, over and over. */
export function repeated(size: number, unit: Uint8Array): Buffer {
  return Buffer.alloc(size - (size % unit.byteLength), unit)
}

const FTYP = box('ftyp', Buffer.from('isom\0\0\x02\0isom'))
const FULL = Buffer.alloc(4)

export const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value >>> 0)
  return bytes
}

export const u32le = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value >>> 0)
  return bytes
}

/** Runs of samples that each say their own length, for one track. */
function fragments(size: number): Buffer {
  const header = box('tfhd', Buffer.concat([u32(0), u32(1)]))
  const run = box('trun', Buffer.concat([u32(0x100), u32(1), u32(1)]))
  const unit = box('moof', box('traf', Buffer.concat([header, run])))
  return repeated(size, unit)
}

const SOUND = box(
  'moov',
  Buffer.concat([
    box('mvhd', Buffer.concat([FULL, Buffer.alloc(8), u32(1000), u32(0)])),
    box('trak', box('mdia', box('hdlr', Buffer.concat([FULL, FULL, Buffer.from('soun')])))),
  ]),
)

/** What may be wrong with an MP4 file on purpose. */
export const mp4Bombs = (size: number): Readonly<Record<string, Buffer>> => ({
  'mp4 deep': Buffer.concat([FTYP, box('moov', box('trak', nestedBoxes(size, 'mdia')))]),
  'mp4 many tracks': Buffer.concat([FTYP, box('moov', repeated(size, box('trak')))]),
  'mp4 many fragments': Buffer.concat([FTYP, SOUND, fragments(size)]),
  'mp4 tables that lie': Buffer.concat([
    FTYP,
    box(
      'moov',
      box('trak', box('stbl', repeated(size, box('stsz', Buffer.concat([FULL, FULL, u32(0xffffffff)]))))),
    ),
  ]),
  'mp4 huge size': Buffer.concat([
    FTYP,
    u32(1),
    Buffer.from('moov'),
    Buffer.alloc(8, 0xff),
    Buffer.alloc(64),
  ]),
  'mp4 fragments of many samples': Buffer.concat([
    FTYP,
    SOUND,
    box(
      'moof',
      box(
        'traf',
        Buffer.concat([
          box('tfhd', Buffer.concat([u32(0), u32(1)])),
          box('trun', Buffer.concat([u32(0x100), u32(0xffffffff), Buffer.alloc(size)])),
        ]),
      ),
    ),
  ]),
})
