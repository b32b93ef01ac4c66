import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { expectedMediaFacts, mediaFixture, memorySource } from '../../../../test/support/media-fixtures.ts'
import { measure } from '../../measure.ts'

const measured = (...parts: Uint8Array[]) => measure(memorySource(Buffer.concat(parts)))
const video = mediaFixture('ac3.vob')
const facts = expectedMediaFacts().get('ac3.vob')
const rubbish = (length: number) => Buffer.from(Array.from({ length }, (_, at) => (at * 13 + 1) & 0x3f))
/** Packs of discs are sectors. */
const SECTOR = 2048

describe('packets of a program stream are found', () => {
  const files: Readonly<Record<string, Uint8Array>> = {
    'behind other bytes': Buffer.concat([rubbish(1000), video]),
    'on both sides of other bytes': Buffer.concat([
      video.subarray(0, SECTOR),
      rubbish(700),
      video.subarray(SECTOR),
    ]),
    'up to other bytes': Buffer.concat([video, rubbish(99)]),
  }
  for (const [name, bytes] of Object.entries(files)) {
    test(name, async () => assert.deepEqual(await measured(bytes), facts))
  }

  test('up to an end within a packet', async () => {
    const cut = await measured(video.subarray(0, -100))
    assert.deepEqual([cut.audio, cut.video], [facts?.audio, facts?.video])
  })

  test('packs alone are no media file', () =>
    assert.rejects(measured(video.subarray(0, 14), video.subarray(0, 14), video.subarray(0, 14)), {
      name: 'Refusal',
    }))
})

test('a stream map in front does no harm', async () => {
  // One stream of type 2 with the id 0xE0.
  const map = Buffer.from('000001bc000ee1ff0000000402e00000ffffffff', 'hex')
  const behind = video.indexOf(Buffer.from('000001bb', 'hex'))
  assert.deepEqual(await measured(video.subarray(0, behind), map, video.subarray(behind)), facts)
})
