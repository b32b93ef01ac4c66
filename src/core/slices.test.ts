import assert from 'node:assert/strict'
import { test } from 'node:test'
import { breathe, inSlices } from './slices.ts'

test('who waits for the main thread has it between two slices', async () => {
  const order: string[] = []
  setImmediate(() => order.push('other'))
  for await (const slice of inSlices([1, 2, 3], 2)) order.push(slice.join())
  assert.deepEqual(order, ['1,2', 'other', '3'])
})

test('nothing has no slices', async () => {
  for await (const slice of inSlices([], 2)) assert.fail(String(slice))
  await breathe()
})
