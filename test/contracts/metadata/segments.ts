import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { SegmentName } from '../../../src/core/ids.ts'
import { SWEEP_PAUSE, SWEEP_PAUSE_MAX_MS } from '../../../src/core/model/sweep-pause.ts'
import { inLanes } from '../../support/lanes.ts'
import type { Amounts } from '../amounts.ts'
import { type Bench, failsWith, freshBench, type OpenMetadata } from './store.ts'
import { extentsOf, garbageOf, liveOf, NOW, namesOf } from './tenant.ts'

export function segmentContract(open: OpenMetadata, { parts }: Amounts): void {
  describe('segments', () => {
    const bench = freshBench(open)

    test('reserved ones are neither live nor garbage until their lease is over', async () => {
      const tenant = bench.tenant()
      const staged = await tenant.stored(1000, NOW + 10)
      assert.deepEqual(await liveOf(bench.metadata), [])
      assert.deepEqual(await garbageOf(bench.metadata, NOW + 9), [])
      assert.deepEqual(await garbageOf(bench.metadata, NOW + 10), namesOf(staged))
    })

    test('extending moves the lease on, never back, and only of reserved names', async () => {
      const tenant = bench.tenant()
      const { metadata } = bench
      const [one, two] = [await tenant.stored(1000, NOW + 10), await tenant.stored(1000, NOW + 10)]
      await metadata.extendSegments({ names: [one.name], leaseUntil: NOW + 20 })
      await metadata.extendSegments({ names: [one.name, tenant.newName()], leaseUntil: NOW + 5 })
      assert.deepEqual(await garbageOf(metadata, NOW + 19), namesOf(two))
      await metadata.extendSegments({ names: [two.name], leaseUntil: NOW + 100 })
      assert.deepEqual(await garbageOf(metadata, NOW + 20), namesOf(one, two))
    })

    test('a repeated reservation is fine while the name is only reserved', async () => {
      const tenant = bench.tenant()
      const { metadata } = bench
      const staged = await tenant.stored(1000, NOW + 10)
      await metadata.reserveSegments({ names: [staged.name], leaseUntil: NOW + 20 })
      assert.deepEqual(await garbageOf(metadata, NOW + 10), [])
      await tenant.put({ staged })
      const again = { names: [tenant.newName(), staged.name], leaseUntil: NOW + 30 }
      await failsWith(metadata.reserveSegments(again), 'storage-failed')
      assert.deepEqual(await garbageOf(metadata, NOW + 30), [])
    })

    test('live ones stay live, whatever their lease was', async () => {
      const tenant = bench.tenant()
      const staged = await tenant.stored(1000, NOW + 10)
      await tenant.put({ staged })
      assert.deepEqual(await garbageOf(bench.metadata, NOW + 1000), [])
      assert.deepEqual(await liveOf(bench.metadata), namesOf(staged))
    })

    test('nothing is told for removal while the sweep is paused, and all of it afterwards', async () => {
      const tenant = bench.tenant()
      const { metadata } = bench
      const loose = await tenant.stored(1000, NOW + 10)
      const pause = (leaseUntil: number) =>
        metadata.leaseJob({ job: SWEEP_PAUSE, holder: 'a', now: NOW, leaseUntil })
      assert.ok(await pause(NOW + 20))
      assert.deepEqual(await garbageOf(metadata, NOW + 19), [])
      assert.deepEqual(await garbageOf(metadata, NOW + 20), namesOf(loose))
      assert.ok(await pause(NOW + 20 + SWEEP_PAUSE_MAX_MS))
      assert.deepEqual(await garbageOf(metadata, NOW + 20), [])
      assert.deepEqual(await garbageOf(metadata, NOW + 19), namesOf(loose), 'no pause lasts so long')
      assert.ok(await pause(NOW))
      assert.deepEqual(await garbageOf(metadata, NOW + 20), namesOf(loose))
    })

    test('discarding makes reserved names garbage and leaves attached ones alone', async () => {
      const tenant = bench.tenant()
      const { metadata } = bench
      const [loose, attached] = [await tenant.stored(), await tenant.stored()]
      await tenant.put({ staged: attached })
      const unknown = tenant.newName()
      const names = [loose.name, attached.name, unknown]
      assert.deepEqual(await metadata.discardSegments({ names }), [loose.name, unknown])
      assert.deepEqual(await metadata.discardSegments({ names }), [loose.name, unknown])
      assert.deepEqual(await garbageOf(metadata), namesOf(loose))
      assert.deepEqual(await liveOf(metadata), namesOf(attached))
      await failsWith(tenant.put({ staged: loose }), 'storage-failed')
    })

    test('forgetting drops garbage only', async () => {
      const tenant = bench.tenant()
      const { metadata } = bench
      const [garbage, live, reserved] = [await tenant.stored(), await tenant.stored(), await tenant.stored()]
      await metadata.discardSegments({ names: [garbage.name] })
      await tenant.put({ staged: live })
      const names = namesOf(garbage, live, reserved)
      await metadata.forgetSegments({ names, now: NOW })
      await metadata.forgetSegments({ names, now: NOW })
      assert.deepEqual(await garbageOf(metadata), [])
      assert.deepEqual(await liveOf(metadata), namesOf(live))
      await tenant.put({ staged: reserved })
    })

    test('names that no part ever had are garbage twice where their bytes may come late', async () => {
      const tenant = bench.tenant()
      const { metadata } = bench
      const [over, discarded, had] = [
        await tenant.stored(1, NOW),
        await tenant.stored(),
        await tenant.stored(),
      ]
      await metadata.discardSegments({ names: [discarded.name] })
      const object = await tenant.put({ staged: had })
      await tenant.delete(object)
      const names = await garbageOf(metadata)
      assert.deepEqual(names, namesOf(over, discarded, had))
      await metadata.forgetSegments({ names, lateMs: 60, now: NOW })
      await metadata.forgetSegments({ names, lateMs: 60, now: NOW + 59 })
      assert.deepEqual(await garbageOf(metadata, NOW + 59), [])
      assert.deepEqual(await garbageOf(metadata, NOW + 60), namesOf(over, discarded))
      await failsWith(tenant.put({ staged: discarded }), 'storage-failed')
      await metadata.forgetSegments({ names, lateMs: 60, now: NOW + 60 })
      assert.deepEqual(await garbageOf(metadata, NOW + 1000), [])
    })

    test('garbage comes oldest first, and no more than asked for', async () => {
      const tenant = bench.tenant()
      const { metadata } = bench
      const staged = await Promise.all([1, 2, 3].map(() => tenant.stored(1000, NOW)))
      const [first, second, third] = staged.map(({ name }) => name)
      const objects = await Promise.all(staged.map((bytes) => tenant.put({ staged: bytes })))
      for (const [index, after] of [30, 10, 20].entries()) {
        await tenant.delete(objects[index] ?? assert.fail(), NOW + after)
      }
      assert.deepEqual(await metadata.listGarbage({ now: NOW + 30, limit: 2 }), [second, third])
      assert.deepEqual(await metadata.listGarbage({ now: NOW + 30, limit: 10 }), [second, third, first])
    })

    test('pages through live ones by name', async () => {
      const tenant = bench.tenant()
      const names: SegmentName[] = []
      for (let made = 0; made < 5; made++) {
        const staged = await tenant.stored()
        await tenant.put({ staged })
        names.push(staged.name)
      }
      names.sort()
      const page = await bench.metadata.listLiveSegments({ after: '', limit: 2 })
      assert.deepEqual(page, names.slice(0, 2))
      const rest = await bench.metadata.listLiveSegments({ after: page[1] ?? '', limit: 10 })
      assert.deepEqual(rest, names.slice(2))
    })
  })

  describe('extents', () => {
    const bench = freshBench(open)

    test('begin with the segment that holds the offset', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      const sizes = [10, 0, 5, 1, 0, 20]
      for (const [index, size] of sizes.entries()) {
        const staged = size === 5 ? tenant.inline('12345') : await tenant.stored(size)
        await tenant.attach(upload, index * 3 + 1, staged)
      }
      await tenant.commit(upload)
      const startsFrom = async (offset: number, limit = 100) =>
        (await extentsOf(bench.metadata, upload.blob, offset, limit)).map(({ start }) => start)
      assert.deepEqual(await startsFrom(0), [0, 10, 15, 16])
      assert.deepEqual(await startsFrom(9), [0, 10, 15, 16])
      assert.deepEqual(await startsFrom(10), [10, 15, 16])
      assert.deepEqual(await startsFrom(15), [15, 16])
      assert.deepEqual(await startsFrom(16, 1), [16])
      assert.deepEqual(await startsFrom(35), [16])
      assert.deepEqual(await startsFrom(36), [])
      const limited = await bench.metadata.listExtents({ blob: upload.blob, offset: 3, limit: 2 })
      assert.deepEqual(
        limited.map(({ start }) => start),
        [0, 10],
      )
      assert.deepEqual(await extentsOf(bench.metadata, tenant.newBlobId()), [])
    })

    manyParts(bench, parts)

    test('of many inline parts come in answers of bounded size, and lose none', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      const text = 'x'.repeat(64 * 1024)
      await Promise.all(
        Array.from({ length: 100 }, (_, index) => tenant.attach(upload, index + 1, tenant.inline(text))),
      )
      for (const seal of [false, true]) {
        if (seal) await tenant.seal(upload)
        const answer = await bench.metadata.listExtents({ blob: upload.blob, offset: 0, limit: 1000 })
        assert.ok(answer.length > 0 && answer.length * text.length <= 4 * 1024 * 1024)
        const all = await extentsOf(bench.metadata, upload.blob)
        assert.equal(all.length, 100)
        assert.ok(
          all.every(
            ({ start, inline }, index) => start === index * text.length && inline?.length === text.length,
          ),
        )
      }
    })
  })
}

/** An upload of ten thousand parts, the most there are. */
export function tenThousandParts(open: OpenMetadata): void {
  describe('extents', () => manyParts(freshBench(open), 10_000))
}

function manyParts(bench: Bench, count: number): void {
  test(`of ${count} parts are found wherever one starts`, async () => {
    const tenant = bench.tenant()
    const upload = await tenant.begin()
    const names = Array.from({ length: count }, tenant.newName)
    const { facts } = await tenant.stored(1000)
    await bench.metadata.reserveSegments({ names, leaseUntil: NOW + 10 })
    await inLanes(names, (name, index) => tenant.attach(upload, index + 1, { where: 'store', name, facts }))
    const { content } = await tenant.commit(upload)
    assert.deepEqual([content?.size, content?.partCount], [count * 1000, count])
    for (const number of [0, 1, count / 2 - 1, count - 1]) {
      const query = { blob: upload.blob, offset: number * 1000 + 999, limit: 1 }
      const [extent] = await bench.metadata.listExtents(query)
      assert.deepEqual([extent?.segment, extent?.start], [names[number], number * 1000])
    }
    await tenant.delete({ bucket: upload.bucket, key: upload.key })
    assert.deepEqual(await garbageOf(bench.metadata), names.toSorted())
  })
}
