import { repeated, u32 } from './boxes.ts'

const tag = (size: number): Buffer =>
  Buffer.from([
    0x49,
    0x44,
    0x33,
    4,
    0,
    0,
    (size >> 21) & 127,
    (size >> 14) & 127,
    (size >> 7) & 127,
    size & 127,
  ])

/** An ADTS frame without a sound: 7 bytes, 8 kHz. */
const ADTS = Buffer.from([0xff, 0xf1, 0x6c, 0x40, 0x00, 0xff, 0xfc])
/** MPEG-2 layer III, 8 kbit/s, 24 kHz: 24 bytes. */
const MP3 = Buffer.concat([Buffer.from([0xff, 0xf3, 0x14, 0xc4]), Buffer.alloc(20)])
/** MPEG-1 layer II, 32 kbit/s, 48 kHz: 96 bytes. */
const MP2 = Buffer.concat([Buffer.from([0xff, 0xfd, 0x14, 0xc0]), Buffer.alloc(92)])
const AC3 = Buffer.concat([Buffer.from([0x0b, 0x77, 0, 0, 0x00, 0x40, 0x40, 0]), Buffer.alloc(120)])

/** What is walked frame by frame. */
export const frameBombs = (size: number): Readonly<Record<string, Buffer>> => ({
  'mp3 least frames': repeated(size, MP3),
  'mp3 noise': Buffer.alloc(size, Buffer.from([0xff, 0xfb, 0x90])),
  'mp3 tags in a row': Buffer.concat([repeated(size, tag(0)), MP3, MP3, MP3, MP3]),
  'mp3 huge tag': Buffer.concat([tag(0x0fffffff), Buffer.alloc(1000)]),
  zeros: Buffer.alloc(size),
  'adts least frames': repeated(size, ADTS),
  'mp2 least frames': repeated(size, MP2),
  'ac3 least frames': repeated(size, AC3),
  'amr empty frames': Buffer.concat([Buffer.from('#!AMR\n'), Buffer.alloc(size, 0x7c)]),
  'flac many blocks': Buffer.concat([
    Buffer.from('fLaC'),
    Buffer.from('00000022', 'hex'),
    Buffer.from('1000100000000000000a0ac442f0', 'hex'),
    Buffer.alloc(20),
    repeated(size, Buffer.from('01000000', 'hex')),
  ]),
  'flac false frames': Buffer.concat([
    Buffer.from('fLaC'),
    Buffer.from('80000022', 'hex'),
    Buffer.from('10001000ffffffffffff0ac442f0', 'hex'),
    Buffer.alloc(20),
    repeated(size, Buffer.from('fff8', 'hex')),
  ]),
  'wavpack least blocks': repeated(
    size,
    Buffer.concat([
      Buffer.from('wvpk'),
      Buffer.from('18000000', 'hex'),
      Buffer.from('0704', 'hex'),
      Buffer.alloc(2),
      Buffer.alloc(20, 0xff),
    ]),
  ),
  'ape huge header': Buffer.concat([
    Buffer.from('MAC '),
    Buffer.from('960f0000', 'hex'),
    Buffer.alloc(200, 0xff),
  ]),
})

function page(segments: Uint8Array, content: Uint8Array, flags: number, sequence: number): Buffer {
  const head = Buffer.alloc(27)
  head.write('OggS')
  head[5] = flags
  head.writeUInt32LE(7, 14)
  head.writeUInt32LE(sequence, 18)
  head[26] = segments.byteLength
  return Buffer.concat([head, segments, content])
}

const OPUS_HEAD = Buffer.concat([
  Buffer.from('OpusHead'),
  Buffer.from([1, 2, 0, 0]),
  u32(0x80bb0000),
  Buffer.from([0, 0, 0]),
])

/** A stream whose second packet never ends; `segments` of how many bytes each. */
function endlessPacket(size: number, segmentSize: number): Buffer {
  const content = Buffer.alloc(255 * segmentSize)
  const one = page(Buffer.alloc(255, segmentSize), content, 1, 1)
  const begin = page(Buffer.from([OPUS_HEAD.byteLength]), OPUS_HEAD, 2, 0)
  return Buffer.concat([begin, repeated(size, one)])
}

const emptyPages = (size: number): Buffer =>
  Buffer.concat([
    page(Buffer.from([OPUS_HEAD.byteLength]), OPUS_HEAD, 2, 0),
    repeated(size, page(Buffer.alloc(0), Buffer.alloc(0), 0, 1)),
  ])

const hugeComment = (size: number): Buffer => {
  const comment = Buffer.concat([
    Buffer.from('OpusTags'),
    Buffer.from('ffffffff', 'hex'),
    Buffer.from('ffffffff', 'hex'),
  ])
  return Buffer.concat([
    page(Buffer.from([OPUS_HEAD.byteLength]), OPUS_HEAD, 2, 0),
    page(Buffer.from([comment.byteLength]), comment, 0, 1),
    repeated(size, page(Buffer.alloc(255), Buffer.alloc(0), 0, 2)),
  ])
}

function tsPacket(pid: number, isStart: boolean, payload: Uint8Array): Buffer {
  const bytes = Buffer.alloc(188, 0xff)
  bytes[0] = 0x47
  bytes[1] = (isStart ? 0x40 : 0) | (pid >> 8)
  bytes[2] = pid & 255
  bytes[3] = 0x10
  bytes.set(payload.subarray(0, 184), 4)
  return bytes
}

/** One program with an AVC stream; its map. */
const PAT = tsPacket(0, true, Buffer.from('0000b00d0001c100000001e1002ab104b2', 'hex'))
const PMT = tsPacket(0x100, true, Buffer.from('0002b0120001c10000e101f0001be101f00015bd4d56', 'hex'))
const PES = Buffer.concat([Buffer.from('000001e00000808005210001000100000109f0', 'hex'), Buffer.alloc(160)])

export const streamBombs = (size: number): Readonly<Record<string, Buffer>> => ({
  'ogg endless packet': endlessPacket(size, 255),
  'ogg endless packet of one byte each': endlessPacket(size, 1),
  'ogg empty pages': emptyPages(size),
  'ogg huge comment': hugeComment(size),
  'ts endless packet': Buffer.concat([
    PAT,
    PMT,
    tsPacket(0x101, true, PES),
    repeated(size, tsPacket(0x101, false, Buffer.alloc(184, 1))),
  ]),
  'ts nothing but tables': repeated(size, Buffer.concat([PAT, PMT])),
  'ts no tables': repeated(size, tsPacket(0x101, false, Buffer.alloc(184))),
  'ts many packets': Buffer.concat([PAT, PMT, repeated(size, tsPacket(0x101, true, PES))]),
})
