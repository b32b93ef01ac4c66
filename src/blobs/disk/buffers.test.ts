import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { Buffers, type Gatherer } from './buffers.ts'

const KIB = 1024

test('sizes: the largest that is filled, the smallest there is, and small ones for small budgets', () => {
  const sizesFor = (sizeMax: number) =>
    [0, 65 * KIB, 128 * KIB, 511 * KIB, 512 * KIB, 9999 * KIB].map((size) =>
      new Buffers(sizeMax).sizeFor(size),
    )
  assert.deepEqual(sizesFor(32 * 1024 * KIB), [
    64 * KIB,
    64 * KIB,
    128 * KIB,
    256 * KIB,
    512 * KIB,
    512 * KIB,
  ])
  assert.deepEqual(sizesFor(1024 * KIB), [64 * KIB, 64 * KIB, 128 * KIB, 256 * KIB, 256 * KIB, 256 * KIB])
  assert.deepEqual(sizesFor(100), [25, 25, 25, 25, 25, 25])
})

test('who comes when the budget is spent waits, and is served in order', async () => {
  const buffers = new Buffers(100)
  await buffers.take(80)
  const served: string[] = []
  buffers.take(25).then(() => served.push('large'))
  buffers.take(5).then(() => served.push('small'))
  await setImmediate()
  assert.deepEqual(served, [], 'the small one does not overtake')
  buffers.give(80, null)
  await setImmediate()
  assert.deepEqual(served, ['large', 'small'])
})

test('buffers are used again by those who need the same size', async () => {
  const buffers = new Buffers(100)
  const [large, small] = [await buffers.take(20), await buffers.take(10)]
  buffers.give(20, large)
  buffers.give(10, small)
  assert.equal(await buffers.take(10), small)
  assert.equal(await buffers.take(20), large)
  assert.equal((await buffers.take(20)).byteLength, 20)
})

test('buffers kept for the next use give way to others', async () => {
  const buffers = new Buffers(100)
  const kept = [await buffers.take(50), await buffers.take(50)]
  for (const buffer of kept) buffers.give(50, buffer)
  await buffers.take(30)
  const later = [await buffers.take(50)]
  buffers.give(30, null)
  later.push(await buffers.take(50))
  assert.equal(later.filter((buffer) => kept.includes(buffer)).length, 1)
})

test('gatherers hold at most half of the budget: the oldest hands over first', () => {
  const buffers = new Buffers(100)
  const handed: string[] = []
  const gatherer = (name: string): Gatherer => ({ handOver: () => void handed.push(name) })
  const b = gatherer('b')
  buffers.hold(gatherer('a'), 20)
  buffers.hold(b, 20)
  buffers.hold(gatherer('c'), 10)
  assert.deepEqual(handed, [])
  buffers.release(b)
  buffers.hold(gatherer('d'), 20)
  assert.deepEqual(handed, [])
  buffers.hold(gatherer('e'), 25)
  assert.deepEqual(handed, ['a', 'c'])
})
