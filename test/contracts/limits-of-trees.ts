import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AccountLimits, DEFAULT_LIMITS } from '../../src/core/model/limits.ts'
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

  test('bytes that go on count under a volume’s quota, less those that they replace', async () => {
    const tenant = tenantOf()
    const { metadata, account } = tenant
    await create(tenant, 'one', {})
    const at = volume(tenant, 'one')
    await metadata.createQuota({ account, realm: 'realm', volumes: ['one'], capacity: 100, attributes: {} })
    const begin = (size: number, replaces = 0) =>
      tenant.begin({ ...named(size), into: { volume: at, replaces } })
    const first = await begin(60)
    assert.equal(await metadata.roomOf(at), 40)
    await failsWith(begin(41), 'quota-exceeded', { limit: 'bytes' })
    await begin(70, 30)
    assert.equal(await metadata.roomOf(at), 0)
    await tenant.attach(first, 1, tenant.inline('x'.repeat(60)))
    const place = { parent: (await metadata.findVolume(at))?.root ?? assert.fail(), name: 'f' }
    await metadata.commitUpload({
      ...{ account, upload: { id: first.id }, ifVersion: null, deliveries: [], now: NOW },
      target: {
        ...{ kind: 'file', id: tenant.newObjectId(), volume: at, place, conflict: 'fail' },
        ...{ contentType: null, traits: NO_FIELDS },
      },
    })
    assert.equal(await metadata.roomOf(at), 0)
    const unnamed = await tenant.begin({ into: { volume: at, replaces: 5 } })
    await tenant.attach(unnamed, 1, tenant.inline('x'.repeat(5)))
    await failsWith(tenant.attach(unnamed, 2, tenant.inline('x')), 'quota-exceeded', { limit: 'bytes' })
    await metadata.deleteVolume({ ...at, force: true, now: NOW })
    await tenant.abort(unnamed)
  })
}
