import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Upload } from '../../../src/core/model/uploads.ts'
import { failsWith, freshBench, type OpenMetadata, sharedBench } from './store.ts'
import {
  BUCKET,
  extentsOf,
  garbageOf,
  HOUR_MS,
  LIMITS,
  liveOf,
  NOW,
  namesOf,
  unknownUpload,
} from './tenant.ts'

export function closingContract(open: OpenMetadata): void {
  describe('sealing', () => {
    const bench = sharedBench(open)

    test('makes the bytes final and tells what they come to; repeats change nothing', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      const [one, two] = [tenant.inline('one'), await tenant.stored(1000)]
      await tenant.attach(upload, 4, two)
      const { upload: full } = await tenant.attach(upload, 2, one)
      const sealed = await tenant.seal({ bucket: BUCKET, ref: upload.ref })
      assert.ok(sealed.state === 'sealed')
      assert.equal(sealed.sealed.size, 1003)
      assert.equal(sealed.sealed.partCount, 2)
      assert.match(sealed.sealed.md5OfParts ?? '', /^[0-9a-f]{32}$/)
      assert.deepEqual(sealed.sealed.digests, {})
      assert.deepEqual(sealed, { ...full, state: 'sealed', sealed: sealed.sealed, version: sealed.version })
      assert.ok(sealed.version > full.version)
      assert.deepEqual(await tenant.findUpload(upload), sealed)
      assert.deepEqual(await tenant.seal(upload, NOW + 1), sealed)
      assert.deepEqual(
        (await extentsOf(bench.metadata, upload.blob)).map(({ segment, start, size }) => [
          segment,
          start,
          size,
        ]),
        [
          [one.name, 0, 3],
          [two.name, 3, 1000],
        ],
      )
    })

    test('gives one part’s digests to the whole', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      const staged = tenant.inline('bytes')
      await tenant.attach(upload, 1, staged)
      const sealed = await tenant.seal(upload)
      assert.ok(sealed.state === 'sealed')
      assert.deepEqual(sealed.sealed.digests, staged.facts.digests)
    })

    test('takes the bytes of an empty part for no bytes, but for a part', async () => {
      const tenant = bench.tenant()
      const sealed = await tenant.seal(await tenant.beginWith(''))
      assert.ok(sealed.state === 'sealed')
      assert.deepEqual([sealed.sealed.size, sealed.sealed.partCount], [0, 1])
      assert.deepEqual(await extentsOf(bench.metadata, sealed.blob), [])
    })

    test('refuses no parts, small parts before the last, and too many bytes', async () => {
      const tenant = bench.tenant()
      await failsWith(tenant.seal(await tenant.begin()), 'upload-empty')
      const small = await tenant.begin({ limits: { ...LIMITS, partSizeMin: 4 } })
      await tenant.attach(small, 1, tenant.inline('long enough'))
      await tenant.attach(small, 3, tenant.inline('abc'))
      await tenant.attach(small, 9, tenant.inline('z'))
      await failsWith(tenant.seal(small), 'part-too-small', { number: 3, size: 3, sizeMin: 4 })
      const large = await tenant.begin({ limits: { ...LIMITS, sizeMax: 5 } })
      await tenant.attach(large, 1, tenant.inline('abc'))
      await tenant.attach(large, 2, tenant.inline('def'))
      await failsWith(tenant.seal(large), 'body-too-large', { sizeMax: 5 })
      assert.equal((await tenant.findUpload(large))?.state, 'open')
    })

    test('refuses uploads that are unknown, over or closed; a committed one stays as it is', async () => {
      const tenant = bench.tenant()
      await failsWith(tenant.seal(unknownUpload), 'upload-not-found')
      const over = await tenant.beginWith('bytes', { expiresAt: NOW + 10 })
      await failsWith(tenant.seal(over, NOW + 10), 'upload-expired')
      const aborted = await tenant.abort(await tenant.beginWith('bytes'))
      await failsWith(tenant.seal(aborted), 'upload-closed', { state: 'aborted' })
      const done = await tenant.beginWith('bytes')
      await tenant.commit(done)
      assert.equal((await tenant.seal(done)).state, 'committed')
    })
  })

  describe('ending uploads', () => {
    const bench = freshBench(open)

    test('abort makes all bytes garbage; a repeat is fine', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      const staged = await tenant.stored()
      await tenant.attach(upload, 1, staged)
      await tenant.attach(upload, 2, tenant.inline('small'))
      const aborted = await tenant.abort({ bucket: BUCKET, ref: upload.ref })
      assert.equal(aborted.state, 'aborted')
      assert.deepEqual(await tenant.findUpload(upload), aborted)
      assert.deepEqual(await tenant.abort(upload, NOW + 9 * HOUR_MS), aborted)
      assert.deepEqual(await garbageOf(bench.metadata), namesOf(staged))
      assert.deepEqual(await liveOf(bench.metadata), [])
      assert.deepEqual(await tenant.listParts(upload), [])
      assert.deepEqual(await extentsOf(bench.metadata, upload.blob), [])
    })

    test('abort ends a sealed upload too', async () => {
      const tenant = bench.tenant()
      const sealed = await tenant.seal(await tenant.beginWith('bytes'))
      assert.equal((await tenant.abort(sealed)).state, 'aborted')
    })

    test('fail keeps the reason and makes all bytes garbage; a repeat is fine', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      const staged = await tenant.stored()
      await tenant.attach(upload, 1, staged)
      const sealed = await tenant.seal(upload)
      await failsWith(tenant.fail(upload, 'no music', sealed.version - 1), 'upload-changed')
      const failed = await tenant.fail(upload, 'no music', sealed.version)
      assert.ok(failed.state === 'failed')
      assert.equal(failed.reason, 'no music')
      assert.deepEqual(await tenant.findUpload(upload), failed)
      assert.deepEqual(await tenant.fail(upload, 'other', sealed.version), failed)
      assert.deepEqual(await garbageOf(bench.metadata), namesOf(staged))
    })

    test('abort and fail refuse uploads that are unknown, over or closed in another way', async () => {
      const tenant = bench.tenant()
      const over = await tenant.begin({ expiresAt: NOW + 10 })
      const committed = await tenant.beginWith('bytes')
      await tenant.commit(committed)
      const aborted = await tenant.abort(await tenant.begin())
      const failed = await tenant.fail(await tenant.begin())
      await failsWith(tenant.abort(unknownUpload), 'upload-not-found')
      await failsWith(tenant.fail(unknownUpload), 'upload-not-found')
      await failsWith(tenant.abort(over, NOW + 10), 'upload-expired')
      await failsWith(tenant.fail(over, 'x', null, NOW + 10), 'upload-expired')
      await failsWith(tenant.abort(committed), 'upload-closed', { state: 'committed' })
      await failsWith(tenant.fail(committed), 'upload-closed', { state: 'committed' })
      await failsWith(tenant.abort(failed), 'upload-closed', { state: 'failed' })
      await failsWith(tenant.fail(aborted), 'upload-closed', { state: 'aborted' })
    })

    test('expiry ends what is over, sealed or open, and nothing else', async () => {
      const tenant = bench.tenant()
      const over = await tenant.begin({ expiresAt: NOW + 10 })
      const staged = await tenant.stored()
      await tenant.attach(over, 1, staged)
      const sealed = await tenant.seal(await tenant.beginWith('bytes', { expiresAt: NOW + 10 }))
      const later = await tenant.begin({ expiresAt: NOW + 11 })
      const aborted = await tenant.abort(await tenant.begin({ expiresAt: NOW + 10 }))
      const committed = await tenant.beginWith('bytes', { expiresAt: NOW + 10 })
      const object = await tenant.commit(committed)
      assert.equal(await bench.metadata.expireUploads({ now: NOW + 9, limit: 100 }), 0)
      assert.equal(await bench.metadata.expireUploads({ now: NOW + 10, limit: 100 }), 2)
      assert.equal(await bench.metadata.expireUploads({ now: NOW + 10, limit: 100 }), 0)
      const states = async (...uploads: Upload[]) =>
        Promise.all(uploads.map(async (upload) => (await tenant.findUpload(upload))?.state))
      assert.deepEqual(await states(over, sealed, later, aborted, committed), [
        'expired',
        'expired',
        'open',
        'aborted',
        'committed',
      ])
      assert.deepEqual(await garbageOf(bench.metadata), namesOf(staged))
      assert.deepEqual(await tenant.findObject(object), object)
      await failsWith(tenant.abort(over, NOW), 'upload-expired')
    })

    test('expires no more than asked for, the longest over first', async () => {
      const tenant = bench.tenant()
      const uploads: Upload[] = []
      for (const ms of [30, 10, 20]) uploads.push(await tenant.begin({ expiresAt: NOW + ms }))
      assert.equal(await bench.metadata.expireUploads({ now: NOW + HOUR_MS, limit: 2 }), 2)
      const states = await Promise.all(
        uploads.map(async (upload) => (await tenant.findUpload(upload))?.state),
      )
      assert.deepEqual(states, ['open', 'expired', 'expired'])
    })

    test('forgets closed uploads some time after their last change, and nothing of their objects', async () => {
      const tenant = bench.tenant()
      const { metadata } = bench
      const aborted = await tenant.abort(await tenant.begin(), NOW + 5)
      const committed = await tenant.beginWith('bytes')
      const object = await tenant.commit(committed, { now: NOW + 6 })
      const sealed = await tenant.seal(await tenant.beginWith('bytes'))
      assert.equal(await metadata.forgetUploads({ before: NOW + 5, limit: 10 }), 0)
      assert.equal(await metadata.forgetUploads({ before: NOW + HOUR_MS, limit: 1 }), 1)
      assert.equal(await tenant.findUpload(aborted), null)
      assert.equal(await metadata.forgetUploads({ before: NOW + HOUR_MS, limit: 10 }), 1)
      assert.equal(await tenant.findUpload(committed), null)
      assert.deepEqual(await tenant.findUpload(sealed), sealed)
      assert.deepEqual(await tenant.findObject(object), object)
      assert.equal((await extentsOf(metadata, committed.blob)).length, 1)
      await failsWith(tenant.commit(committed), 'upload-not-found')
    })

    test('an upload is forgotten by the time when it was closed, whatever is asked of it before and after', async () => {
      const tenant = bench.tenant()
      const { metadata } = bench
      const upload = await tenant.beginWith('bytes')
      await tenant.renew(upload, NOW + 2 * HOUR_MS, NOW + 1)
      await tenant.seal(upload, NOW + 2)
      await tenant.renew(upload, NOW + 3 * HOUR_MS, NOW + 3)
      const object = await tenant.commit(upload, { now: NOW + 5 })
      assert.deepEqual(await tenant.commit(upload, { now: NOW + 9 }), object)
      await tenant.seal(upload, NOW + 9)
      await failsWith(tenant.abort(upload, NOW + 9), 'upload-closed')
      assert.equal(await metadata.forgetUploads({ before: NOW + 5, limit: 10 }), 0)
      assert.equal(await metadata.forgetUploads({ before: NOW + 6, limit: 10 }), 1)
      assert.equal(await tenant.findUpload(upload), null)
    })
  })
}
