import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openStores } from '../../test/support/stores.ts'
import { leaseKeeper } from './lease-keeper.ts'

test('a node that ends leaves its jobs to the next one at once, and those of others alone', async (t) => {
  const { metadata, clock } = await openStores(t)
  const [first, second] = [leaseKeeper(metadata, clock, 'first'), leaseKeeper(metadata, clock, 'second')]
  assert.equal(await first.take('sweep'), true)
  assert.equal(await second.take('expiry'), true)
  assert.equal(await second.take('sweep'), false)
  await first.release()
  assert.equal(await second.take('sweep'), true)
  assert.equal(await first.take('expiry'), false)
})
