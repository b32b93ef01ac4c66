import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { failsWith, type OpenMetadata, sharedBench } from './store.ts'
import { BUCKET, HOUR_MS, NOW } from './tenant.ts'

export function isolationContract(open: OpenMetadata): void {
  describe('accounts', () => {
    const bench = sharedBench(open)

    test('cannot see or change another account’s uploads', async () => {
      const [owner, stranger] = [bench.tenant(), bench.tenant()]
      const upload = await owner.beginWith('bytes', { ref: 'shared-ref' })
      for (const address of [{ id: upload.id }, { bucket: BUCKET, ref: upload.ref }]) {
        assert.equal(await stranger.findUpload(address), null)
        assert.deepEqual(await stranger.listParts(address), [])
        await failsWith(stranger.attach(address, 2, stranger.inline('x')), 'upload-not-found')
        await failsWith(stranger.renew(address, NOW + 9 * HOUR_MS), 'upload-not-found')
        await failsWith(stranger.seal(address), 'upload-not-found')
        await failsWith(stranger.commit(address), 'upload-not-found')
        await failsWith(stranger.fail(address), 'upload-not-found')
        await failsWith(stranger.abort(address), 'upload-not-found')
      }
      assert.deepEqual(await owner.findUpload(upload), upload)
    })

    test('cannot see or change another account’s objects', async () => {
      const [owner, stranger] = [bench.tenant(), bench.tenant()]
      const object = await owner.put({ key: 'shared-key', staged: owner.inline('bytes') })
      for (const address of [{ id: object.id }, { bucket: BUCKET, key: object.key }]) {
        assert.equal(await stranger.findObject(address), null)
        await failsWith(stranger.update(address, { change: { name: 'mine' } }), 'object-not-found')
        await failsWith(stranger.hold(address, 1), 'object-not-found')
        await failsWith(stranger.delete(address), 'object-not-found')
      }
      assert.deepEqual(await stranger.list(), { objects: [], total: 0 })
      assert.deepEqual(await stranger.list({ keyword: object.id }), { objects: [], total: 0 })
      assert.deepEqual(await stranger.usage(), { objects: 0, bytes: 0 })
      assert.deepEqual(await owner.findObject(object), object)
    })

    test('use the same refs and keys side by side', async () => {
      const [one, two] = [bench.tenant(), bench.tenant()]
      const uploads = [
        await one.begin({ ref: 'ref', key: 'key' }),
        await two.begin({ ref: 'ref', key: 'key' }),
      ] as const
      assert.notEqual(uploads[0].id, uploads[1].id)
      await one.attach(uploads[0], 1, one.inline('one'))
      await two.attach(uploads[1], 1, two.inline('second'))
      const objects = [await one.commit(uploads[0]), await two.commit(uploads[1])]
      assert.deepEqual(
        objects.map(({ key, content }) => [key, content?.size]),
        [
          ['key', 3],
          ['key', 6],
        ],
      )
      await failsWith(one.put({ key: 'key', objectsMax: 1, conflict: 'rename' }), 'quota-exceeded')
      await one.put({ key: 'key', conflict: 'overwrite' })
      assert.deepEqual(await two.findObject({ bucket: BUCKET, key: 'key' }), objects[1])
      await one.delete({ bucket: BUCKET, key: 'key' })
      assert.deepEqual(await two.usage(), { objects: 1, bytes: 6 })
    })
  })
}
