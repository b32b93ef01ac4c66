import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { expectedMediaFacts, mediaFixture, memorySource } from '../../../../test/support/media-fixtures.ts'
import { measure } from '../../measure.ts'

const measured = (bytes: Uint8Array) => measure(memorySource(bytes))
const movie = mediaFixture('op1a.mxf')
const facts = expectedMediaFacts().get('op1a.mxf')
const PACK = Buffer.from('060e2b34020501010d010201', 'hex')
const FOOTER_PLACE_AT = 24

/** Where the value of the first partition pack begins. */
const packValue = (bytes: Buffer): number =>
  bytes.indexOf(PACK) + 16 + (((bytes[16] ?? 0) & 0x80) !== 0 ? 1 + ((bytes[16] ?? 0) & 0x7f) : 1)

/** Writes a local item of all sets anew. */
function withItem(bytes: Buffer, tag: string, value: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  const head = Buffer.concat([Buffer.from(tag, 'hex'), Buffer.from([0, value.length])])
  for (let at = copy.indexOf(head); at !== -1; at = copy.indexOf(head, at + 4))
    value.copy(copy, at + head.length)
  return copy
}

describe('MXF', () => {
  test('a file whose footer is announced and not there is cut', async () => {
    const { isCut, ...rest } = await measured(movie.subarray(0, movie.length / 2))
    assert.equal(isCut, true)
    assert.deepEqual(rest, facts)
  })

  test('the footer is found where the header does not tell its place', async () => {
    const copy = Buffer.from(movie)
    copy.writeBigUInt64BE(0n, packValue(copy) + FOOTER_PLACE_AT)
    assert.deepEqual(await measured(copy), facts)
  })

  test('without lengths of streams those of sequences count', async () => {
    assert.deepEqual(await measured(withItem(movie, '3002', Buffer.alloc(8, 0xff))), facts)
  })

  test('lines of one field are half of those of the picture', async () => {
    const atom = withItem(mediaFixture('op1a.mxf'), '320c', Buffer.from([1]))
    // No header of pictures to go by.
    const bare = Buffer.from(atom)
    for (let at = bare.indexOf('000001b3', 0, 'hex'); at !== -1; at = bare.indexOf('000001b3', at, 'hex'))
      bare[at + 2] = 0
    assert.equal((await measured(bare)).video?.height, 96)
  })

  test('a header partition alone is refused', () =>
    assert.rejects(measured(movie.subarray(0, 120)), { name: 'Refusal' }))
})
