import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
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
  type Tenant,
  unknownUpload,
} from './tenant.ts'

export function partsContract(open: OpenMetadata): void {
  describe('parts', () => {
    const bench = sharedBench(open)

    test('attaches stored and inline bytes at any number in any order, and lists them in order', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      const third = await tenant.attach(upload, 3, await tenant.stored(), NOW + 3)
      const first = await tenant.attach({ bucket: BUCKET, ref: upload.ref }, 1, tenant.inline('one'), NOW + 1)
      const last = await tenant.attach(upload, 10_000, tenant.inline(''), NOW + 2)
      assert.equal(first.part.writtenAt, NOW + 1)
      assert.deepEqual(await tenant.listParts(upload), [first.part, third.part, last.part])
      assert.deepEqual(await tenant.findUpload(upload), last.upload)
      assert.ok(upload.version < third.upload.version && third.upload.version < last.upload.version)
    })

    test('keeps all digests of a part', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      const staged = tenant.inline('bytes')
      const digests = {
        ...staged.facts.digests,
        sha256: 'ab'.repeat(32),
        crc64: '18446744073709551615',
        crc32c: 'abcdef01',
        sha1: 'cd'.repeat(20),
      }
      await tenant.attach(upload, 1, { ...staged, facts: { ...staged.facts, digests } })
      const [part] = await tenant.listParts(upload)
      assert.deepEqual(part?.facts, { ...staged.facts, digests })
    })

    test('pages through parts', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      for (const number of [5, 2, 9, 7]) await tenant.attach(upload, number, tenant.inline(`${number}`))
      const numbers = async (after: number, limit: number) =>
        (await tenant.listParts(upload, after, limit)).map(({ number }) => number)
      assert.deepEqual(await numbers(-1, 3), [2, 5, 7])
      assert.deepEqual(await numbers(7, 3), [9])
      assert.deepEqual(await numbers(3, 1), [5])
      assert.deepEqual(await numbers(9, 3), [])
    })

    test('lets the last writer of a number win', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      await tenant.attach(upload, 1, tenant.inline('old'))
      const { part } = await tenant.attach(upload, 1, tenant.inline('newer'))
      assert.deepEqual(await tenant.listParts(upload), [part])
      assert.equal(part.facts.size, 5)
    })

    test('answers a repeated attach as the first time, also after the seal', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      const [stored, inline] = [await tenant.stored(), tenant.inline('bytes')]
      const first = await tenant.attach(upload, 1, stored)
      const second = await tenant.attach(upload, 2, inline)
      assert.deepEqual((await tenant.attach(upload, 1, stored, NOW + 5)).part, first.part)
      assert.deepEqual(await tenant.attach(upload, 2, inline, NOW + 5), second)
      await tenant.seal(upload)
      assert.deepEqual((await tenant.attach(upload, 1, stored, NOW + 5)).part, first.part)
    })

    test('refuses parts of uploads that are unknown, over or closed', async () => {
      const tenant = bench.tenant()
      const attach = (upload: Parameters<Tenant['attach']>[0], now = NOW) =>
        tenant.attach(upload, 2, tenant.inline('late'), now)
      await failsWith(attach(unknownUpload), 'upload-not-found')
      const over = await tenant.begin({ expiresAt: NOW + 10 })
      await failsWith(attach(over, NOW + 10), 'upload-expired')
      const sealed = await tenant.seal(await tenant.beginWith('bytes'))
      await failsWith(attach(sealed), 'upload-sealed')
      const committed = await tenant.beginWith('bytes')
      await tenant.commit(committed)
      await failsWith(attach(committed), 'upload-closed', { state: 'committed' })
      const aborted = await tenant.abort(await tenant.begin())
      await failsWith(attach(aborted), 'upload-closed', { state: 'aborted' })
      const failed = await tenant.fail(await tenant.begin())
      await failsWith(attach(failed), 'upload-closed', { state: 'failed' })
    })

    test('refuses numbers and sizes outside the limits', async () => {
      const tenant = bench.tenant()
      const limits = { ...LIMITS, partNumberMin: 2, partNumberMax: 5, partSizeMax: 4 }
      const upload = await tenant.begin({ limits })
      for (const number of [-1, 0, 1, 6, 2.5, Number.NaN, Number.MAX_VALUE]) {
        await failsWith(tenant.attach(upload, number, tenant.inline('ok')), 'part-number-invalid')
      }
      await failsWith(tenant.attach(upload, 2, tenant.inline('large')), 'body-too-large', { sizeMax: 4 })
      assert.deepEqual(await tenant.listParts(upload), [])
      assert.deepEqual(await tenant.findUpload(upload), upload)
    })

    test('refuses stored bytes that are not reserved, or attached elsewhere', async () => {
      const tenant = bench.tenant()
      const [one, two] = [await tenant.begin(), await tenant.begin()]
      const staged = await tenant.stored()
      await failsWith(tenant.attach(one, 1, { ...staged, name: tenant.newName() }), 'storage-failed')
      await tenant.attach(one, 1, staged)
      await failsWith(tenant.attach(one, 2, staged), 'storage-failed')
      await failsWith(tenant.attach(two, 1, staged), 'storage-failed')
      await failsWith(tenant.put({ staged }), 'storage-failed')
      assert.equal((await tenant.listParts(one)).length, 1)
      assert.equal((await tenant.listParts(two)).length, 0)
    })

    test('gives an open upload its bytes as they are now', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      assert.deepEqual(await extentsOf(bench.metadata, upload.blob), [])
      const stored = await tenant.stored(1000)
      await tenant.attach(upload, 7, stored)
      await tenant.attach(upload, 2, tenant.inline('hello'))
      await tenant.attach(upload, 5, tenant.inline(''))
      const [first, second, ...more] = await extentsOf(bench.metadata, upload.blob, 4)
      assert.deepEqual(
        [first?.start, first?.size, Buffer.from(first?.inline ?? []).toString()],
        [0, 5, 'hello'],
      )
      assert.deepEqual(second, {
        number: 7,
        segment: stored.name,
        offset: 0,
        start: 5,
        size: 1000,
        crc32: stored.facts.crc32,
        inline: null,
      })
      assert.deepEqual(more, [])
      assert.deepEqual(await extentsOf(bench.metadata, upload.blob, 5), [second])
      await tenant.attach(upload, 2, tenant.inline('hi'))
      assert.equal((await extentsOf(bench.metadata, upload.blob, 2))[0]?.start, 2)
    })
  })

  describe('bytes that parts give up', () => {
    const bench = freshBench(open)

    test('are garbage when another part takes their number', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      const [old, next] = [await tenant.stored(), await tenant.stored()]
      await tenant.attach(upload, 1, old)
      await tenant.attach(upload, 1, next)
      assert.deepEqual(await garbageOf(bench.metadata), namesOf(old))
      assert.deepEqual(await liveOf(bench.metadata), namesOf(next))
      await failsWith(tenant.attach(upload, 1, old), 'storage-failed')
      await tenant.attach(upload, 1, tenant.inline('small'))
      assert.deepEqual(await garbageOf(bench.metadata), namesOf(old, next))
      assert.deepEqual(await liveOf(bench.metadata), [])
    })

    test('stay the caller’s when the attach fails', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.seal(await tenant.beginWith('bytes'))
      const staged = await tenant.stored()
      await failsWith(tenant.attach(upload, 2, staged), 'upload-sealed')
      assert.deepEqual(await garbageOf(bench.metadata), [])
      assert.deepEqual(await bench.metadata.discardSegments({ names: [staged.name] }), [staged.name])
    })

    test('cannot be attached once the sweep took their reservation', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin({ expiresAt: NOW + 9 * HOUR_MS })
      const staged = await tenant.stored(1000, NOW + 10)
      assert.deepEqual(await garbageOf(bench.metadata, NOW + 10), namesOf(staged))
      await failsWith(tenant.attach(upload, 1, staged), 'storage-failed')
      await bench.metadata.forgetSegments({ names: [staged.name], now: NOW + 10 })
      await failsWith(tenant.attach(upload, 1, staged), 'storage-failed')
    })
  })
}
