import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bucketName } from '../../../src/core/model/buckets.ts'
import { failsWith, freshBench, type OpenMetadata, sharedBench } from './store.ts'
import { BUCKET, garbageOf, HOUR_MS, NOW, namesOf, unknownUpload } from './tenant.ts'

export function beginContract(open: OpenMetadata): void {
  describe('beginning, finding and renewing uploads', () => {
    const bench = sharedBench(open)

    test('makes an open upload that is found by id and by ref', async () => {
      const tenant = bench.tenant()
      const command = tenant.beginning()
      const upload = await tenant.metadata.beginUpload(command)
      const { now, ...given } = command
      assert.deepEqual(upload, { ...given, state: 'open', createdAt: now, version: upload.version })
      assert.deepEqual(await tenant.findUpload({ id: upload.id }), upload)
      assert.deepEqual(await tenant.findUpload({ bucket: BUCKET, ref: command.ref }), upload)
    })

    test('finds nothing under an unknown id, ref or bucket', async () => {
      const tenant = bench.tenant()
      const { ref } = await tenant.begin()
      assert.equal(await tenant.findUpload(unknownUpload), null)
      assert.equal(await tenant.findUpload({ bucket: BUCKET, ref: 'other' }), null)
      assert.equal(await tenant.findUpload({ bucket: bucketName('test', 'other'), ref }), null)
      assert.deepEqual(await tenant.listParts(unknownUpload), [])
    })

    test('returns the open upload of the same ref and moves its expiry on, never back', async () => {
      const tenant = bench.tenant()
      const first = await tenant.begin({ ref: 'same', key: 'first' })
      const later = await tenant.begin({ ref: 'same', key: 'second', expiresAt: first.expiresAt + 1 })
      assert.deepEqual(later, { ...first, expiresAt: first.expiresAt + 1, version: later.version })
      assert.ok(later.version > first.version)
      const sooner = await tenant.begin({ ref: 'same', expiresAt: NOW + 1 })
      assert.deepEqual(sooner, later)
    })

    test('returns the sealed upload of the same ref', async () => {
      const tenant = bench.tenant()
      const sealed = await tenant.seal(await tenant.beginWith('bytes', { ref: 'same' }))
      assert.deepEqual(await tenant.begin({ ref: 'same' }), sealed)
    })

    test('keeps the same ref of two buckets apart', async () => {
      const tenant = bench.tenant()
      const one = await tenant.begin({ ref: 'same', bucket: bucketName('test', 'one') })
      const two = await tenant.begin({ ref: 'same', bucket: bucketName('test', 'two') })
      assert.notEqual(one.id, two.id)
    })

    test('makes a new upload of a ref whose last one is closed, and finds the newest', async () => {
      const tenant = bench.tenant()
      const aborted = await tenant.begin({ ref: 'same' })
      await tenant.abort(aborted)
      const committed = await tenant.beginWith('bytes', { ref: 'same' })
      await tenant.commit(committed)
      const open = await tenant.begin({ ref: 'same' })
      assert.equal(new Set([aborted.id, committed.id, open.id]).size, 3)
      assert.equal((await tenant.findUpload({ bucket: BUCKET, ref: 'same' }))?.id, open.id)
    })

    test('repeated with its id, gives what became of its upload, also when others of the ref came later', async () => {
      const tenant = bench.tenant()
      const command = tenant.beginning({ ref: 'again' })
      const { id } = await tenant.metadata.beginUpload(command)
      const repeated = async (now = NOW) => {
        const { id, state } = await tenant.metadata.beginUpload({ ...command, now })
        return { id, state }
      }
      assert.deepEqual(await repeated(command.expiresAt), { id, state: 'open' })
      await tenant.abort({ id })
      assert.deepEqual(await repeated(), { id, state: 'aborted' })
      const next = await tenant.begin({ ref: 'again' })
      assert.notEqual(next.id, id)
      await tenant.abort(next)
      assert.deepEqual(await repeated(), { id, state: 'aborted' })
    })

    test('expires the open upload of the same ref when its time is over, and makes a new one', async () => {
      const tenant = bench.tenant()
      const over = await tenant.begin({ ref: 'same', expiresAt: NOW + 10 })
      const next = await tenant.begin({ ref: 'same', now: NOW + 10, expiresAt: NOW + 20 })
      assert.notEqual(next.id, over.id)
      assert.equal((await tenant.findUpload(over))?.state, 'expired')
      assert.equal(next.state, 'open')
    })

    test('renews on and back, by id and by ref', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin({ ref: 'mine' })
      const on = await tenant.renew(upload, NOW + 2 * HOUR_MS)
      assert.deepEqual(on, { ...upload, expiresAt: NOW + 2 * HOUR_MS, version: on.version })
      const back = await tenant.renew({ bucket: BUCKET, ref: 'mine' }, NOW + 1)
      assert.deepEqual(await tenant.findUpload(upload), back)
      assert.equal(back.expiresAt, NOW + 1)
      assert.ok(upload.version < on.version && on.version < back.version)
    })

    test('renews a sealed upload', async () => {
      const tenant = bench.tenant()
      const sealed = await tenant.seal(await tenant.beginWith('bytes'))
      const renewed = await tenant.renew(sealed, NOW + 2 * HOUR_MS)
      assert.deepEqual(renewed, { ...sealed, expiresAt: NOW + 2 * HOUR_MS, version: renewed.version })
    })

    test('describes: attributes of the same names are replaced, others stay', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin({ attributes: { a: 1, b: { c: 2 } } })
      const described = await tenant.describe(upload, { b: ['x'], d: null })
      assert.deepEqual(described.attributes, { a: 1, b: ['x'], d: null })
      assert.ok(described.version > upload.version)
      assert.deepEqual(await tenant.findUpload(upload), described)
      const sealed = await tenant.seal((await tenant.attach(upload, 1, tenant.inline('bytes'))).upload)
      assert.equal((await tenant.describe(sealed, { a: 3 })).attributes.a, 3)
      await tenant.commit(upload)
      await failsWith(tenant.describe(upload, {}), 'upload-closed', { state: 'committed' })
      await failsWith(tenant.describe(unknownUpload, {}), 'upload-not-found')
    })

    test('does not renew what is unknown, closed or over', async () => {
      const tenant = bench.tenant()
      const aborted = await tenant.begin()
      await tenant.abort(aborted)
      const over = await tenant.begin({ expiresAt: NOW + 10 })
      await failsWith(tenant.renew(unknownUpload, NOW + HOUR_MS), 'upload-not-found')
      await failsWith(tenant.renew(aborted, NOW + HOUR_MS), 'upload-closed', { state: 'aborted' })
      await failsWith(tenant.renew(over, NOW + HOUR_MS, NOW + 10), 'upload-expired')
      assert.equal((await tenant.findUpload(over))?.expiresAt, NOW + 10)
    })
  })

  describe('beginning over an expired upload', () => {
    const bench = freshBench(open)

    test('makes the old bytes garbage', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin({ ref: 'same', expiresAt: NOW + 10 })
      const staged = await tenant.stored()
      await tenant.attach(upload, 1, staged)
      await tenant.begin({ ref: 'same', now: NOW + 10 })
      assert.deepEqual(await garbageOf(bench.metadata), namesOf(staged))
    })
  })
}
