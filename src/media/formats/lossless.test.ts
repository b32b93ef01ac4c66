import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { memorySource } from '../../../test/support/media-fixtures.ts'
import { measure } from '../measure.ts'

const measured = (...parts: Uint8Array[]) => measure(memorySource(Buffer.concat(parts)))
const refusal = (message: RegExp): object => ({ name: 'Refusal', message })

describe('APE', () => {
  interface Shape {
    readonly version?: number
    readonly framesSize?: number
    readonly frames?: number
    readonly channels?: number
  }

  /** A file of two blocks of frames: 73,728 samples each but the last. */
  function ape({ version = 3990, framesSize = 1000, frames = 3, channels = 2 }: Shape = {}): Buffer {
    const descriptor = Buffer.alloc(52)
    descriptor.write('MAC ')
    descriptor.writeUInt16LE(version, 4)
    descriptor.writeUInt32LE(52, 8)
    descriptor.writeUInt32LE(24, 12)
    descriptor.writeUInt32LE(framesSize, 24)
    const header = Buffer.alloc(24)
    header.writeUInt16LE(2000, 0)
    header.writeUInt32LE(73_728, 4)
    header.writeUInt32LE(4410, 8)
    header.writeUInt32LE(frames, 12)
    header.writeUInt16LE(16, 16)
    header.writeUInt16LE(channels, 18)
    header.writeUInt32LE(44_100, 20)
    return Buffer.concat([descriptor, header, Buffer.alloc(1000)])
  }

  test('is as long as its header states', async () => {
    assert.deepEqual(await measured(ape()), {
      ...{ container: 'ape', contentType: 'audio/x-ape', durationMs: 3444, video: null },
      audio: { codec: 'ape', sampleRateHz: 44_100, channels: 2 },
    })
  })

  test('may have tags at both ends', async () => {
    const id3 = Buffer.from('ID3\x03\0\0\0\0\0\x05hello', 'latin1')
    const tag = Buffer.alloc(128)
    tag.write('TAG')
    assert.equal((await measured(id3, ape(), tag)).durationMs, 3444)
  })

  test('is cut where it has fewer bytes than it counts', async () => {
    const { durationMs, isCut } = await measured(ape({ framesSize: 2000 }))
    assert.deepEqual([durationMs, isCut], [3444, true])
  })

  test('before 3.98 the header stands in front, and versions have frames of their own length', async () => {
    const old = (version: number, compression: number): Buffer => {
      const bytes = Buffer.alloc(100)
      bytes.write('MAC ')
      bytes.writeUInt16LE(version, 4)
      bytes.writeUInt16LE(compression, 6)
      bytes.writeUInt16LE(1, 10)
      bytes.writeUInt32LE(22_050, 12)
      bytes.writeUInt32LE(3, 24)
      bytes.writeUInt32LE(22_050, 28)
      return bytes
    }
    const facts = await measured(old(3970, 2000))
    assert.deepEqual(facts, {
      ...{ container: 'ape', contentType: 'audio/x-ape', durationMs: 27_749, video: null },
      audio: { codec: 'ape', sampleRateHz: 22_050, channels: 1 },
    })
    const lengths = [old(3920, 2000), old(3800, 4000), old(3800, 2000), old(3700, 4000)]
    assert.deepEqual(await Promise.all(lengths.map(async (bytes) => (await measured(bytes)).durationMs)), [
      ...[7687, 7687, 1836, 1836],
    ])
  })

  test('is refused where it is empty or has no header', async () => {
    await assert.rejects(measured(ape().subarray(0, 60)), refusal(/cut/))
    await assert.rejects(measured(ape({ frames: 0 })), refusal(/no audio/))
    await assert.rejects(measured(ape({ channels: 0 })), refusal(/no usable format/))
  })
})

describe('WavPack', () => {
  /** One block of a file, with a sub-block of odd or even length for each entry of `parts`. */
  function block(flags: number, parts: readonly (readonly [number, string])[], samples = 44_100): Buffer {
    const content = Buffer.concat(
      parts.map(([id, hex]) => {
        const bytes = Buffer.from(hex, 'hex')
        const isOdd = bytes.length % 2 === 1
        const head = Uint8Array.of(id | (isOdd ? 0x40 : 0), Math.ceil(bytes.length / 2))
        return Buffer.concat([head, bytes, Buffer.alloc(bytes.length % 2)])
      }),
    )
    const header = Buffer.alloc(32)
    header.write('wvpk')
    header.writeUInt32LE(24 + content.length, 4)
    header.writeUInt32LE(samples, 12)
    header.writeUInt32LE(44_100, 20)
    header.writeUInt32LE((flags | 0x1000) >>> 0, 24)
    return Buffer.concat([header, content])
  }
  const OTHER_RATE = 15 << 23

  test('a rate that has no number of its own stands in a sub-block', async () => {
    // 11,025 samples a second.
    const bytes = block(OTHER_RATE, [
      [0x02, '0102'],
      [0x27, '112b00'],
    ])
    assert.deepEqual((await measured(bytes)).audio, { codec: 'wavpack', sampleRateHz: 11_025, channels: 2 })
    assert.equal((await measured(bytes)).durationMs, 4000)
  })

  test('of DSD the rate is a multiple of the stated one', async () => {
    // 88,200 bytes a second, four times as many.
    const { audio, durationMs } = await measured(
      block(0x80000000 | (12 << 23), [[0x0e, '0201aabb']], 352_800),
    )
    assert.deepEqual([audio?.sampleRateHz, durationMs], [352_800, 1000])
  })

  test('out of a pipe the last block tells the length', async () => {
    for (const unknown of [0, 0xffffffff]) {
      const parts = [0, 44_100, 88_200].map((first) => {
        const bytes = block(9 << 23, [[0x02, '0102']], unknown)
        bytes.writeUInt32LE(first, 16)
        return bytes
      })
      assert.equal((await measured(...parts)).durationMs, 3000)
    }
  })

  test('a rate that is nowhere is refused', () =>
    assert.rejects(measured(block(OTHER_RATE, [[0x02, '0102']])), refusal(/sample rate/)))
})
