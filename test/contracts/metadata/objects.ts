import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ObjectId } from '../../../src/core/ids.ts'
import { bucketName } from '../../../src/core/model/buckets.ts'
import type { MediaFacts } from '../../../src/core/model/media.ts'
import type { ListObjects } from '../../../src/core/ports/commands/objects.ts'
import { failsWith, freshBench, type OpenMetadata, sharedBench } from './store.ts'
import { BUCKET, extentsOf, garbageOf, liveOf, NOW, namesOf, type Tenant, TRAITS } from './tenant.ts'

const UNKNOWN = { id: 'f'.repeat(32) as ObjectId }

const MEDIA: MediaFacts = {
  container: 'mp4',
  contentType: 'video/mp4',
  durationMs: 1234,
  audio: { codec: 'aac', sampleRateHz: 44_100, channels: 2 },
  video: { codec: 'avc', width: 1920, height: 1080, frameRate: 29.97 },
}

export function objectContract(open: OpenMetadata): void {
  describe('objects', () => {
    const bench = sharedBench(open)

    test('are found by id and by key, and not under others', async () => {
      const tenant = bench.tenant()
      const object = await tenant.put({ key: 'a/b.mp3' })
      assert.deepEqual(await tenant.findObject({ id: object.id }), object)
      assert.deepEqual(await tenant.findObject({ bucket: BUCKET, key: 'a/b.mp3' }), object)
      assert.equal(await tenant.findObject(UNKNOWN), null)
      assert.equal(await tenant.findObject({ bucket: BUCKET, key: 'A/b.mp3' }), null)
      assert.equal(await tenant.findObject({ bucket: bucketName('test', 'other'), key: 'a/b.mp3' }), null)
    })

    test('keep any text and JSON as they are', async () => {
      const tenant = bench.tenant()
      const attributes = { 'ключ "': ['\u{1f3b5}', -1.5e300, true, null, { '': [] }], quote: "'; --" }
      const traits = { ...TRAITS, name: 'Größe\n%_\\.mp3', media: MEDIA, attributes, contentType: null }
      const object = await tenant.put({ key: 'x\u{1f3b5}', traits })
      assert.deepEqual(await tenant.findObject(object), { ...object, ...traits })
    })

    test('change only what is named', async () => {
      const tenant = bench.tenant()
      const object = await tenant.put()
      const renamed = await tenant.update(object, { change: { name: 'other' }, now: NOW + 1 })
      const version = renamed.version
      assert.deepEqual(renamed, { ...object, name: 'other', updatedAt: NOW + 1, version })
      assert.ok(version > object.version)
      const address = { bucket: BUCKET, key: object.key }
      const change = { status: 'published', kind: 'video', attributes: {}, media: MEDIA, contentType: null }
      const changed = await tenant.update(address, { change, ifVersion: version, now: NOW + 2 })
      assert.deepEqual(await tenant.findObject(object), changed)
      assert.deepEqual(changed, { ...renamed, ...change, updatedAt: NOW + 2, version: changed.version })
      const cleared = await tenant.update(object, { change: { media: null } })
      assert.equal(cleared.media, null)
    })

    test('do not change when they are unknown or another version than the caller saw', async () => {
      const tenant = bench.tenant()
      const object = await tenant.put()
      const later = await tenant.update(object, { change: { name: 'other' } })
      const delivery = tenant.delivery('topic.of-failed-update')
      const late = { ifVersion: object.version, change: { name: 'late' }, deliveries: [delivery] }
      await failsWith(tenant.update(object, late), 'object-changed')
      await failsWith(tenant.update(UNKNOWN, { change: { name: 'late' } }), 'object-not-found')
      assert.deepEqual(await tenant.findObject(object), later)
      const due = { topics: [delivery.topic], now: NOW, leaseUntil: NOW + 1, limit: 10 }
      assert.deepEqual(await bench.metadata.leaseDeliveries(due), [])
      await tenant.update(object, { ...late, ifVersion: later.version })
      assert.equal((await bench.metadata.leaseDeliveries(due)).length, 1)
    })

    test('count holds, never below none, and cannot be deleted while held', async () => {
      const tenant = bench.tenant()
      const object = await tenant.put()
      assert.equal((await tenant.hold(object, 1)).holds, 1)
      assert.equal((await tenant.hold({ bucket: BUCKET, key: object.key }, 1)).holds, 2)
      assert.equal((await tenant.hold(object, -1)).holds, 1)
      await failsWith(tenant.delete(object), 'object-held')
      assert.equal((await tenant.findObject(object))?.holds, 1)
      assert.equal((await tenant.hold(object, -1)).holds, 0)
      const free = await tenant.hold(object, -1)
      assert.equal(free.holds, 0)
      assert.deepEqual(await tenant.delete(object), free)
      await failsWith(tenant.hold(object, 1), 'object-not-found')
    })

    test('count into their bucket’s usage', async () => {
      const tenant = bench.tenant()
      assert.deepEqual(await tenant.usage(), { objects: 0, bytes: 0 })
      const put = await tenant.put({ staged: tenant.inline('12345') })
      const committed = await tenant.commit(await tenant.beginWith('1234567'))
      await tenant.put()
      await tenant.put({ bucket: bucketName('test', 'other'), staged: await tenant.stored(1000) })
      assert.deepEqual(await tenant.usage(), { objects: 3, bytes: 12 })
      assert.deepEqual(await tenant.usage(bucketName('test', 'other')), { objects: 1, bytes: 1000 })
      await tenant.delete(put)
      assert.deepEqual(await tenant.usage(), { objects: 2, bytes: 7 })
      await tenant.delete(committed)
      assert.deepEqual(await tenant.usage(), { objects: 1, bytes: 0 })
    })
  })

  describe('deleting objects', () => {
    const bench = freshBench(open)

    test('returns what was there, frees the key and makes the bytes garbage', async () => {
      const tenant = bench.tenant()
      const [one, two, kept] = [await tenant.stored(), await tenant.stored(), await tenant.stored()]
      const put = await tenant.put({ key: 'a', staged: one })
      const upload = await tenant.begin({ key: 'b' })
      await tenant.attach(upload, 1, two)
      await tenant.attach(upload, 2, tenant.inline('small'))
      const committed = await tenant.commit(upload)
      await tenant.put({ staged: kept })
      assert.deepEqual(await tenant.delete({ bucket: BUCKET, key: 'a' }), put)
      assert.deepEqual(await tenant.delete({ id: committed.id }), committed)
      assert.equal(await tenant.findObject(put), null)
      assert.deepEqual(await extentsOf(bench.metadata, upload.blob), [])
      assert.deepEqual(await garbageOf(bench.metadata), namesOf(one, two))
      assert.deepEqual(await liveOf(bench.metadata), namesOf(kept))
      await tenant.put({ key: 'a' })
      await failsWith(tenant.delete({ id: put.id }), 'object-not-found')
      await failsWith(tenant.delete(UNKNOWN), 'object-not-found')
      await failsWith(tenant.delete({ bucket: BUCKET, key: 'b' }), 'object-not-found')
    })
  })

  describe('listing objects', () => {
    const bench = sharedBench(open)

    const keysOf = async (tenant: Tenant, change: Partial<ListObjects>) => {
      const { objects, total } = await tenant.list(change)
      return [objects.map(({ key }) => key).join(' '), total]
    }

    const filled = async (): Promise<Tenant> => {
      const tenant = bench.tenant()
      const put = (key: string, kind: string, status: string, name: string, now: number) =>
        tenant.put({ key, now, traits: { ...TRAITS, kind, status, name } })
      await put('c', 'audio', 'ready', 'Night Song.mp3', NOW + 3)
      await put('a', 'audio', 'ready', 'day song.mp3', NOW + 1)
      await put('d', 'audio', 'failed', '100%_sure.mp3', NOW + 4)
      await put('b', 'video', 'ready', '100 per cent.mp4', NOW + 2)
      await tenant.put({ bucket: bucketName('test', 'other'), key: 'z' })
      return tenant
    }

    test('orders by time of creation', async () => {
      const tenant = await filled()
      assert.deepEqual(await keysOf(tenant, {}), ['a b c d', 4])
      assert.deepEqual(await keysOf(tenant, { order: 'newest-first' }), ['d c b a', 4])
      assert.deepEqual(await keysOf(tenant, { bucket: bucketName('test', 'none') }), ['', 0])
    })

    test('orders by id within one time', async () => {
      const tenant = bench.tenant()
      for (let made = 0; made < 5; made++) await tenant.put()
      const ids = async (order: ListObjects['order']) =>
        (await tenant.list({ order })).objects.map(({ id }) => id)
      const sorted = (await ids('oldest-first')).toSorted()
      assert.deepEqual(await ids('oldest-first'), sorted)
      assert.deepEqual(await ids('newest-first'), sorted.toReversed())
    })

    test('gives briefs of a kind and status, newest first, page by page', async () => {
      const tenant = bench.tenant()
      const media = {
        container: 'wav',
        contentType: 'audio/wav',
        durationMs: 1234,
        audio: null,
        video: null,
      } as const
      for (const now of [NOW + 1, NOW, NOW, NOW, NOW - 1]) await tenant.put({ now })
      await tenant.put({ now: NOW + 2, traits: { ...TRAITS, media } })
      await tenant.put({ traits: { ...TRAITS, kind: 'video' } })
      await tenant.put({ traits: { ...TRAITS, status: 'failed' } })
      await tenant.put({ bucket: bucketName('test', 'other') })
      const { kind, status } = TRAITS
      const { objects } = await tenant.list({ kind, status, order: 'newest-first' })
      const briefs = objects.map(({ id, name, media: facts, attributes, createdAt }) => ({
        ...{ id, name, durationMs: facts?.durationMs ?? 0, attributes, createdAt },
      }))
      assert.deepEqual([briefs.length, briefs[0]?.durationMs], [6, 1234])
      assert.deepEqual(await tenant.listBriefs(), briefs)
      const paged = []
      for (let page = await tenant.listBriefs({ limit: 2 }); page.length > 0; ) {
        paged.push(...page)
        page = await tenant.listBriefs({ limit: 2, after: page.at(-1) ?? null })
      }
      assert.deepEqual(paged, briefs)
      assert.deepEqual(await tenant.listBriefs({ bucket: bucketName('test', 'none') }), [])
    })

    test('filters by kind and status', async () => {
      const tenant = await filled()
      assert.deepEqual(await keysOf(tenant, { kind: 'audio' }), ['a c d', 3])
      assert.deepEqual(await keysOf(tenant, { status: 'ready' }), ['a b c', 3])
      assert.deepEqual(await keysOf(tenant, { kind: 'audio', status: 'ready', order: 'newest-first' }), [
        'c a',
        2,
      ])
      assert.deepEqual(await keysOf(tenant, { kind: 'audi' }), ['', 0])
    })

    test('finds a part of the name in any letter case, taking no character for a wildcard', async () => {
      const tenant = await filled()
      assert.deepEqual(await keysOf(tenant, { keyword: 'SONG' }), ['a c', 2])
      assert.deepEqual(await keysOf(tenant, { keyword: '100%' }), ['d', 1])
      assert.deepEqual(await keysOf(tenant, { keyword: '%_s' }), ['d', 1])
      assert.deepEqual(await keysOf(tenant, { keyword: '_' }), ['d', 1])
      assert.deepEqual(await keysOf(tenant, { keyword: 'song', kind: 'audio', status: 'failed' }), ['', 0])
    })

    test('finds letters of any script in any case', async () => {
      const tenant = bench.tenant()
      await tenant.put({ key: 'a', traits: { ...TRAITS, name: 'Größe ПЕСНЯ 歌曲.mp3' } })
      for (const keyword of ['песня', 'ПЕСНЯ', 'GRÖ', '歌曲']) {
        assert.deepEqual(await keysOf(tenant, { keyword }), ['a', 1])
      }
    })

    test('finds the whole id, and no part of it', async () => {
      const tenant = await filled()
      const { objects } = await tenant.list({ kind: 'video' })
      const id = objects[0]?.id ?? ''
      assert.deepEqual(await keysOf(tenant, { keyword: id }), ['b', 1])
      assert.deepEqual(await keysOf(tenant, { keyword: id.slice(1) }), ['', 0])
    })

    test('pages, and counts all matches whatever the page', async () => {
      const tenant = await filled()
      assert.deepEqual(await keysOf(tenant, { limit: 2 }), ['a b', 4])
      assert.deepEqual(await keysOf(tenant, { limit: 2, offset: 3 }), ['d', 4])
      assert.deepEqual(await keysOf(tenant, { limit: 2, offset: 4 }), ['', 4])
      assert.deepEqual(await keysOf(tenant, { limit: 1, offset: 1, kind: 'audio' }), ['c', 3])
      assert.deepEqual(await keysOf(tenant, { limit: 1, offset: 1, keyword: 'song' }), ['c', 2])
    })
  })
}
