import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ByteSource } from '../core/ports/media.ts'
import { cached } from './bytes.ts'

const SIZE = 3_000_000
const bytes = Buffer.alloc(SIZE)
for (let at = 0; at < SIZE; at += 4) bytes.writeUInt32LE(at, at)

function counted(): {
  readonly source: ByteSource
  readonly reads: { readonly start: number; readonly end: number }[]
} {
  const reads: { readonly start: number; readonly end: number }[] = []
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    assert.ok(start < end && end <= SIZE)
    reads.push({ start, end })
    return bytes.subarray(start, end)
  }
  return { source: { size: SIZE, read }, reads }
}

test('reads anywhere, of any length, give what the source has', async () => {
  const { source } = counted()
  const cache = cached(source)
  for (let step = 1; step < 200; step++) {
    const start = (step * 7_919_113) % SIZE
    const end = start + ((step * 104_729) % 40_000)
    assert.deepEqual(Buffer.from(await cache.read(start, end)), bytes.subarray(start, end))
  }
})

test('reads are cut at the end', async () => {
  const cache = cached(counted().source)
  assert.equal((await cache.read(SIZE - 5, SIZE + 100)).length, 5)
  assert.equal((await cache.read(SIZE + 5, SIZE + 100)).length, 0)
})

test('many small reads going forward are few reads of the source', async () => {
  const { source, reads } = counted()
  const cache = cached(source)
  for (let at = 0; at < SIZE; at += 100) {
    assert.deepEqual(Buffer.from(await cache.read(at, at + 8)), bytes.subarray(at, at + 8))
  }
  assert.ok(reads.length < 20, `${reads.length} reads`)
  assert.ok(reads.every(({ start, end }) => end - start <= 1024 * 1024))
})

test('small reads all over the place do not fetch much', async () => {
  const { source, reads } = counted()
  const cache = cached(source)
  for (const at of [2_000_000, 0, 1_000_000, 500_000, 2_500_000]) await cache.read(at, at + 8)
  assert.ok(reads.every(({ start, end }) => end - start <= 16 * 1024))
})

test('what was read stays as it is while memory is used again', async () => {
  const source: ByteSource = {
    size: SIZE,
    read: async (start, end, into = new Uint8Array(end - start)) => {
      into.set(bytes.subarray(start, end))
      return into.subarray(0, end - start)
    },
  }
  const cache = cached(source)
  const places = Array.from({ length: 700 }, (_, step) =>
    step < 400 ? step * 7000 : (step * 7_919_113) % SIZE,
  )
  const all: Uint8Array[] = []
  for (const at of places) all.push(await cache.read(at, at + 900))
  for (const [index, at] of places.entries())
    assert.deepEqual(Buffer.from(all[index] ?? []), bytes.subarray(at, Math.min(at + 900, SIZE)))
})
