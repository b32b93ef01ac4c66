import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openS3Blobs } from '../../src/blobs/s3/index.ts'
import { newSegmentName } from '../../src/core/ids.ts'
import { assertHolds, blobContract, blobMemoryContract } from '../contracts/blobs.ts'
import { diskHarness, s3Harness } from '../support/blob-stores.ts'
import { describeS3, newBucket } from '../support/s3.ts'
import { seeded } from '../support/seeded.ts'

const KIB = 1024
const MIB = 1024 * KIB

blobContract('disk, relaxed', () => diskHarness('relaxed'))

for (const durability of ['strict', 'relaxed'] as const) {
  blobMemoryContract(`disk, ${durability}`, () => diskHarness(durability))
}

describeS3('the memory of the S3 store', () => {
  blobMemoryContract('s3', async () => s3Harness(await newBucket()))

  test('senders that share little memory all arrive', async (t) => {
    const random = seeded(t)
    const blobs = await openS3Blobs({ ...(await newBucket()), bufferMax: 64 * MIB })
    t.after(() => blobs.close())
    const bytes = Buffer.alloc(9 * MIB, random.bytes(99_991))
    const before = process.memoryUsage.rss()
    let most = before
    const names = await Promise.all(
      Array.from({ length: 64 }, async () => {
        const name = newSegmentName(random)
        const writer = await blobs.create(name, { digests: [] })
        for (let at = 0; at < bytes.byteLength; at += 64 * KIB) {
          await writer.write(bytes.subarray(at, at + 64 * KIB))
          most = Math.max(most, process.memoryUsage.rss())
        }
        await writer.finish()
        return name
      }),
    )
    assert.ok(most - before < 256 * MIB, `grew by ${most - before} bytes`)
    for (const name of names.slice(0, 3)) await assertHolds(blobs, name, bytes)
    assert.deepEqual(await blobs.listSegments(), names.toSorted())
  })
})
