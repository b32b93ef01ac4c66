import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { digestOf } from './digests.ts'
import { newXxh3, newXxh128 } from './xxhash.ts'

const bytesOf = (size: number): Buffer =>
  Buffer.from(Uint8Array.from({ length: size }, (_, at) => ((at * 2654435761) >>> 13) & 255))

test('XXH3, XXH128 and XXH64 are those of other implementations, whatever the length', () => {
  assert.equal(digestOf('xxhash3', bytesOf(0)), '2d06800538d394c2')
  assert.equal(digestOf('xxhash128', bytesOf(1001)).length, 32)
  const all = createHash('sha256')
  for (let size = 0; size <= 5000; size += size < 300 ? 1 : 37) {
    const bytes = bytesOf(size)
    const sums = ['xxhash3', 'xxhash128', 'xxhash64'] as const
    all.update(`${size} ${sums.map((name) => digestOf(name, bytes)).join(' ')}\n`)
  }
  // Made by github.com/zeebo/xxh3 and github.com/cespare/xxhash of the same bytes.
  assert.equal(all.digest('hex'), '7c3ab9990be6c9d364a80464e28329bfe120094a5a2361775c93cf628b36405e')
})

test('XXH3 of bytes that come in pieces is that of the whole', () => {
  for (const [size, pieces] of [
    [241, [1, 63, 64, 65]],
    [1025, [64, 128, 1, 512]],
    [3000, [200, 1000, 7]],
    [2048, [1023, 2]],
  ] as const) {
    const bytes = bytesOf(size)
    const [short, long] = [newXxh3(), newXxh128()]
    let from = 0
    for (const piece of [...pieces, size]) {
      for (const sum of [short, long]) sum.update(bytes.subarray(from, from + piece))
      from += piece
    }
    assert.equal(short.digest(), digestOf('xxhash3', bytes), `${size}`)
    assert.equal(long.digest(), digestOf('xxhash128', bytes), `${size}`)
  }
})
