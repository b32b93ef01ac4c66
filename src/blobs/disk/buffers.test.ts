import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { seeded } from '../../../test/support/seeded.ts'
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
  const buffers = new Buffers(512 * KIB)
  const all = [await buffers.take(128 * KIB), await buffers.take(128 * KIB), await buffers.take(128 * KIB)]
  await buffers.take(64 * KIB)
  const served: string[] = []
  buffers.take(128 * KIB).then(() => served.push('large'))
  buffers.take(64 * KIB).then(() => served.push('small'))
  await setImmediate()
  assert.deepEqual(served, [], 'the small one does not overtake')
  for (const buffer of all) buffers.give(buffer)
  await setImmediate()
  assert.deepEqual(served, ['large', 'small'])
})

test('buffers lie apart, are used again, and come to no more than the budget', async (t) => {
  const random = seeded(t)
  const buffers = new Buffers(2048 * KIB)
  assert.equal(buffers.memory.byteLength, 2048 * KIB)
  const held = new Set<Uint8Array>()
  let wanted = 0
  for (let round = 0; round < 2000; round++) {
    const size = buffers.sizeFor(random.int(512) * KIB)
    wanted += 1
    buffers.take(size).then((buffer) => {
      wanted -= 1
      const end = buffer.byteOffset + buffer.byteLength
      for (const other of held)
        assert.ok(end <= other.byteOffset || other.byteOffset + other.byteLength <= buffer.byteOffset)
      assert.ok(end <= buffers.memory.byteLength && buffer.byteLength <= size)
      held.add(buffer)
    })
    await setImmediate()
    while (wanted > 0) {
      const given = [...held][random.int(held.size)]
      assert.ok(given !== undefined)
      held.delete(given)
      buffers.give(given)
      await setImmediate()
    }
  }
})

test('who wants a large buffer gets a smaller one while the room is in pieces', async () => {
  const buffers = new Buffers(512 * KIB)
  const small = await Promise.all(Array.from({ length: 8 }, () => buffers.take(64 * KIB)))
  for (const buffer of small.filter((_, index) => index % 2 === 0)) buffers.give(buffer)
  assert.equal((await buffers.take(128 * KIB)).byteLength, 64 * KIB)
})

test('gatherers hold at most half of the budget: the oldest hands over first', () => {
  const buffers = new Buffers(400)
  const handed: string[] = []
  const gatherer = (name: string): Gatherer => ({ handOver: () => void handed.push(name) })
  const b = gatherer('b')
  buffers.hold(gatherer('a'), 80)
  buffers.hold(b, 80)
  buffers.hold(gatherer('c'), 40)
  assert.deepEqual(handed, [])
  buffers.release(b)
  buffers.hold(gatherer('d'), 80)
  assert.deepEqual(handed, [])
  buffers.hold(gatherer('e'), 100)
  assert.deepEqual(handed, ['a', 'c'])
})
