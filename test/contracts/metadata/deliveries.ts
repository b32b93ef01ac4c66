import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TimeMs } from '../../../src/core/clock.ts'
import { freshBench, type OpenMetadata } from './store.ts'
import { HOUR_MS, NOW } from './tenant.ts'

export function deliveryContract(open: OpenMetadata): void {
  describe('deliveries', () => {
    const bench = freshBench(open)

    const lease = (now: TimeMs, change: { topics?: readonly string[]; limit?: number } = {}) =>
      bench.metadata.leaseDeliveries({ topics: ['a', 'b'], now, leaseUntil: now + 100, limit: 10, ...change })

    test('are written with the change they tell of, and leased as they were written', async () => {
      const tenant = bench.tenant()
      const [put, commit, update] = [tenant.delivery('a'), tenant.delivery('b'), tenant.delivery('a')]
      const object = await tenant.put({ deliveries: [put], now: NOW })
      await tenant.commit(await tenant.beginWith('bytes'), { deliveries: [commit], now: NOW + 1 })
      await tenant.update(object, { deliveries: [update], now: NOW + 2 })
      const leased = await lease(NOW + 2)
      assert.deepEqual(
        leased.map(({ id }) => id),
        [put.id, commit.id, update.id],
      )
      const { nextAttemptAt: _, ...first } = leased[0] ?? assert.fail()
      assert.deepEqual(first, { ...put, account: tenant.account, attempts: 0, createdAt: NOW })
    })

    test('are hidden from other takers until the lease is over', async () => {
      const tenant = bench.tenant()
      await tenant.put({ deliveries: [tenant.delivery('a')] })
      assert.equal((await lease(NOW - 1)).length, 0)
      assert.equal((await lease(NOW)).length, 1)
      assert.equal((await lease(NOW + 99)).length, 0)
      const [again] = await lease(NOW + 100)
      assert.equal(again?.attempts, 0)
    })

    test('that are due later than anything waits are due now', async () => {
      const tenant = bench.tenant()
      await tenant.put({ deliveries: [tenant.delivery('a')], now: NOW + 20 * HOUR_MS })
      await tenant.put({ deliveries: [tenant.delivery('b')], now: NOW + 1 })
      const leaseWith = async (voidAfter: TimeMs) =>
        (
          await bench.metadata.leaseDeliveries({
            topics: ['a', 'b'],
            now: NOW,
            leaseUntil: NOW + 100,
            limit: 10,
            voidAfter,
          })
        ).map(({ topic }) => topic)
      assert.deepEqual(await leaseWith(NOW + 20 * HOUR_MS), [])
      assert.deepEqual(await leaseWith(NOW + HOUR_MS), ['a'])
      assert.deepEqual(await leaseWith(NOW + HOUR_MS), [])
      assert.equal((await lease(NOW + 100)).length, 2)
    })

    test('are taken by topic, oldest first, no more than asked for', async () => {
      const tenant = bench.tenant()
      for (const [index, topic] of ['b', 'c', 'a', 'b'].entries()) {
        await tenant.put({ deliveries: [tenant.delivery(topic)], now: NOW + index })
      }
      assert.deepEqual(await lease(NOW + 10, { topics: [] }), [])
      const topicsOf = async (limit: number) =>
        (await lease(NOW + 10, { limit })).map(({ topic, createdAt }) => `${topic}${createdAt - NOW}`)
      assert.deepEqual(await topicsOf(2), ['b0', 'a2'])
      assert.deepEqual(await topicsOf(2), ['b3'])
      assert.equal((await lease(NOW + 10, { topics: ['c', 'c'] })).length, 1)
    })

    test('settled ones are gone', async () => {
      const tenant = bench.tenant()
      await tenant.put({ deliveries: [tenant.delivery('a'), tenant.delivery('a')] })
      const [one] = await lease(NOW)
      const { id } = one ?? assert.fail()
      await bench.metadata.settleDelivery({ id })
      await bench.metadata.settleDelivery({ id })
      assert.equal((await lease(NOW + HOUR_MS)).length, 1)
    })

    test('postponed ones count the attempt and come back at their time', async () => {
      const tenant = bench.tenant()
      const delivery = tenant.delivery('a')
      await tenant.put({ deliveries: [delivery] })
      await lease(NOW)
      await bench.metadata.postponeDelivery({ id: delivery.id, nextAttemptAt: NOW + 500 })
      assert.deepEqual(await lease(NOW + 499), [])
      const [again] = await lease(NOW + 500)
      assert.equal(again?.attempts, 1)
      await bench.metadata.settleDelivery({ id: delivery.id })
      await bench.metadata.postponeDelivery({ id: delivery.id, nextAttemptAt: NOW })
      assert.deepEqual(await lease(NOW + HOUR_MS), [])
    })

    test('are each taken by one of many takers', async () => {
      const tenant = bench.tenant()
      await tenant.put({ deliveries: Array.from({ length: 20 }, () => tenant.delivery('a')) })
      const other = await bench.store.another()
      const takers = Array.from({ length: 10 }, (_, index) =>
        (index % 2 === 0 ? bench.metadata : other).leaseDeliveries({
          ...{ topics: ['a'], now: NOW, leaseUntil: NOW + 100, limit: 3 },
        }),
      )
      const taken = (await Promise.all(takers)).flat().map(({ id }) => id)
      assert.equal(taken.length, 20)
      assert.equal(new Set(taken).size, 20)
    })
  })
}
