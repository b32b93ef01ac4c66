import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PooledRandom } from './pooled-random.ts'

describe('random bytes from a pool', () => {
  test('come in any number, and none comes twice', () => {
    const random = new PooledRandom()
    for (const size of [0, 1, 16, 511, 512, 513, 10_000]) assert.equal(random.bytes(size).byteLength, size)
    const seen = new Set<string>()
    for (let count = 0; count < 2000; count++) seen.add(Buffer.from(random.bytes(16)).toString('hex'))
    assert.equal(seen.size, 2000)
  })

  test('are the caller’s to change', () => {
    const random = new PooledRandom()
    const first = random.bytes(16)
    const before = first.slice()
    random.bytes(16).fill(0)
    assert.deepEqual(first, before)
    first.fill(0)
    assert.notDeepEqual(random.bytes(16), first)
  })
})
