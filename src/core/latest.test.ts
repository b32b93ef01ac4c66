import assert from 'node:assert/strict'
import { test } from 'node:test'
import { putLatest } from './latest.ts'

test('of more entries than there may be the one put in longest ago is forgotten', () => {
  const map = new Map<string, number>()
  for (const [value, key] of ['a', 'b', 'a', 'c'].entries()) putLatest(map, key, value, 2)
  assert.deepEqual(
    [...map],
    [
      ['a', 2],
      ['c', 3],
    ],
  )
})
