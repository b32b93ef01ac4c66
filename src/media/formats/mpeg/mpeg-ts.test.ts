import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { expectedMediaFacts, mediaFixture, memorySource } from '../../../../test/support/media-fixtures.ts'
import { moved, packetsOf, padded } from '../../../../test/support/transport-streams.ts'
import { measure } from '../../measure.ts'

const measured = (...parts: Uint8Array[]) => measure(memorySource(Buffer.concat(parts)))
const video = mediaFixture('video.ts')
const facts = expectedMediaFacts().get('video.ts')
const rubbish = (length: number) => Buffer.from(Array.from({ length }, (_, at) => (at * 13 + 1) & 0x3f))

describe('packets of a transport stream are found', () => {
  const third = 188 * 20
  const files: Readonly<Record<string, Uint8Array>> = {
    'with a time code in front of each': padded(video, 4, 0),
    'with error correction behind each': padded(video, 0, 16),
    'behind other bytes': Buffer.concat([rubbish(517), video]),
    'on both sides of other bytes': Buffer.concat([
      video.subarray(0, third),
      rubbish(300),
      video.subarray(third),
    ]),
    'up to an end within a packet': Buffer.concat([video, video.subarray(0, 101)]),
    'behind the rest of one': Buffer.concat([video.subarray(100, 188).fill(0x20), video]),
  }
  for (const [name, bytes] of Object.entries(files)) {
    test(name, async () => assert.deepEqual(await measured(bytes), facts))
  }

  test('sync bytes alone are no stream', () =>
    assert.rejects(measured(Buffer.alloc(100_000, 0x47)), { name: 'Refusal', message: /no media file/ }))
})

describe('the clock of a transport stream', () => {
  test('may wrap within the file', async () => {
    const start = 126_000
    assert.deepEqual(await measured(moved(video, 2 ** 33 - start - 45_000)), facts)
  })

  test('is taken up anew where files were joined, back and ahead', async () => {
    for (const ticks of [0, 2 ** 32, 2 ** 33 - 100_000]) {
      const { durationMs } = await measured(video, moved(video, ticks))
      assert.equal(durationMs, 2 * (facts?.durationMs ?? 0), `${ticks}`)
    }
  })

  test('counts pictures that come in another order once', async () => {
    const joined = await measured(
      mediaFixture('mpeg2.ts'),
      mediaFixture('mpeg2.ts'),
      mediaFixture('mpeg2.ts'),
    )
    assert.equal(joined.durationMs, 3 * 432)
  })
})

describe('a large transport stream', () => {
  /** The fixture again and again, each time later, as one stream of `seconds` at the least. */
  const long = (copies: number, jumpAt = Number.NaN): Buffer =>
    Buffer.concat(
      Array.from({ length: copies }, (_, index) =>
        moved(video, (index >= jumpAt ? index - jumpAt : index) * Math.round(1.045 * 90_000)),
      ),
    )

  const counted = (bytes: Buffer) => {
    const source = memorySource(bytes)
    const count = { read: 0 }
    const read = (start: number, end: number) => {
      count.read += end - start
      return source.read(start, end)
    }
    return { count, source: { size: source.size, read } }
  }

  test('is read at its begin, its end and some places between', async () => {
    const { count, source } = counted(long(1500))
    assert.ok(source.size > 8 * 1024 * 1024)
    const { durationMs } = await measure(source)
    assert.ok(Math.abs(durationMs - 1500 * 1045) < 100, `${durationMs}`)
    assert.ok(count.read < 4 * 1024 * 1024, `${count.read}`)
  })

  test('whose clock broke somewhere has the length of both parts', async () => {
    const { count, source } = counted(long(1500, 1234))
    const { durationMs } = await measure(source)
    assert.ok(Math.abs(durationMs - 1500 * 1045) < 1000, `${durationMs}`)
    assert.ok(count.read < 4.5 * 1024 * 1024, `${count.read}`)
  })
})

describe('the program that is told of', () => {
  test('is known without tables by the ids of its packets', async () => {
    const isTable = (packet: Uint8Array): boolean =>
      ((((packet[1] ?? 0) & 0x1f) << 8) | (packet[2] ?? 0)) === 0
    const bare = packetsOf(video).filter((packet) => !isTable(packet))
    assert.deepEqual(await measured(...bare), facts)
  })
})
