import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { mediaFixture } from '../../../test/support/media-fixtures.ts'
import type { ByteSource } from '../../core/ports/media.ts'
import { measure } from '../measure.ts'
import { AC3_FRAMES } from './ac3.ts'
import { ADTS_FRAMES } from './adts.ts'
import type { FrameFormat } from './frames.ts'
import { MP2_FRAMES } from './mp2.ts'
import { MP3_FRAMES } from './mp3.ts'
import { EAC3_FRAMES } from './sound/eac3-frames.ts'

const MIB = 1024 * 1024

interface Counted extends ByteSource {
  readonly bytes: () => number
}

/** Pieces after each other, each so often, without taking their room. Counts what is read. */
function madeOf(pieces: readonly (readonly [Uint8Array, number])[]): Counted {
  let read = 0
  const size = pieces.reduce((sum, [bytes, times]) => sum + bytes.length * times, 0)
  const at = (place: number): number => {
    let left = place
    for (const [bytes, times] of pieces) {
      if (left < bytes.length * times) return bytes[left % bytes.length] ?? 0
      left -= bytes.length * times
    }
    return 0
  }
  return {
    size,
    bytes: () => read,
    read: async (start, end) => {
      read += end - start
      return Uint8Array.from({ length: end - start }, (_, index) => at(start + index))
    },
  }
}

/** The whole frames of a file, and how many samples they have. */
function framesOf(name: string, format: FrameFormat) {
  const bytes = mediaFixture(name)
  let at = 0
  while (format.parse(bytes, at) === null) at++
  const start = at
  let samples = 0
  for (let next = format.parse(bytes, at); next !== null && at + next.size <= bytes.length; ) {
    samples += next.samples
    at += next.size
    next = at + format.headerSize <= bytes.length ? format.parse(bytes, at) : null
  }
  return { bytes: bytes.subarray(start, at), samples }
}

const KINDS: readonly (readonly [string, FrameFormat, number])[] = [
  ['cbr-bare.mp3', MP3_FRAMES, 44_100],
  ['tone.mp2', MP2_FRAMES, 44_100],
  ['tone.aac', ADTS_FRAMES, 44_100],
  ['tone.ac3', AC3_FRAMES, 48_000],
  ['tone.eac3', EAC3_FRAMES, 48_000],
]

describe('long runs of frames', () => {
  for (const [name, format] of KINDS) {
    test(`${name}: at most 4 MiB are read, and the length is right to within a hundredth`, async () => {
      const { bytes, samples } = framesOf(name, format)
      const times = Math.ceil((64 * MIB) / bytes.length)
      const source = madeOf([[bytes, times]])
      const { durationMs, audio } = await measure(source)
      const expected = (samples * times * 1000) / (audio?.sampleRateHz ?? 1)
      assert.ok(Math.abs(durationMs - expected) < expected / 100, `${durationMs} for ${expected}`)
      assert.ok(source.bytes() <= 4 * MIB, `${source.bytes()} bytes`)
    })
  }

  test('AMR of one kind of frame: at most 4 MiB are read', async () => {
    const frame = new Uint8Array(32)
    frame[0] = 0x3c
    frame.fill(0x55, 1)
    const count = (64 * MIB) / 32
    const source = madeOf([
      [Buffer.from('#!AMR\n'), 1],
      [frame, count],
    ])
    assert.ok(Math.abs((await measure(source)).durationMs - count * 20) < count / 5)
    assert.ok(source.bytes() <= 4 * MIB)
  })

  const half = async (index: Buffer) => {
    const low = mp3Frame(1)
    const high = mp3Frame(14)
    const pieces = [
      [index, 1],
      [low, 60_000],
      [high, 20_000],
    ] as const
    const source = madeOf(pieces)
    const { durationMs } = await measure(source)
    return { bytes: source.bytes(), size: source.size, isRight: isNear(durationMs, (80_000 * 1152) / 44.1) }
  }

  test('an index that fits is believed where the rate varies', async () => {
    const { bytes, isRight } = await half(xing(80_000))
    assert.ok(isRight && bytes <= 4 * MIB, `${bytes} bytes`)
  })

  test('where the rate varies without an index, or it does not fit, every frame is counted', async () => {
    for (const index of [Buffer.alloc(0), xing(20_000)]) {
      const { bytes, size, isRight } = await half(index)
      assert.ok(isRight && bytes >= size)
    }
  })
})

const isNear = (one: number, other: number): boolean => Math.abs(one - other) < 100

/** An empty frame of layer III, 44.1 kHz, one channel, of this index of rates. */
function mp3Frame(rate: number): Buffer {
  const header = Buffer.from([0xff, 0xfb, rate << 4, 0xc0])
  const { size } = MP3_FRAMES.parse(header, 0) ?? assert.fail()
  return Buffer.concat([header, Buffer.alloc(size - header.length)])
}

/** An index frame that says how many frames follow. */
function xing(frames: number): Buffer {
  const frame = mp3Frame(5)
  frame.write('Xing', 21)
  frame.writeUInt32BE(1, 25)
  frame.writeUInt32BE(frames, 29)
  return frame
}
