import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { test } from 'node:test'
import { openDiskBlobs } from '../../src/blobs/disk/index.ts'
import { openS3Blobs } from '../../src/blobs/s3/index.ts'
import { newSegmentName, type SegmentName } from '../../src/core/ids.ts'
import { largeSlotsContract } from '../contracts/assembly.ts'
import { assertHolds, blobContract, blobMemoryContract, put } from '../contracts/blobs.ts'
import { diskHarness, s3Assemblies, s3Harness } from '../support/blob-stores.ts'
import { temporaryFolder } from '../support/folder.ts'
import { describeS3, newBucket } from '../support/s3.ts'
import { seeded } from '../support/seeded.ts'

const KIB = 1024
const MIB = 1024 * KIB

blobContract('disk, relaxed', () => diskHarness('relaxed'))

for (const durability of ['strict', 'relaxed'] as const) {
  blobMemoryContract(`disk, ${durability}`, () => diskHarness(durability))
}

test('many slow senders neither hold up a fast one nor fill the memory', async (t) => {
  const random = seeded(t)
  const dir = temporaryFolder()
  const blobs = await openDiskBlobs({ dir, durability: 'relaxed', bufferMax: 4 * MIB })
  t.after(async () => {
    await blobs.close()
    rmSync(dir, { recursive: true })
  })
  const some = random.bytes(60 * KIB)
  const more = random.bytes(30 * KIB)
  const before = process.memoryUsage.rss()
  const slow = await Promise.all(
    Array.from({ length: 4000 }, async () => {
      const name = newSegmentName(random)
      const writer = await blobs.create(name, { digests: [] })
      await writer.write(some)
      return { name, writer }
    }),
  )
  const grown = process.memoryUsage.rss() - before
  assert.ok(grown < 128 * MIB, `4000 times 60 KiB took ${grown} bytes`)
  const bytes = random.bytes(8 * MIB)
  await assertHolds(blobs, await put(blobs, random, [bytes]), bytes)
  for (const { writer } of slow) await writer.write(more)
  await Promise.all(slow.slice(2000).map(({ writer }) => writer.abort()))
  await Promise.all(slow.slice(0, 2000).map(({ writer }) => writer.finish()))
  for (const { name } of slow.slice(0, 50)) await assertHolds(blobs, name, Buffer.concat([some, more]))
  assert.equal((await blobs.listSegments()).length, 2001)
})

describeS3('the memory of the S3 store', () => {
  largeSlotsContract('s3', async () => s3Assemblies(await newBucket()))

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

  test('more segments than a page of a list are listed and removed', async (t) => {
    const random = seeded(t)
    const blobs = await openS3Blobs(await newBucket())
    t.after(() => blobs.close())
    const names: SegmentName[] = []
    for (let round = 0; round < 21; round++) {
      names.push(...(await Promise.all(Array.from({ length: 50 }, () => put(blobs, random, [])))))
    }
    assert.deepEqual(await blobs.listSegments(), names.toSorted())
    await blobs.remove(names.slice(1))
    assert.deepEqual(await blobs.listSegments(), names.slice(0, 1))
  })
})
