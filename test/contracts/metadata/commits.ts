import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Amounts } from '../amounts.ts'
import { conflictsContract } from './conflicts.ts'
import { failsWith, type OpenMetadata, sharedBench } from './store.ts'
import { BUCKET, extentsOf, LIMITS, NOW, TRAITS, unknownUpload } from './tenant.ts'

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
          number: 1,
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

  conflictsContract(open, names)
}
