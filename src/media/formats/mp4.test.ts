import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { expectedMediaFacts, mediaFixture, memorySource } from '../../../test/support/media-fixtures.ts'
import { measure } from '../measure.ts'

const measured = (bytes: Uint8Array) => measure(memorySource(bytes))

/** Where a box begins that is found by its letters. */
const boxAt = (bytes: Buffer, kind: string, from = 0): number => bytes.indexOf(kind, from) - 4

/** The file with all boxes of a kind as padding. */
function renamed(bytes: Buffer, kind: string): Buffer {
  const copy = Buffer.from(bytes)
  for (let at = copy.indexOf(kind); at !== -1; at = copy.indexOf(kind, at)) copy.write('free', at)
  return copy
}

describe('fragments extend a movie that has samples itself', () => {
  const movie = mediaFixture('late-fragments.mov')
  const whole = expectedMediaFacts().get('late-fragments.mov')

  test('without their own times they begin where the tracks ended', async () => {
    assert.ok(movie.includes('tfdt'))
    const { durationMs } = await measured(renamed(movie, 'tfdt'))
    assert.ok(Math.abs(durationMs - (whole?.durationMs ?? 0)) <= 40, `${durationMs}`)
  })

  test('of thousands the last tell the length', async () => {
    const first = boxAt(movie, 'moof')
    const after = boxAt(movie, 'moof', first + 8)
    const fragment = movie.subarray(first, after)
    const head = movie.subarray(0, first)
    const count = 5000
    const fragments = Array.from({ length: count }, (_, index) => later(fragment, index))
    const bytes = Buffer.concat([head, ...fragments])
    assert.ok(bytes.length > 4 * 1024 * 1024)
    let read = 0
    const source = memorySource(bytes)
    const facts = await measure({
      size: bytes.length,
      read: (start, end) => {
        read += end - start
        return source.read(start, end)
      },
    })
    const expected = 300 + count * 300
    assert.ok(Math.abs(facts.durationMs - expected) < expected / 100, `${facts.durationMs}`)
    assert.ok(read < 4 * 1024 * 1024, `${read}`)
  })
})

/** A fragment whose times are later by as many fragments of 0.3 s. */
function later(fragment: Buffer, index: number): Buffer {
  const copy = Buffer.from(fragment)
  const ticksPerFragment = [3072, 9600]
  for (let at = copy.indexOf('tfdt'), track = 0; at !== -1; at = copy.indexOf('tfdt', at + 4), track++) {
    const time = copy.readBigUInt64BE(at + 8)
    copy.writeBigUInt64BE(time + BigInt(index * (ticksPerFragment[track] ?? 0)), at + 8)
  }
  return copy
}

describe('an MP4 file that is cut tells what its head says', () => {
  for (const name of ['faststart.mp4', 'late-fragments.mov', 'fragmented.mp4']) {
    test(name, async () => {
      const bytes = mediaFixture(name)
      const { durationMs: _, ...whole } = expectedMediaFacts().get(name) ?? { durationMs: 0 }
      const { durationMs, isCut, ...facts } = await measured(bytes.subarray(0, bytes.length - 900))
      assert.equal(isCut, true)
      assert.ok(durationMs > 500)
      assert.deepEqual({ ...facts.audio }, { ...('audio' in whole && whole.audio) })
    })
  }

  test('and none of its movie box is left out', async () => {
    const bytes = mediaFixture('faststart.mp4')
    await assert.rejects(measured(bytes.subarray(0, boxAt(bytes, 'mdat') - 10)), {
      name: 'Refusal',
      message: /movie box is not there whole/,
    })
  })

  test('bytes of something else behind the end are no cut', async () => {
    for (const tail of ['# added by a tool\n', 'TAG', '\0\0\0', 'x'.repeat(500)]) {
      const facts = await measured(Buffer.concat([mediaFixture('video.mp4'), Buffer.from(tail)]))
      assert.deepEqual(facts, expectedMediaFacts().get('video.mp4'), tail)
    }
  })
})

describe('what an entry itself says is a template', () => {
  const withEntry = (name: string, kind: string, change: (bytes: Buffer, at: number) => void): Buffer => {
    const copy = Buffer.from(mediaFixture(name))
    change(copy, copy.indexOf(kind))
    return copy
  }
  /** Two channels at 1000 Hz. */
  const spoil = (bytes: Buffer, at: number): void => {
    bytes.writeUInt16BE(7, at + 20)
    bytes.writeUInt16BE(1000, at + 28)
  }
  for (const [name, kind] of [
    ['mpeg4-opus.mp4', 'Opus'],
    ['mpeg2-eac3.mp4', 'ec-3'],
    ['mpeg1-mp3.mp4', 'mp4a'],
    ['video.mp4', 'mp4a'],
  ] as const) {
    test(`${kind} of ${name}`, async () => {
      assert.deepEqual(
        (await measured(withEntry(name, kind, spoil))).audio,
        expectedMediaFacts().get(name)?.audio,
      )
    })
  }

  test('speech of 3GP has one channel', async () => {
    const speech = withEntry('audio.m4a', 'mp4a', (bytes, at) => bytes.write('samr', at))
    assert.deepEqual((await measured(speech)).audio, { codec: 'amr-nb', sampleRateHz: 8000, channels: 1 })
  })
})
