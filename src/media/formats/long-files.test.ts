import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ByteSource } from '../../core/ports/media.ts'
import { measure } from '../measure.ts'

const MIB = 1024 * 1024

/** A file in memory, and how much of it is read. */
function counted(bytes: Buffer): { readonly source: ByteSource; readonly read: () => number } {
  let count = 0
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    count += end - start
    return bytes.subarray(start, end)
  }
  return { source: { size: bytes.length, read }, read: () => count }
}

const element = (id: string, content: Buffer): Buffer => {
  const size = Buffer.alloc(8)
  size.writeBigUInt64BE(BigInt(content.length) | (1n << 56n))
  return Buffer.concat([Buffer.from(id, 'hex'), size, content])
}
const number = (value: number, length = 4): Buffer => {
  const bytes = Buffer.alloc(length)
  bytes.writeUIntBE(value, 0, length)
  return bytes
}

/** A recording of 25 pictures a second that states neither its length nor its rate; a cluster lasts two seconds. */
function recording(clusters: number): Buffer {
  const track = [
    element('d7', number(1, 1)),
    element('83', number(1, 1)),
    element('86', Buffer.from('V_VP8')),
    element('e0', Buffer.concat([element('b0', number(64, 2)), element('ba', number(48, 2))])),
  ]
  const info = element('1549a966', element('2ad7b1', number(1_000_000)))
  const tracks = element('1654ae6b', element('ae', Buffer.concat(track)))
  const block = (at: number): Buffer =>
    element(
      'a3',
      Buffer.concat([Buffer.from([0x81]), number(at, 2), Buffer.from([0x80]), Buffer.alloc(4000, 7)]),
    )
  const cluster = (index: number): Buffer => {
    const blocks = Array.from({ length: 50 }, (_, at) => block(at * 40))
    return element('1f43b675', Buffer.concat([element('e7', number(index * 2000)), ...blocks]))
  }
  return Buffer.concat([
    element('1a45dfa3', element('4282', Buffer.from('webm'))),
    Buffer.from('1853806701ffffffffffffff', 'hex'),
    ...[info, tracks],
    ...Array.from({ length: clusters }, (_, index) => cluster(index)),
  ])
}

test('of a long live recording the begin and the end are read', async () => {
  const { source, read } = counted(recording(150))
  assert.ok(source.size > 25 * MIB)
  const { durationMs, video } = await measure(source)
  assert.deepEqual([durationMs, video?.frameRate], [300_000, 25])
  assert.ok(read() <= 4 * MIB, `${read()} bytes`)
})

/** Pages of Opus with this serial number, of one second each; their checksums are not looked at. */
function opus(serial: number, seconds: number): Buffer {
  const page = (flags: number, granule: number, packets: readonly Buffer[]): Buffer => {
    const lacing = packets.flatMap(({ length }) => [
      ...Array(Math.floor(length / 255)).fill(255),
      length % 255,
    ])
    const head = Buffer.alloc(27)
    head.write('OggS')
    head[5] = flags
    head.writeBigUInt64LE(BigInt(granule), 6)
    head.writeUInt32LE(serial, 14)
    head[26] = lacing.length
    return Buffer.concat([head, Buffer.from(lacing), ...packets])
  }
  const identification = Buffer.from('4f70757348656164010100000080bb0000000000', 'hex').subarray(0, 19)
  const sound = (at: number): Buffer =>
    page(
      0,
      48_000 * (at + 1),
      Array.from({ length: 50 }, () => Buffer.concat([Buffer.from([0x78]), Buffer.alloc(400, at)])),
    )
  return Buffer.concat([
    page(2, 0, [identification]),
    page(0, 0, [Buffer.from('OpusTags\0\0\0\0\0\0\0\0')]),
    ...Array.from({ length: seconds }, (_, at) => sound(at)),
  ])
}

test('of long streams of OGG after each other the ends are looked for', async () => {
  const { source, read } = counted(Buffer.concat([opus(1, 500), opus(2, 700), opus(3, 300)]))
  assert.ok(source.size > 25 * MIB)
  const { durationMs } = await measure(source)
  assert.ok(Math.abs(durationMs - 1_500_000) < 100, String(durationMs))
  assert.ok(read() <= 4 * MIB, `${read()} bytes`)
})

test('many short streams of OGG after each other are counted as well', async () => {
  const { source } = counted(
    Buffer.concat(Array.from({ length: 200 }, (_, at) => opus(at + 1, (at % 3) + 1))),
  )
  const expected = Array.from({ length: 200 }, (_, at) => (at % 3) + 1).reduce((sum, each) => sum + each, 0)
  assert.ok(Math.abs((await measure(source)).durationMs - expected * 1000) < 100)
})
