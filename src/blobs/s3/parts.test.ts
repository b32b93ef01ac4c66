import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BUFFER_SIZES, bufferSize, PARTS_MAX, partSize, slotShape } from './parts.ts'

const MIB = 1024 ** 2
const GIB = 1024 ** 3

const reach = (sizeExpected: number): number => {
  let size = 0
  for (let number = 1; number <= PARTS_MAX; number++) size += partSize(number, sizeExpected)
  return size
}

test('parts of a size that was not announced grow', () => {
  assert.deepEqual(
    [1, 2500, 2501, 5000, 5001, 7500, 7501, 10_000].map((number) => partSize(number, 0) / MIB),
    [8, 8, 16, 16, 32, 32, 32, 32],
  )
  assert.ok(reach(0) > 200 * GIB)
})

test('parts of a size that was announced have one size as far as that suffices', () => {
  for (const size of [5 * GIB, 78 * GIB, 150 * GIB, 300 * GIB]) assert.ok(reach(size) >= size, `${size}`)
  assert.equal(partSize(640, 5 * GIB), 8 * MIB)
  assert.equal(partSize(1, 100 * GIB), 16 * MIB)
})

test('parts of slots are in order of slot, large enough, and never another slot’s', () => {
  assert.deepEqual(
    [16 * MIB + 300, 17 * MIB].map((size) => slotShape(1, size)?.kind),
    [1, 2],
  )
  for (const size of [5 * MIB, 16 * MIB, 16 * MIB + 1, 17 * MIB, 32 * MIB + 1, 100 * MIB, GIB + 7, 5 * GIB]) {
    const shape = slotShape(1, size) ?? assert.fail()
    const { kind, count, partSize } = shape
    const last = size - (count - 1) * partSize
    assert.ok(count <= kind && partSize <= 17 * MIB && last >= 5 * MIB && last <= partSize, `${size}`)
    for (const slot of [1, 2, Math.floor(PARTS_MAX / kind)]) {
      assert.equal(slotShape(slot, size)?.first, 1 + (slot - 1) * kind)
    }
    assert.equal(slotShape(Math.floor(PARTS_MAX / kind) + 1, size), null)
  }
})

test('memory grows fourfold, at once to what is known to come, and to a part at most', () => {
  const KIB = 1024
  assert.equal(bufferSize(0, 1, 8 * MIB), 128 * KIB)
  assert.equal(bufferSize(128 * KIB, 1, 8 * MIB), 512 * KIB)
  assert.equal(bufferSize(2 * MIB, 1, 8 * MIB), 8 * MIB)
  assert.equal(bufferSize(0, 3 * MIB, 8 * MIB), 8 * MIB)
  assert.equal(bufferSize(8 * MIB, 1, 16 * MIB), 16 * MIB)
  assert.equal(bufferSize(8 * MIB, 1, 16 * MIB + 2), 16 * MIB, 'the last two may never come')
  assert.equal(bufferSize(16 * MIB, 1, 16 * MIB + 2), 32 * MIB)
  for (const size of BUFFER_SIZES) assert.ok(bufferSize(0, 100 * MIB, size) <= size)
})
