import assert from 'node:assert/strict'
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { openStores, type Stores } from '../../../test/support/stores.ts'
import { BLOCK_SIZE } from '../bytes/blocks.ts'
import { isCoreError } from '../errors.ts'
import { asAccountId, type BlobId, newBlobId, newUploadId, type SegmentName } from '../ids.ts'
import { bucketName } from '../model/buckets.ts'
import { INLINE_SIZE_MAX } from '../model/bytes.ts'
import type { Ports } from '../ports.ts'
import { createDamages } from './damages.ts'
import { createObjects } from './objects.ts'
import { blobSource, readBlob } from './reading.ts'
import { createStaging } from './staging.ts'

test('any range of parts that lie inline and in the store comes as it was written', async (t) => {
  const { stores, blob, bytes } = await withParts(t, [100, 200_000, 1, 0, INLINE_SIZE_MAX, 70_000, 300_000])
  const ranges = [
    [0, bytes.byteLength],
    [0, 0],
    [99, 101],
    [100, 200_100],
    [200_099, 200_102],
    [bytes.byteLength - 1, bytes.byteLength],
  ]
  for (let round = 0; round < 40; round++) {
    const start = stores.random.int(bytes.byteLength)
    ranges.push([start, start + stores.random.int(bytes.byteLength - start + 1)])
  }
  for (const [start = 0, end = 0] of ranges) {
    const read = await readAll(stores, blob, start, end)
    assert.ok(read.equals(bytes.subarray(start, end)), `${start} to ${end}`)
  }
})

test('more parts than are looked up at a time', async (t) => {
  const { stores, blob, bytes } = await withParts(
    t,
    Array.from({ length: 600 }, (_, index) => 1 + (index % 7)),
  )
  assert.ok((await readAll(stores, blob, 0, bytes.byteLength)).equals(bytes))
  assert.ok((await readAll(stores, blob, 1500, 2001)).equals(bytes.subarray(1500, 2001)))
})

test('a reader may leave early', async (t) => {
  const { stores, blob, bytes } = await withParts(t, [500_000, 500_000])
  for await (const chunk of readBlob(stores, blob, 0, bytes.byteLength)) {
    assert.ok(bytes.subarray(0, chunk.byteLength).equals(chunk))
    break
  }
})

test('bytes that changed on the disk fail a reader of the whole segment', async (t) => {
  const { stores, blob, bytes, segments } = await withParts(t, [100_000, 100_000])
  spoil(fileOf(stores, segments[1]))
  await failsBroken(readAll(stores, blob, 0, bytes.byteLength))
  assert.ok((await readAll(stores, blob, 0, 100_000)).equals(bytes.subarray(0, 100_000)))
})

for (const size of [100, 100_000, 3_000_000]) {
  test(`a segment of ${size} wrong bytes is not given to its end`, async (t) => {
    const { stores, blob, segments } = await withParts(t, [size])
    if (size <= INLINE_SIZE_MAX) spoilInline(stores)
    else spoil(fileOf(stores, segments[0]))
    let given = 0
    const reading = async () => {
      for await (const chunk of readBlob(stores, blob, 0, size)) given += chunk.byteLength
    }
    await failsBroken(reading())
    assert.ok(given < size, `${given} of ${size} bytes were given`)
  })
}

test('reading an object that was deleted meanwhile says so', async (t) => {
  const stores = await openStores(t)
  const media: Ports['media'] = { probe: () => assert.fail('no media here'), close: async () => {} }
  const ports = { ...stores, media }
  const objects = createObjects(ports)
  const account = asAccountId('account')
  const traits = { name: 'n', kind: 'k', status: 's', contentType: null, media: null, attributes: {} }
  for (const size of [100, 200_000]) {
    const staged = await createStaging(ports).receive(whole(stores.random.bytes(size)), { sizeMax: 1e9 })
    const object = await objects.put({
      account,
      bucket: bucketName('test', 'b'),
      key: 'k',
      staged,
      traits,
      conflict: 'fail',
    })
    await objects.delete({ account, id: object.id })
    await assert.rejects(
      first(objects.read(object)),
      (error) => isCoreError(error, 'object-not-found') && error.cause === undefined,
    )
  }
})

test('bytes that are missing on the disk fail the reader', async (t) => {
  const { stores, blob, bytes, segments } = await withParts(t, [100_000, 100_000, 100_000])
  truncateSync(fileOf(stores, segments[1]), 99_999)
  rmSync(fileOf(stores, segments[2]))
  await failsBroken(readAll(stores, blob, 0, bytes.byteLength))
  await failsBroken(readAll(stores, blob, 250_000, 250_001))
  const readable = 100_000 + BLOCK_SIZE
  assert.ok((await readAll(stores, blob, 0, readable)).equals(bytes.subarray(0, readable)))
})

test('reading past the end of a blob, or one that is not there, fails', async (t) => {
  const { stores, blob, bytes } = await withParts(t, [10, 100_000])
  await failsBroken(readAll(stores, blob, 0, bytes.byteLength + 1))
  await failsBroken(readAll(stores, newBlobId(stores.random, 0), 0, 1))
})

test('a source gives exactly the bytes asked for, to many at the same time, and ends at its size', async (t) => {
  const { stores, blob, bytes } = await withParts(t, [10, 100_000, 50])
  const source = blobSource(createDamages(stores), stores, bytes.byteLength, {
    blob,
    thing: { type: 'unknown' },
    isGone: async () => false,
  })
  assert.equal(source.size, 100_060)
  const starts = Array.from({ length: 30 }, () => stores.random.int(100_000))
  const reads = await Promise.all(starts.map((start) => source.read(start, start + 50)))
  for (const [index, start = 0] of starts.entries()) {
    assert.ok(bytes.subarray(start, start + 50).equals(reads[index] ?? Buffer.of()))
  }
  assert.equal((await source.read(100_050, 200_000)).byteLength, 10)
})

interface Written {
  readonly stores: Stores
  readonly blob: BlobId
  readonly bytes: Buffer
  /** Of the parts, in order. */
  readonly segments: readonly SegmentName[]
}

/** An upload with parts of these sizes, numbered from 1. */
async function withParts(t: TestContext, sizes: readonly number[]): Promise<Written> {
  const stores = await openStores(t)
  const { metadata, random, clock } = stores
  const media: Ports['media'] = { probe: () => assert.fail('no media here'), close: async () => {} }
  const staging = createStaging({ ...stores, media })
  const now = clock.now()
  const account = asAccountId('account')
  const upload = await metadata.beginUpload({
    account,
    id: newUploadId(random, now),
    blob: newBlobId(random, now),
    ...{ bucket: bucketName('test', 'bucket'), ref: 'ref', key: 'key', attributes: {} },
    limits: { partNumberMin: 1, partNumberMax: 10_000, partSizeMin: 0, partSizeMax: 1e9, sizeMax: 1e9 },
    ...{ now, expiresAt: now + 1e6 },
  })
  const bodies = sizes.map((size) => random.bytes(size))
  const segments: SegmentName[] = []
  for (const [index, body] of bodies.entries()) {
    const staged = await staging.receive(whole(body), { sizeMax: 1e9 })
    await metadata.attachPart({ account, upload, number: index + 1, staged, now })
    segments.push(staged.name)
  }
  return { stores, blob: upload.blob, bytes: Buffer.concat(bodies), segments }
}

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

async function readAll(stores: Stores, blob: BlobId, start: number, end: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of readBlob(stores, blob, start, end)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function first(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of chunks) return
}

/** Changes one bit of a file. */
function spoil(path: string): void {
  const file = readFileSync(path)
  writeFileSync(path, file.fill((file[500] ?? 0) ^ 1, 500, 501))
}

function spoilInline({ databasePath }: Stores): void {
  const database = new DatabaseSync(databasePath)
  database.exec('UPDATE inline_bytes SET bytes = zeroblob(length(bytes))')
  database.close()
}

const failsBroken = (reading: Promise<unknown>): Promise<void> =>
  assert.rejects(reading, (error) => isCoreError(error, 'storage-failed'))

function fileOf({ blobsDir }: Stores, segment: SegmentName | undefined): string {
  assert.ok(segment !== undefined)
  return join(blobsDir, segment.slice(0, 2), segment)
}
