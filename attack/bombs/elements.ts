import { repeated } from './boxes.ts'

/** An element of Matroska whose size has 8 bytes. */
export function element(id: string, content: Uint8Array): Buffer {
  const size = Buffer.alloc(8)
  size.writeBigUInt64BE((1n << 56n) | BigInt(content.byteLength))
  return Buffer.concat([Buffer.from(id, 'hex'), size, content])
}

const HEADER = element('1a45dfa3', element('4282', Buffer.from('webm')))
const SEGMENT = '18538067'
const OPEN = 'ff'

function nested(size: number, id: string): Buffer {
  const unit = Buffer.from(`${id}01ffffffffffffff`, 'hex')
  return repeated(size, unit)
}

const track = element(
  'ae',
  Buffer.concat([
    element('d7', Buffer.from([1])),
    element('83', Buffer.from([2])),
    element('86', Buffer.from('A_OPUS')),
  ]),
)

const smallTrack = Buffer.from('ae80', 'hex')
const numberedTrack = Buffer.from('ae8cd7810183810286844154544f', 'hex')

export const matroskaBombs = (size: number): Readonly<Record<string, Buffer>> => ({
  'matroska many tracks': Buffer.concat([
    HEADER,
    element(
      SEGMENT,
      Buffer.concat([
        element('1654ae6b', repeated(size, smallTrack)),
        element('1f43b675', Buffer.from([0xe7, 0x81, 0])),
      ]),
    ),
  ]),
  'matroska many tracks with blocks': Buffer.concat([
    HEADER,
    Buffer.from(SEGMENT + OPEN, 'hex'),
    element('1654ae6b', Buffer.concat([repeated(size / 2, numberedTrack), track])),
    Buffer.from(`1f43b675${OPEN}`, 'hex'),
    repeated(size / 2, Buffer.from('a38482000080', 'hex')),
  ]),
  'matroska many blocks': Buffer.concat([
    HEADER,
    Buffer.from(SEGMENT + OPEN, 'hex'),
    element('1654ae6b', track),
    Buffer.from(`1f43b675${OPEN}`, 'hex'),
    repeated(size, Buffer.from('a38481000080', 'hex')),
  ]),
  'matroska open in open': Buffer.concat([
    HEADER,
    Buffer.from(SEGMENT + OPEN, 'hex'),
    nested(size, '1f43b675'),
  ]),
  'matroska huge numbers': Buffer.concat([
    HEADER,
    Buffer.from(SEGMENT + OPEN, 'hex'),
    element('1549a966', repeated(size, element('2ad7b1', Buffer.alloc(8, 0xff)))),
  ]),
  'matroska voids': Buffer.concat([HEADER, element(SEGMENT, repeated(size, Buffer.from('ec80', 'hex')))]),
})
