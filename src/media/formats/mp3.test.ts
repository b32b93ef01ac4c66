import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { mediaFixture, memorySource } from '../../../test/support/media-fixtures.ts'
import { measure } from '../measure.ts'

/** MPEG-1 layer III, 64 kbit/s, 44.1 kHz: 208 bytes, 209 with padding. */
const frames = mediaFixture('cbr-bare.mp3')
const FRAME_SIZE = 208

const durationOf = async (...parts: Uint8Array[]): Promise<number> => {
  const facts = await measure(memorySource(Buffer.concat(parts)))
  assert.equal(facts.container, 'mp3')
  return facts.durationMs
}
const framesMs = (count: number): number => Math.round((count * 1152 * 1000) / 44100)
const refusal = { name: 'Refusal' }
/** Never a frame, and not zero. */
const junk = (size: number): Buffer => Buffer.alloc(size, 0xaa)

function id3v2(content: Uint8Array): Buffer {
  const size = content.length
  const digits = [size >> 21, (size >> 14) & 0x7f, (size >> 7) & 0x7f, size & 0x7f]
  return Buffer.concat([Buffer.from('ID3\x04\0\0', 'latin1'), Buffer.from(digits), content])
}

/** The fixture's frames one by one. */
function split(bytes: Buffer): Buffer[] {
  const found: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const size = FRAME_SIZE + (((bytes[at + 2] ?? 0) >> 1) & 1)
    found.push(bytes.subarray(at, at + size))
    at += size
  }
  return found
}

describe('tags', () => {
  test('an ID3v2 tag full of frames is skipped', async () => {
    assert.equal(await durationOf(id3v2(frames), frames), framesMs(40))
  })
  test('several ID3v2 tags are skipped', async () => {
    assert.equal(await durationOf(id3v2(junk(10)), id3v2(junk(300)), frames), framesMs(40))
  })
  test('an ID3v2 tag with zeros behind it is skipped', async () => {
    assert.equal(await durationOf(id3v2(junk(10)), Buffer.alloc(5000), frames), framesMs(40))
  })
  test('an ID3v2 tag longer than the file is refused', async () => {
    const tag = id3v2(junk(100_000)).subarray(0, 10)
    await assert.rejects(durationOf(tag, frames), { ...refusal, message: /ID3v2/ })
  })
  test('ID3v1 and APE tags behind are taken off', async () => {
    const id3v1 = Buffer.concat([Buffer.from('TAG'), junk(125)])
    const ape = Buffer.alloc(32)
    ape.write('APETAGEX')
    ape.writeUInt32LE(3000 + 32, 12)
    // A frame within the tag must not count.
    const content = Buffer.concat([frames.subarray(0, 1000), junk(2000)])
    assert.equal(await durationOf(frames, content, ape, id3v1), framesMs(40))
  })
})

describe('frames are counted', () => {
  test('all of them, at any length the file is cut to', async () => {
    const sizes = split(frames).map((frame) => frame.length)
    for (let count = 3; count <= sizes.length; count++) {
      const whole = sizes.slice(0, count).reduce((sum, size) => sum + size)
      assert.equal(await durationOf(frames.subarray(0, whole)), framesMs(count))
      assert.equal(await durationOf(frames.subarray(0, whole - 1)), framesMs(count - 1))
    }
  })

  test('a lying Xing header changes nothing', async () => {
    const bytes = mediaFixture('vbr-xing.mp3')
    const at = bytes.indexOf('Xing')
    assert.ok(at > 0)
    bytes.writeUInt32BE(1_000_000, at + 8)
    assert.equal(await durationOf(bytes), 1045)
  })

  test('a VBRI frame is none', async () => {
    const [first = Buffer.alloc(0)] = split(frames)
    const vbri = Buffer.from(first)
    vbri.write('VBRI', 36)
    assert.equal(await durationOf(vbri, frames), framesMs(40))
  })

  test('across the windows of a long file', async () => {
    const bytes = Buffer.concat(Array.from({ length: 400 }, () => frames))
    assert.ok(bytes.length > 3 * 1024 * 1024)
    assert.equal(await durationOf(bytes), framesMs(16_000))
  })
})

describe('bytes that are no frames', () => {
  test('a recording that begins within a frame', async () => {
    assert.equal(await durationOf(frames.subarray(100)), framesMs(39))
  })
  test('a frame that was destroyed is left out', async () => {
    const parts = split(frames)
    parts[20] = junk(FRAME_SIZE)
    assert.equal(await durationOf(...parts), framesMs(39))
  })
  test('some junk at the end is fine', async () => {
    assert.equal(await durationOf(frames, junk(500)), framesMs(40))
  })
  test('zeros at the end are fine', async () => {
    assert.equal(await durationOf(frames, Buffer.alloc(50_000)), framesMs(40))
  })
  test('more junk than a quarter of the audio is refused', async () => {
    await assert.rejects(durationOf(frames, junk(frames.length)), refusal)
  })
  test('64 KiB of anything in front are left out, and no more', async () => {
    assert.equal(await durationOf(junk(65_536), frames), framesMs(40))
    await assert.rejects(durationOf(junk(65_537), frames), refusal)
  })
  test('text in front is left out', async () => {
    assert.equal(await durationOf(Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), frames), framesMs(40))
  })
  test('an APE tag in front is left out', async () => {
    const header = Buffer.alloc(32)
    header.write('APETAGEX')
    header.writeUInt32LE(332, 12)
    assert.equal(await durationOf(header, frames.subarray(0, 300), Buffer.alloc(32), frames), framesMs(40))
  })
  test('a document in front is a document', async () => {
    await assert.rejects(durationOf(Buffer.from('%PDF-1.7\n'), frames), refusal)
  })
})

describe('what only looks like frames', () => {
  const [first = Buffer.alloc(0)] = split(frames)
  const header = frames.subarray(0, 4)

  test('one frame alone is refused', () => assert.rejects(durationOf(first), refusal))
  test('one frame and the beginning of the next are refused', () =>
    assert.rejects(durationOf(frames.subarray(0, FRAME_SIZE + 100)), refusal))
  test('headers without their frames are refused', () =>
    assert.rejects(durationOf(Buffer.concat(Array<Buffer>(500).fill(header))), refusal))
  test('three frames and then something else are refused', () =>
    assert.rejects(durationOf(...split(frames).slice(0, 3), junk(5000)), refusal))
  test('frames of changing streams are refused', () => {
    const other = Buffer.from(first)
    // 48 kHz: shorter, so the frame is cut to fit.
    other[2] = ((other[2] ?? 0) & 0xf3) | 0x04
    const pair = [first, other.subarray(0, 192)]
    return assert.rejects(durationOf(...Array.from({ length: 20 }, () => pair).flat()), refusal)
  })

  const broken: Readonly<Record<string, readonly [at: number, and: number, or: number]>> = {
    'a reserved version': [1, 0xe7, 0x08],
    'layer II': [1, 0xf9, 0x04],
    'layer I': [1, 0xf9, 0x06],
    'free format': [2, 0x0f, 0x00],
    'a forbidden bit rate': [2, 0x0f, 0xf0],
    'a reserved sample rate': [2, 0xf3, 0x0c],
    'a reserved emphasis': [3, 0xfc, 0x02],
  }
  for (const [name, [at, and, or]] of Object.entries(broken)) {
    test(`${name} is refused`, () => {
      const parts = split(frames).map((frame) => {
        const copy = Buffer.from(frame)
        copy[at] = ((copy[at] ?? 0) & and) | or
        return copy
      })
      return assert.rejects(durationOf(...parts), refusal)
    })
  }
})
