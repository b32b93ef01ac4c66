import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { failsWith, freshBench, type OpenMetadata } from './store.ts'
import { BUCKET, garbageOf, liveOf, namesOf, type Tenant } from './tenant.ts'

/** Two ways to make an object under a key, which keep the same rules. */
const WAYS = {
  commit: async (tenant: Tenant, key: string, change: Parameters<Tenant['commit']>[1] = {}) =>
    tenant.commit(await tenant.beginWith('bytes', { key }), change),
  put: (tenant: Tenant, key: string, change: Parameters<Tenant['commit']>[1] = {}) => {
    const { upload: _, ifVersion: __, ...rest } = { upload: null, ...change }
    return tenant.put({ key, staged: tenant.inline('bytes'), ...rest })
  },
} as const

/** What becomes of a key that is taken. `names` objects ask for the same one. */
export function conflictsContract(open: OpenMetadata, names: number): void {
  for (const [name, make] of Object.entries(WAYS)) conflictContract(name, make, open, names)
}

function conflictContract(
  name: string,
  make: (typeof WAYS)['commit'],
  open: OpenMetadata,
  names: number,
): void {
  describe(`a taken key and a full bucket, by ${name}`, () => {
    const bench = freshBench(open)

    test('fail: refuses', async () => {
      const tenant = bench.tenant()
      const first = await make(tenant, 'a.mp3')
      await failsWith(make(tenant, 'a.mp3'), 'name-conflict')
      assert.deepEqual(await tenant.findObject({ bucket: BUCKET, key: 'a.mp3' }), first)
    })

    test('rename: numbers the key, and takes up numbers that became free', async () => {
      const tenant = bench.tenant()
      const keys: string[] = []
      for (let made = 0; made < 4; made++) {
        keys.push((await make(tenant, 'd/a.mp3', { conflict: 'rename' })).key)
      }
      assert.deepEqual(keys, ['d/a.mp3', 'd/a(1).mp3', 'd/a(2).mp3', 'd/a(3).mp3'])
      await tenant.delete({ bucket: BUCKET, key: 'd/a(2).mp3' })
      assert.equal((await make(tenant, 'd/a.mp3', { conflict: 'rename' })).key, 'd/a(2).mp3')
    })

    test('rename: finds a free key among many taken ones', async () => {
      const tenant = bench.tenant()
      const made = await Promise.all(
        Array.from({ length: names }, () => make(tenant, 'a.mp3', { conflict: 'rename' })),
      )
      assert.equal(new Set(made.map(({ key }) => key)).size, names)
    })

    test('overwrite: the old object goes and its bytes are garbage', async () => {
      const tenant = bench.tenant()
      const staged = await tenant.stored(1000)
      const old = await tenant.put({ key: 'a.mp3', staged })
      const next = await make(tenant, 'a.mp3', { conflict: 'overwrite' })
      assert.notEqual(next.id, old.id)
      assert.deepEqual(await tenant.findObject({ bucket: BUCKET, key: 'a.mp3' }), next)
      assert.equal(await tenant.findObject({ id: old.id }), null)
      assert.deepEqual(await garbageOf(bench.metadata), namesOf(staged))
      assert.deepEqual(await liveOf(bench.metadata), [])
      assert.deepEqual(await tenant.usage(), { objects: 1, bytes: 5 })
    })

    test('overwrite: a held object stays', async () => {
      const tenant = bench.tenant()
      const held = await tenant.hold(await make(tenant, 'a.mp3'), 1)
      await failsWith(make(tenant, 'a.mp3', { conflict: 'overwrite' }), 'object-held')
      assert.deepEqual(await tenant.findObject(held), held)
    })

    test('refuses more objects than the bucket may hold; overwriting one is not more', async () => {
      const tenant = bench.tenant()
      await make(tenant, 'a', { objectsMax: 2 })
      const b = await make(tenant, 'b', { objectsMax: 2 })
      await failsWith(make(tenant, 'c', { objectsMax: 2 }), 'quota-exceeded')
      await make(tenant, 'a', { objectsMax: 2, conflict: 'overwrite' })
      await failsWith(make(tenant, 'a', { objectsMax: 2, conflict: 'rename' }), 'quota-exceeded')
      await tenant.delete(b)
      await make(tenant, 'c', { objectsMax: 2 })
      await make(tenant, 'd')
      assert.deepEqual(await tenant.usage(), { objects: 3, bytes: 15 })
    })
  })
}
