import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { assemblyContract } from '../../../test/contracts/assembly.ts'
import { assertHolds, rejects } from '../../../test/contracts/blobs.ts'
import { nameOf, s3Assemblies } from '../../../test/support/blob-stores.ts'
import {
  describeS3,
  inPrefix,
  newBucket,
  openUploads,
  type S3Bucket,
  s3ServerMissing,
  startS3,
  uploadsHidden,
} from '../../../test/support/s3.ts'
import { type Fate, firstOf, PASS, type SeenRequest, startS3Proxy } from '../../../test/support/s3-proxy.ts'
import { type SeededRandom, seeded } from '../../../test/support/seeded.ts'
import { newSegmentName, type SegmentName } from '../../core/ids.ts'
import type { OpenAssembly } from '../../core/ports/assembly.ts'
import { openS3Blobs, type S3Blobs } from './index.ts'

const SIZE = 5 * 1024 * 1024

const isComplete = ({ method, path }: SeenRequest) => method === 'POST' && path.includes('uploadId=')

describeS3('assemblies in the S3 store', () => {
  let bucket: Promise<S3Bucket> | null = null

  assemblyContract('s3', async () => {
    bucket ??= newBucket()
    return s3Assemblies(inPrefix(await bucket))
  })

  for (const [what, fate] of [
    ['fails', { type: 'answer', status: 500, code: 'InternalError' }],
    ['loses its answer', { type: 'lose-answer' }],
    ['breaks the connection', { type: 'break' }],
  ] as const satisfies (readonly [string, Fate])[]) {
    test(`a completion is done once where the store ${what}, whoever tries again`, async (t) => {
      const random = seeded(t)
      const { blobs, proxy } = await throughProxy(t, 1)
      const { assembly, receipt, bytes } = await oneSlot(blobs, random)
      const complete = () => blobs.assembly.complete(assembly, [receipt], SIZE)
      proxy.decide = firstOf(1, fate, isComplete)
      if (fate.type === 'answer') await rejects(complete(), 'storage-failed')
      else await assert.rejects(complete(), { code: 'unavailable' })
      await complete()
      await complete()
      await assertHolds(blobs, assembly.name, bytes)
    })
  }

  test('a completion waits for another that is underway', async (t) => {
    const random = seeded(t)
    const { blobs, proxy } = await throughProxy(t, 1)
    for (const code of ['NoSuchUpload', 'InvalidPart']) {
      const { assembly, receipt, bytes } = await oneSlot(blobs, random)
      proxy.decide = firstOf(2, { type: 'answer', status: 400, code }, isComplete)
      await blobs.assembly.complete(assembly, [receipt], SIZE)
      await assertHolds(blobs, assembly.name, bytes)
    }
  })

  test('a completion that a killed store left undone is taken up again', {
    skip: s3ServerMissing(),
  }, async (t) => {
    const random = seeded(t)
    const server = await startS3()
    t.after(() => server.close())
    const blobs = await openS3Blobs(server)
    t.after(() => blobs.close())
    const { assembly, receipt, bytes } = await oneSlot(blobs, random)
    await server.stop()
    const [[, tag = ''] = []] = JSON.parse(receipt) as [number, string][]
    const sum = createHash('md5')
      .update(Buffer.from(tag.replaceAll('"', ''), 'hex'))
      .digest('hex')
    // As versitygw leaves it: the upload, and the facts beside it, under the name of the work.
    for (const path of foldersIn(server.dir).filter((path) => path.endsWith(assembly.token))) {
      renameSync(path, `${path}.${sum}-1.inprogress`)
    }
    await server.start()
    await blobs.assembly.complete(assembly, [receipt], SIZE)
    await assertHolds(blobs, assembly.name, bytes)
  })

  test('parts that the store finds too small are told at once', async (t) => {
    const random = seeded(t)
    const { blobs, proxy } = await throughProxy(t, 1)
    const { assembly, receipt } = await oneSlot(blobs, random)
    let tries = 0
    proxy.decide = (seen) => {
      if (!isComplete(seen)) return PASS
      tries += 1
      return { type: 'answer', status: 400, code: 'EntityTooSmall' }
    }
    await rejects(blobs.assembly.complete(assembly, [receipt], SIZE), 'storage-failed')
    assert.equal(tries, 1)
  })

  test('the sweep of what was never completed spares what is in use', { skip: uploadsHidden }, async (t) => {
    const random = seeded(t)
    const place = inPrefix(await newBucket())
    const blobs = await openS3Blobs(place)
    t.after(() => blobs.close())
    const [used, other, stale] = [newSegmentName(random), newSegmentName(random), newSegmentName(random)]
    const token = await blobs.assembly.begin(used)
    for (const name of [used, other, stale]) await blobs.assembly.begin(name)
    const asked: SegmentName[] = []
    const findInUse = async (names: readonly SegmentName[]) => {
      asked.push(...names)
      return [
        { name: used, token },
        { name: other, token },
      ]
    }
    assert.equal(await blobs.sweepMultipart(Number.MAX_SAFE_INTEGER, findInUse), 3)
    assert.deepEqual(asked.toSorted(), [used, used, other, stale].toSorted())
    assert.deepEqual((await openUploads(place)).map(nameOf), [used])
  })

  test('a store that wants parts of one size gets no new slots, and what was begun is ended', async (t) => {
    const random = seeded(t)
    const place = inPrefix(await newBucket())
    const before = await openS3Blobs(place)
    t.after(() => before.close())
    const { assembly, receipt, bytes } = await oneSlot(before, random)
    const after = await openS3Blobs({ ...place, url: `${place.url}&unequal_parts=false` })
    t.after(() => after.close())
    assert.equal(after.assembly.kindOf(1, SIZE), null)
    await after.assembly.complete(assembly, [receipt], SIZE)
    await assertHolds(after, assembly.name, bytes)
  })
})

/** An assembly with one slot that is written. */
async function oneSlot(
  blobs: S3Blobs,
  random: SeededRandom,
): Promise<{ assembly: OpenAssembly; receipt: string; bytes: Buffer }> {
  const name = newSegmentName(random)
  const assembly = { name, token: await blobs.assembly.begin(name) }
  const bytes = Buffer.alloc(SIZE, random.bytes(99_991))
  const options = { digests: [], sizeExpected: SIZE, elsewhere: () => assert.fail() }
  const writer = await blobs.assembly.createSlot(assembly, 1, options)
  await writer.write(bytes)
  const { receipt } = await writer.finish()
  return { assembly, receipt: receipt ?? assert.fail(), bytes }
}

const foldersIn = (dir: string): readonly string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [join(entry.parentPath, entry.name)] : [],
  )

async function throughProxy(t: TestContext, attemptsMax: number) {
  const proxy = await startS3Proxy(inPrefix(await newBucket()))
  t.after(() => proxy.close())
  const blobs = await openS3Blobs({ ...proxy.bucket, attemptsMax })
  t.after(() => blobs.close())
  return { blobs, proxy }
}
