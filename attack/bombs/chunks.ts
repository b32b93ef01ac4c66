import { repeated, u32, u32le } from './boxes.ts'

const chunk = (id: string, content: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(id, 'latin1'), u32le(content.byteLength), content])
const list = (id: string, content: Uint8Array): Buffer =>
  chunk('LIST', Buffer.concat([Buffer.from(id), content]))

function wavFormat(tag: number, channels: number, rate: number): Buffer {
  const bytes = Buffer.alloc(16)
  bytes.writeUInt16LE(tag)
  bytes.writeUInt16LE(channels, 2)
  bytes.writeUInt32LE(rate, 4)
  bytes.writeUInt16LE(1, 12)
  bytes.writeUInt16LE(8, 14)
  return chunk('fmt ', bytes)
}

const wave = (content: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from('RIFF'), u32le(0xffffffff), Buffer.from('WAVE'), content])
const avi = (content: Uint8Array): Buffer => chunk('RIFF', Buffer.concat([Buffer.from('AVI '), content]))

function nestedLists(size: number): Buffer {
  const bytes = Buffer.alloc(size - (size % 12))
  for (let at = 0; at < bytes.byteLength; at += 12) {
    bytes.write('LIST', at)
    bytes.writeUInt32LE(bytes.byteLength - at - 8, at + 4)
    bytes.write('strl', at + 8)
  }
  return bytes
}

/** RIFF: WAV and AVI. */
export const riffBombs = (size: number): Readonly<Record<string, Buffer>> => ({
  'wav many chunks': wave(repeated(size, chunk('LIST', Buffer.alloc(0)))),
  'wav many formats': wave(repeated(size, wavFormat(1, 1, 8000))),
  'wav huge rate': wave(
    Buffer.concat([wavFormat(1, 65_535, 0xffffffff), Buffer.from('data'), u32le(0xffffffff)]),
  ),
  'wav of mp3 noise': wave(
    Buffer.concat([
      wavFormat(0x55, 2, 44_100),
      Buffer.from('data'),
      u32le(0xffffffff),
      Buffer.alloc(size, 0xff),
    ]),
  ),
  'wav of a day in an hour': wave(
    Buffer.concat([wavFormat(1, 1, 1), Buffer.from('data'), u32le(0xffffffff), Buffer.alloc(size)]),
  ),
  'avi many streams': avi(list('hdrl', repeated(size, list('strl', Buffer.alloc(0))))),
  'avi lists in lists': avi(list('hdrl', nestedLists(size))),
  'avi many chunks': avi(repeated(size, chunk('JUNK', Buffer.alloc(0)))),
})

const asfObject = (id: string, content: Uint8Array): Buffer => {
  const size = Buffer.alloc(8)
  size.writeBigUInt64LE(BigInt(24 + content.byteLength))
  return Buffer.concat([Buffer.from(id, 'hex'), size, content])
}
const ASF_HEADER = '3026b2758e66cf11a6d900aa0062ce6c'
const ASF_EXTENSION = 'b503bf5f2ea9cf118ee300c00c205365'

export const asfBombs = (size: number): Readonly<Record<string, Buffer>> => ({
  'asf many objects': asfObject(
    ASF_HEADER,
    Buffer.concat([Buffer.alloc(6, 0xff), repeated(size, asfObject('00'.repeat(16), Buffer.alloc(0)))]),
  ),
  'asf many extensions': asfObject(
    ASF_HEADER,
    Buffer.concat([
      Buffer.alloc(6),
      repeated(
        size,
        asfObject(
          ASF_EXTENSION,
          Buffer.concat([Buffer.alloc(22), asfObject('11'.repeat(16), Buffer.alloc(0))]),
        ),
      ),
    ]),
  ),
})

const flvTag = (kind: number, content: Uint8Array): Buffer =>
  Buffer.concat([
    Buffer.from([kind]),
    u32(content.byteLength).subarray(1),
    Buffer.alloc(7),
    content,
    u32(11 + content.byteLength),
  ])
const flv = (...tags: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.from('464c5601050000000900000000', 'hex'), ...tags])
const META = Buffer.from('02000a6f6e4d65746144617461', 'hex')

export const flvBombs = (size: number): Readonly<Record<string, Buffer>> => ({
  'flv empty tags': flv(repeated(size, flvTag(8, Buffer.alloc(0)))),
  'flv other tags': flv(repeated(size, flvTag(15, Buffer.alloc(0)))),
  'flv deep script': flv(
    flvTag(18, Buffer.concat([META, repeated(Math.min(size, 16_000_000), Buffer.from('0a00000001', 'hex'))])),
  ),
  'flv endless list': flv(
    flvTag(
      18,
      Buffer.concat([META, Buffer.from('0affffffff', 'hex'), Buffer.alloc(Math.min(size, 16_000_000), 5)]),
    ),
  ),
  'flv many names': flv(
    flvTag(
      18,
      Buffer.concat([META, Buffer.from('0800000000', 'hex'), manyNames(Math.min(size, 16_000_000))]),
    ),
  ),
})

/** Numbers, each under a name of its own. */
function manyNames(size: number): Buffer {
  const names = Array.from({ length: Math.floor(size / 17) }, (_, index) => {
    const name = index.toString(36).padStart(6, '0')
    return Buffer.concat([Buffer.from([0, 6]), Buffer.from(name), Buffer.alloc(9)])
  })
  return Buffer.concat(names)
}
