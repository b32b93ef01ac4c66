import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { BLOCK_SIZE } from '../../src/core/bytes/blocks.ts'
import { damageOf, type Finding } from '../../src/core/fsck/findings.ts'
import { newSegmentName, type SegmentName } from '../../src/core/ids.ts'
import { systemRandom } from '../../src/system.ts'
import { findingsOf, type Place, put, remove } from './place.ts'

const SMALL = 1_000
const LARGE = 300_000

/** What a look through any pair of stores finds. */
export function fsckContract(name: string, open: () => Promise<Place>): void {
  describe(`${name}: fsck`, () => {
    test('finds nothing where nothing is amiss', async () => {
      const place = await open()
      await put(place, 'small', SMALL)
      await put(place, 'large', LARGE)
      assert.deepEqual(await findingsOf(place), [])
      assert.deepEqual(await findingsOf(place, { depth: 'quick' }), [])
    })

    test('finds bytes that are missing, cut, longer or others, and says whose they are', async () => {
      const place = await open()
      const missing = await put(place, 'missing', LARGE)
      const cut = await put(place, 'cut', LARGE)
      const longer = await put(place, 'longer', LARGE)
      const other = await put(place, 'other', LARGE)
      await place.overwrite(missing.name, null)
      await place.overwrite(cut.name, (await place.bytesOf(cut.name)).subarray(1))
      await place.overwrite(longer.name, Buffer.concat([await place.bytesOf(longer.name), Buffer.of(1)]))
      await flip(place, other.name)
      const all = [
        ...[
          ['missing', 'missing'],
          ['cut', 'short'],
          ['longer', 'long'],
          ['other', 'bytes'],
        ],
      ].toSorted()
      assert.deepEqual(hit(await findingsOf(place)), all)
      const bySize = all.filter(([key]) => key !== 'other')
      assert.deepEqual(hit(await findingsOf(place, { depth: 'quick' })), bySize, 'no byte is read')
      const [finding] = await findingsOf(place)
      assert.ok(finding !== undefined && 'owners' in finding)
      const { dialect, bucket, account, kind } = finding.owners[0] ?? assert.fail()
      assert.deepEqual([dialect, bucket, account, kind], ['some-dialect', 'b', 'a1', 'object'])
    })

    test('names the first block that has other bytes, and sums of blocks that are lost', async () => {
      const place = await open()
      const { name } = await put(place, 'large', LARGE)
      await flip(place, name)
      const [finding] = await findingsOf(place)
      assert.ok(finding !== undefined && 'detail' in finding && finding.problem !== 'database')
      const block = Math.floor(LARGE / 2 / BLOCK_SIZE)
      const text = `other bytes than were stored in block ${block} (from byte ${block * BLOCK_SIZE} on), of 5`
      assert.deepEqual([finding.problem, finding.block, finding.detail], ['bytes', block, text])
      assert.deepEqual(damageOf(finding, 'fsck')?.block, block)

      await flip(place, name)
      await place.sql('DELETE FROM blocks')
      const [lost] = await findingsOf(place)
      assert.ok(lost !== undefined)
      const damage = damageOf(lost, 'fsck')
      assert.deepEqual([lost.problem, damage?.block, damage?.kind], ['block-sums', 0, 'unknown'])
    })

    test('finds inline bytes that are others', async () => {
      const place = await open()
      await put(place, 'kept', SMALL)
      await place.sql('UPDATE parts SET crc32 = 1')
      assert.deepEqual(hit(await findingsOf(place)), [['kept', 'bytes']])
    })

    test('finds stored bytes that nothing points to, and no name that is reserved or garbage', async () => {
      const place = await open()
      const [orphan, reserved] = [newSegmentName(systemRandom), newSegmentName(systemRandom)]
      await place.metadata.reserveSegments({ names: [reserved], leaseUntil: Date.now() + 60_000 })
      for (const name of [orphan, reserved]) await place.overwrite(name, Buffer.alloc(10))
      assert.deepEqual(await findingsOf(place), [{ problem: 'orphan', segment: orphan, size: 10 }])
    })

    test('what goes away between the two looks is no finding', async () => {
      const place = await open()
      const lost = await put(place, 'deleted', LARGE)
      const orphan = newSegmentName(systemRandom)
      await place.overwrite(lost.name, null)
      await place.overwrite(orphan, Buffer.alloc(10))
      const found = await findingsOf(place, {}, async () => {
        await remove(place, 'deleted')
        await place.blobs.remove([orphan])
      })
      assert.deepEqual(found, [])
    })

    test('finds each rule of the facts broken', async () => {
      const place = await open()
      await put(place, 'one', LARGE)
      await put(place, 'two', LARGE)
      await place.sql(`UPDATE bucket_counts SET objects = objects + 1; UPDATE blobs SET refs = 2;
        UPDATE objects SET size = 1 WHERE key = 'one'; UPDATE parts SET start = 7 WHERE start = 0;`)
      const rules = (await findingsOf(place, { depth: 'quick' })).map((finding) =>
        finding.problem === 'broken-rule' ? finding.rule : assert.fail(finding.problem),
      )
      assert.deepEqual(
        [...new Set(rules)],
        [...['parts-lie-in-order', 'blobs-count-owners', 'objects-have-blobs', 'bucket-counts']],
      )
    })

    test('goes on behind the place where another look ended', async () => {
      const place = await open()
      for (const key of ['a', 'b']) await place.overwrite((await put(place, key, LARGE)).name, null)
      const [first] = await findingsOf(place)
      assert.ok(first !== undefined && 'blob' in first)
      assert.equal((await findingsOf(place, { from: first })).length, 1)
    })
  })
}

/** Keys and problems of what is wrong with bytes. */
const hit = (findings: readonly Finding[]): readonly (readonly string[])[] =>
  findings
    .map((finding) =>
      'owners' in finding && 'segment' in finding
        ? [finding.owners[0]?.key ?? '', finding.problem]
        : assert.fail(finding.problem),
    )
    .toSorted()

async function flip(place: Place, segment: SegmentName): Promise<void> {
  const bytes = await place.bytesOf(segment)
  const at = Math.floor(bytes.byteLength / 2)
  bytes[at] = (bytes[at] ?? 0) ^ 1
  await place.overwrite(segment, bytes)
}
