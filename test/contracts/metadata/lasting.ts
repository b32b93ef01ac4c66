import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { failsWith, freshBench, type OpenMetadata } from './store.ts'
import { extentsOf, garbageOf, liveOf, NOW, namesOf } from './tenant.ts'

export function lastingContract(open: OpenMetadata): void {
  describe('opening again', () => {
    const bench = freshBench(open)

    test('finds everything as it was', async () => {
      const tenant = bench.tenant()
      const [live, garbage] = [await tenant.stored(), await tenant.stored()]
      const object = await tenant.put({ staged: live, deliveries: [tenant.delivery('a')] })
      const small = await tenant.put({ staged: tenant.inline('bytes'), now: NOW + 1 })
      await tenant.delete(await tenant.put({ staged: garbage }))
      const sealed = await tenant.seal(await tenant.beginWith('bytes'))
      const open = await tenant.begin()

      const again = tenant.through(await bench.store.reopen())
      assert.deepEqual((await again.list()).objects, [object, small])
      assert.deepEqual(await again.findUpload(sealed), sealed)
      assert.deepEqual(await again.findUpload(open), open)
      assert.deepEqual(await again.usage(), { objects: 2, bytes: 100_005 })
      assert.deepEqual(await liveOf(again.metadata), namesOf(live))
      assert.deepEqual(await garbageOf(again.metadata), namesOf(garbage))
      const [extent] = await extentsOf(again.metadata, small.content?.blob ?? assert.fail())
      assert.equal(Buffer.from(extent?.inline ?? []).toString(), 'bytes')
      const due = { topics: ['a'], now: NOW, leaseUntil: NOW + 1, limit: 10 }
      assert.equal((await again.metadata.leaseDeliveries(due)).length, 1)
      await again.commit(sealed)
    })

    test('sees at once what another way in wrote', async () => {
      const tenant = bench.tenant()
      const other = tenant.through(await bench.store.another())
      const upload = await tenant.begin()
      for (let number = 1; number <= 20; number++) {
        const [writer, reader] = number % 2 === 0 ? [tenant, other] : [other, tenant]
        const { part } = await writer.attach(upload, number, writer.inline(`${number}`))
        assert.deepEqual((await reader.listParts(upload)).at(-1), part)
      }
    })

    test('answers what was asked before the end, and nothing after', async () => {
      const tenant = bench.tenant()
      const metadata = await bench.store.another()
      const before = tenant.through(metadata)
      const puts = Array.from({ length: 50 }, () => before.put())
      const closed = metadata.close()
      await Promise.all(puts)
      await closed
      await metadata.close()
      await failsWith(before.put(), 'unavailable')
      await failsWith(before.list(), 'unavailable')
      assert.equal((await tenant.list()).total, 50)
    })
  })
}
