import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Amounts } from '../amounts.ts'
import { failsWith, freshBench, type OpenMetadata, sharedBench } from './store.ts'
import {
  BUCKET,
  extentsOf,
  garbageOf,
  LIMITS,
  liveOf,
  NOW,
  namesOf,
  type Tenant,
  TRAITS,
  unknownUpload,
} from './tenant.ts'

/** Two ways to make an object under a key, which keep the same rules. */
const WAYS = {
  commit: async (tenant: Tenant, key: string, change: Parameters<Tenant['commit']>[1] = {}) =>
    tenant.commit(await tenant.beginWith('bytes', { key }), change),
  put: (tenant: Tenant, key: string, change: Parameters<Tenant['commit']>[1] = {}) => {
    const { upload: _, ifVersion: __, ...rest } = { upload: null, ...change }
    return tenant.put({ key, staged: tenant.inline('bytes'), ...rest })
  },
} as const

export function commitContract(open: OpenMetadata, { names }: Amounts): void {
  describe('committing', () => {
    const bench = sharedBench(open)

    test('makes the object visible with its content, from an open upload', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      await tenant.attach(upload, 2, await tenant.stored(1000))
      await tenant.attach(upload, 1, tenant.inline('one'))
      const id = tenant.newObjectId()
      const object = await tenant.commit({ bucket: BUCKET, ref: upload.ref }, { id, now: NOW + 7 })
      assert.deepEqual(object, {
        ...TRAITS,
        id,
        account: tenant.account,
        bucket: BUCKET,
        key: upload.key,
        content: {
          blob: upload.blob,
          size: 1003,
          partCount: 2,
          digests: {},
          md5OfParts: object.content?.md5OfParts,
        },
        holds: 0,
        createdAt: NOW + 7,
        updatedAt: NOW + 7,
        version: object.version,
      })
      assert.deepEqual(await tenant.findObject({ id }), object)
      assert.deepEqual(await tenant.findObject({ bucket: BUCKET, key: upload.key }), object)
      const committed = await tenant.findUpload(upload)
      assert.ok(committed?.state === 'committed')
      assert.equal(committed.objectId, id)
      assert.equal(committed.sealed.size, 1003)
      assert.equal((await extentsOf(bench.metadata, upload.blob, 3)).length, 1)
    })

    test('makes the sealed facts the object’s', async () => {
      const tenant = bench.tenant()
      const sealed = await tenant.seal(await tenant.beginWith('bytes'))
      const object = await tenant.commit(sealed)
      assert.ok(sealed.state === 'sealed')
      assert.deepEqual(object.content, { blob: sealed.blob, ...sealed.sealed })
    })

    test('shows nothing before', async () => {
      const tenant = bench.tenant()
      const { key } = await tenant.seal(await tenant.beginWith('bytes'))
      assert.equal(await tenant.findObject({ bucket: BUCKET, key }), null)
      assert.deepEqual(await tenant.list(), { objects: [], total: 0 })
    })

    test('returns the first object when repeated, even after the upload’s time', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.beginWith('bytes', { expiresAt: NOW + 10 })
      const first = await tenant.commit(upload)
      const again = { traits: { ...TRAITS, name: 'other' }, objectsMax: 1, ifVersion: 1, now: NOW + 10 }
      assert.deepEqual(await tenant.commit(upload, again), first)
      assert.deepEqual(await tenant.usage(), { objects: 1, bytes: 5 })
    })

    test('says so when the first object was deleted since', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.beginWith('bytes')
      await tenant.delete(await tenant.commit(upload))
      await failsWith(tenant.commit(upload), 'object-not-found')
      assert.equal((await tenant.list()).total, 0)
    })

    test('refuses uploads that are unknown, over, closed, changed, empty or against their limits', async () => {
      const tenant = bench.tenant()
      await failsWith(tenant.commit(unknownUpload), 'upload-not-found')
      const over = await tenant.beginWith('bytes', { expiresAt: NOW + 10 })
      await failsWith(tenant.commit(over, { now: NOW + 10 }), 'upload-expired')
      await failsWith(tenant.commit(await tenant.abort(await tenant.begin())), 'upload-closed', {
        state: 'aborted',
      })
      await failsWith(tenant.commit(await tenant.begin()), 'upload-empty')
      const small = await tenant.beginWith('abc', { limits: { ...LIMITS, partSizeMin: 4 } })
      await tenant.attach(small, 2, tenant.inline('def'))
      await failsWith(tenant.commit(small), 'part-too-small', { number: 1 })
      const large = await tenant.beginWith('bytes', { limits: { ...LIMITS, sizeMax: 4 } })
      await failsWith(tenant.commit(large), 'body-too-large', { sizeMax: 4 })
      assert.equal((await tenant.list()).total, 0)
    })

    test('commits only the version that was looked at, where one is given', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.beginWith('bytes')
      const { upload: later } = await tenant.attach(upload, 2, tenant.inline('more'))
      await failsWith(tenant.commit(upload, { ifVersion: upload.version }), 'upload-changed')
      assert.equal((await tenant.findUpload(upload))?.state, 'open')
      assert.equal((await tenant.commit(upload, { ifVersion: later.version })).content?.size, 9)
    })

    test('leaves the upload as it was when the object cannot be made', async () => {
      const tenant = bench.tenant()
      const delivery = tenant.delivery('topic.of-failed-commit')
      await tenant.put({ key: 'taken' })
      const upload = await tenant.beginWith('bytes', { key: 'taken' })
      await failsWith(tenant.commit(upload, { deliveries: [delivery] }), 'name-conflict')
      assert.deepEqual(await tenant.findUpload(upload), upload)
      const due = { topics: [delivery.topic], now: NOW, leaseUntil: NOW + 1, limit: 10 }
      assert.deepEqual(await bench.metadata.leaseDeliveries(due), [])
      const object = await tenant.commit(upload, { conflict: 'rename', deliveries: [delivery] })
      assert.equal(object.key, 'taken(1)')
      assert.deepEqual(
        (await bench.metadata.leaseDeliveries(due)).map(({ id }) => id),
        [delivery.id],
      )
    })
  })

  describe('putting', () => {
    const bench = sharedBench(open)

    test('makes an object of inline bytes, of stored bytes, or of none', async () => {
      const tenant = bench.tenant()
      const [inline, stored] = [tenant.inline('bytes'), await tenant.stored(1000)]
      for (const staged of [inline, stored]) {
        const blob = tenant.newBlobId()
        const object = await tenant.put({ blob, staged })
        const { size, digests } = staged.facts
        assert.deepEqual(object.content, { blob, size, partCount: 1, digests, md5OfParts: null })
        assert.deepEqual(await tenant.findObject(object), object)
        const [extent] = await extentsOf(bench.metadata, blob)
        assert.deepEqual(extent, {
          segment: staged.name,
          offset: 0,
          start: 0,
          size,
          crc32: staged.facts.crc32,
          inline: staged.where === 'inline' ? new Uint8Array(staged.bytes) : null,
        })
      }
      const none = await tenant.put()
      assert.equal(none.content, null)
      assert.deepEqual(await tenant.findObject(none), none)
    })

    test('leaves the caller’s bytes usable', async () => {
      const tenant = bench.tenant()
      const staged = tenant.inline('bytes')
      await tenant.put({ staged })
      assert.equal(staged.where === 'inline' && Buffer.from(staged.bytes).toString(), 'bytes')
    })

    test('refuses stored bytes that are not reserved', async () => {
      const tenant = bench.tenant()
      const staged = { ...(await tenant.stored()), name: tenant.newName() }
      await failsWith(tenant.put({ key: 'key', staged }), 'storage-failed')
      assert.equal(await tenant.findObject({ bucket: BUCKET, key: 'key' }), null)
      assert.deepEqual(await tenant.usage(), { objects: 0, bytes: 0 })
    })
  })

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
