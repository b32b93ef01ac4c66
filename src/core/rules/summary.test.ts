import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { seeded } from '../../../test/support/seeded.ts'
import { Digester } from '../bytes/digests.ts'
import type { DigestName } from '../model/bytes.ts'
import { summarise } from './summary.ts'

test('no parts', () => {
  assert.deepEqual(summarise([]), {
    size: 0,
    partCount: 0,
    digests: {},
    md5OfParts: null,
    smallestBeforeLast: null,
  })
})

test('one part keeps all its digests, and is no part before the last', () => {
  const part = partOf(Buffer.from('hello'), ['md5', 'sha256', 'crc64'])
  const summary = summarise([{ number: 7, ...part }])
  assert.deepEqual(summary.digests, part.facts.digests)
  assert.equal(summary.smallestBeforeLast, null)
  assert.equal(summary.md5OfParts, '62109206880d38a4010a98e11243924a')
})

test('the crc64 of the whole comes from the parts, the md5 does not', (t) => {
  const random = seeded(t)
  const pieces = Array.from({ length: 20 }, () => random.bytes(random.int(500)))
  const parts = pieces.map((bytes, index) => ({ number: index + 1, ...partOf(bytes, ['md5', 'crc64']) }))
  const whole = partOf(Buffer.concat(pieces), ['crc64']).facts
  const md5s = createHash('md5')
  for (const bytes of pieces) md5s.update(createHash('md5').update(bytes).digest())
  const summary = summarise(parts)
  assert.equal(summary.size, whole.size)
  assert.equal(summary.partCount, 20)
  assert.deepEqual(summary.digests, whole.digests)
  assert.equal(summary.md5OfParts, md5s.digest('hex'))
})

test('a digest that one part lacks is missing for the whole, wherever the part is', () => {
  const full = partOf(Buffer.from('hello'), ['md5', 'crc64'])
  const bare = partOf(Buffer.from('world'), [])
  for (const parts of [
    [full, full, bare],
    [full, bare, full],
    [bare, full, full],
  ]) {
    const summary = summarise(parts.map((part, number) => ({ number, ...part })))
    assert.deepEqual(summary.digests, {})
    assert.equal(summary.md5OfParts, null)
    assert.equal(summary.size, 15)
  }
})

test('the smallest part before the last: the last never counts, the first of equals does', () => {
  const sizes = [9, 4, 4, 6, 1]
  const parts = sizes.map((size, index) => ({ number: index + 10, ...partOf(Buffer.alloc(size), []) }))
  assert.deepEqual(summarise(parts).smallestBeforeLast, { number: 11, size: 4 })
})

function partOf(bytes: Uint8Array, digests: readonly DigestName[]) {
  const digester = new Digester(digests)
  digester.update(bytes)
  return { facts: digester.finish() }
}
