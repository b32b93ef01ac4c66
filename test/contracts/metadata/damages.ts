import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Damage } from '../../../src/core/model/damages.ts'
import { guardedPart } from './blocks.ts'
import { freshBench, type OpenMetadata } from './store.ts'
import { NOW, type Tenant } from './tenant.ts'

export function damageContract(open: OpenMetadata): void {
  describe('damages', () => {
    const bench = freshBench(open)
    const all = () => bench.metadata.listDamages({ after: null, limit: 100 })
    const record = (damage: Damage, now = NOW) => bench.metadata.recordDamage({ ...damage, now })

    test('are kept as they were found first, with the time that they were seen last', async () => {
      const damage = await damageOf(bench.tenant(), 0)
      await record(damage)
      await record({ ...damage, kind: 'missing', finder: 'scrub' }, NOW + 5)
      assert.deepEqual(await all(), [{ ...damage, kind: 'missing', foundAt: NOW, seenAt: NOW + 5 }])
    })

    test('are listed in order of place, page by page', async () => {
      const tenant = bench.tenant()
      const damages = await Promise.all([null, 0, 1, 100].map((block) => damageOf(tenant, block)))
      const one = damages[0] ?? assert.fail()
      for (const damage of [...damages, { ...one, block: 7 }]) await record(damage)
      const pages: unknown[] = []
      for (let after = null as Damage | null; ; ) {
        const page = await bench.metadata.listDamages({ after, limit: 2 })
        after = page.at(-1) ?? null
        if (after === null) break
        pages.push(...page)
      }
      assert.equal(pages.length, 5)
      assert.deepEqual(pages, await all())
    })

    test('of a part that is gone are not listed', async () => {
      const tenant = bench.tenant()
      const object = await tenant.put({ staged: tenant.inline('bytes') })
      const blob = object.content?.blob ?? assert.fail()
      const [extent] = await bench.metadata.listExtents({ blob, offset: 0, limit: 1 })
      const { segment, number } = extent ?? assert.fail()
      await record({ ...(await damageOf(tenant, null)), blob, segment, number })
      assert.equal((await all()).length, 1)
      await tenant.delete(object)
      assert.deepEqual(await all(), [])
    })

    test('are forgotten part by part, or where they were not seen since a time', async () => {
      const tenant = bench.tenant()
      const [mended, old, seen] = [
        await damageOf(tenant, 1),
        await damageOf(tenant, 2),
        await damageOf(tenant, 3),
      ]
      for (const damage of [mended, old, seen]) await record(damage)
      await record(seen, NOW + 10)
      await bench.metadata.forgetDamages({ segment: mended.segment, number: mended.number })
      assert.deepEqual((await all()).map(({ block }) => block).sort(), [2, 3])
      await bench.metadata.forgetDamages({ seenBefore: NOW + 10 })
      assert.deepEqual(
        (await all()).map(({ block }) => block),
        [3],
      )
    })
  })
}

async function damageOf(tenant: Tenant, block: number | null): Promise<Damage> {
  const { object, ...place } = await guardedPart(tenant)
  const { account, bucket, key } = object
  return { ...place, block, kind: 'bytes', thing: { type: 'object', account, bucket, key }, finder: 'read' }
}
