import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sliceLimits } from './limits.ts'

const OPTIONS = { acceptSliceZero: false, sliceSizeMin: 5_242_880 }

test('a sliced upload has 1 to 10000 slices of 5 MiB to 5 GiB', () => {
  const limits = sliceLimits(OPTIONS)
  assert.deepEqual(limits, {
    partNumberMin: 1,
    partNumberMax: 10_000,
    partSizeMin: 5_242_880,
    partSizeMax: 5_368_709_120,
    sizeMax: 53_687_091_200_000,
  })
  assert.ok(Number.isSafeInteger(limits.sizeMax))
})

test('numbers start at 0 where that is allowed', () => {
  assert.equal(sliceLimits({ ...OPTIONS, acceptSliceZero: true }).partNumberMin, 0)
})
