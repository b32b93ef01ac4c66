import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AccountLimits, DEFAULT_LIMITS } from '../../src/core/model/limits.ts'
import type { Upload } from '../../src/core/model/uploads.ts'
import { failsWith } from './metadata/store.ts'
import { LIMITS, NOW, type Tenant } from './metadata/tenant.ts'
import { bucketOf, NO_FIELDS, namesOfPath } from './trees/tree.ts'

/** Nothing but these. */
export const only = (limits: Partial<AccountLimits>): AccountLimits => ({
  ...(Object.fromEntries(Object.keys(DEFAULT_LIMITS).map((name) => [name, 0])) as unknown as AccountLimits),
  ...limits,
})

export const named = (sizeNamed: number) => ({ limits: { ...LIMITS, sizeNamed } })

/** Limits of trees and of what is in them. */
export function treeLimits(tenantOf: () => Tenant): void {
  const volume = (tenant: Tenant, name: string) => ({ account: tenant.account, realm: 'realm', volume: name })
  const create = (tenant: Tenant, name: string, limits: Partial<AccountLimits>) => {
    const address = volume(tenant, name)
    return tenant.metadata.createVolume({
      ...{ volume: address, bucket: bucketOf(address), root: tenant.newObjectId(), owner: '' },
      ...{ attributes: {}, ifAbsent: false, now: NOW, within: only(limits) },
    })
  }

  test('trees are bounded', async () => {
    const tenant = tenantOf()
    await create(tenant, 'one', { volumes: 2 })
    await create(tenant, 'two', { volumes: 2 })
    await failsWith(create(tenant, 'three', { volumes: 2 }), 'quota-exceeded', { limit: 'spaces', max: 2 })
    await tenant.metadata.deleteVolume({ ...volume(tenant, 'one'), force: true, now: NOW })
    await create(tenant, 'three', { volumes: 2 })
  })

  test('entries are bounded, and those of a tree that is deleted go', async () => {
    const tenant = tenantOf()
    await create(tenant, 'one', {})
    const make = (path: string) => {
      const names = namesOfPath(path)
      return tenant.metadata.makeDirectory({
        ...{
          volume: volume(tenant, 'one'),
          path: names,
          ids: names.map(tenant.newObjectId),
          conflict: 'fail',
        },
        ...{ traits: NO_FIELDS, now: NOW, within: only({ entries: 3 }) },
      })
    }
    await make('a')
    await make('b')
    await make('c')
    await failsWith(make('d'), 'quota-exceeded', { limit: 'entries', max: 3 })
    await tenant.metadata.deleteVolume({ ...volume(tenant, 'one'), force: true, now: NOW })
    await create(tenant, 'one', {})
    await make('a')
  })

  const createWithQuota = async (tenant: Tenant, capacity: number) => {
    const { metadata, account } = tenant
    await create(tenant, 'one', {})
    await metadata.createQuota({ account, realm: 'realm', volumes: ['one'], capacity, attributes: {} })
    const at = volume(tenant, 'one')
    const begin = (size: number, replaces = 0) =>
      tenant.begin({ ...named(size), into: { volume: at, replaces } })
    const commit = async (upload: Upload, size: number) => {
      await tenant.attach(upload, 1, tenant.inline('x'.repeat(size)))
      const place = { parent: (await metadata.findVolume(at))?.root ?? assert.fail(), name: 'f' }
      await metadata.commitUpload({
        ...{ account, upload: { id: upload.id }, ifVersion: null, deliveries: [], now: NOW },
        target: {
          ...{ kind: 'file', id: tenant.newObjectId(), volume: at, place, conflict: 'fail' },
          ...{ contentType: null, traits: NO_FIELDS },
        },
      })
    }
    return { at, begin, commit }
  }

  test('bytes that go on count under a volume’s quota, less those that they replace', async () => {
    const tenant = tenantOf()
    const { metadata } = tenant
    const { at, begin, commit } = await createWithQuota(tenant, 100)
    await commit(await begin(30), 30)
    const first = await begin(30)
    assert.equal(await metadata.roomOf(at), 40)
    await failsWith(begin(41), 'quota-exceeded', { limit: 'bytes' })
    await begin(65, 25)
    assert.equal(await metadata.roomOf(at), 0)
    await tenant.abort(first)
    await begin(30)
    assert.equal(await metadata.roomOf(at), 0)
    const unnamed = await tenant.begin({ into: { volume: at, replaces: 5 } })
    await tenant.attach(unnamed, 1, tenant.inline('x'.repeat(5)))
    await failsWith(tenant.attach(unnamed, 2, tenant.inline('x')), 'quota-exceeded', { limit: 'bytes' })
    await metadata.deleteVolume({ ...at, force: true, now: NOW })
    await tenant.abort(unnamed)
  })

  test('a commit into a full volume has the room that its upload counted for', async () => {
    const tenant = tenantOf()
    const { at, begin, commit } = await createWithQuota(tenant, 100)
    const first = await begin(60)
    await begin(40)
    await commit(first, 60)
    assert.equal(await tenant.metadata.roomOf(at), 0)
  })

  test('uploads that go on replace no more together than the volume holds', async () => {
    const tenant = tenantOf()
    const { at, begin, commit } = await createWithQuota(tenant, 100)
    await commit(await begin(60), 60)
    const first = await begin(60, 60)
    assert.equal(await tenant.metadata.roomOf(at), 40)
    await failsWith(begin(60, 60), 'quota-exceeded', { limit: 'bytes' })
    await begin(40, 60)
    await failsWith(begin(1, 60), 'quota-exceeded', { limit: 'bytes' })
    await tenant.abort(first)
    await begin(60, 60)
    assert.equal(await tenant.metadata.roomOf(at), 0)
  })
}
