import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { CreateMultipartUploadCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { assertHolds, blobContract, put, readAll, rejects } from '../../../test/contracts/blobs.ts'
import { s3Harness } from '../../../test/support/blob-stores.ts'
import { describeS3, inPrefix, newBucket, type S3Bucket, uploadsHidden } from '../../../test/support/s3.ts'
import { seeded } from '../../../test/support/seeded.ts'
import { isCoreError } from '../../core/errors.ts'
import { newSegmentName } from '../../core/ids.ts'
import { openClient } from './client.ts'
import { openS3Blobs, type S3Blobs, type S3BlobsOptions } from './index.ts'
import { parseS3Url } from './url.ts'

const run = promisify(execFile)
const KIB = 1024
const MIB = 1024 * KIB

describeS3('the S3 store', () => {
  let bucket: Promise<S3Bucket> | null = null
  const emptyBucket = async (): Promise<S3Bucket> => {
    bucket ??= newBucket()
    return inPrefix(await bucket)
  }
  const open = async (t: TestContext, options: Partial<S3BlobsOptions> = {}): Promise<S3Blobs> => {
    const blobs = await openS3Blobs({ ...(await emptyBucket()), ...options })
    t.after(() => blobs.close())
    return blobs
  }

  blobContract('s3', async () => s3Harness(await emptyBucket()))

  test('segments around the size of a part come back as they were, with their facts', async (t) => {
    const random = seeded(t)
    const blobs = await open(t)
    const pattern = random.bytes(99_991)
    for (const size of [8 * MIB - 1, 8 * MIB, 8 * MIB + 1, 16 * MIB, 33 * MIB + 7]) {
      const bytes = Buffer.alloc(size, pattern)
      for (const sizeExpected of [undefined, size]) {
        const name = newSegmentName(random)
        const writer = await blobs.create(name, { digests: ['md5'], sizeExpected })
        for (let at = 0; at < size; at += 777_777) await writer.write(bytes.subarray(at, at + 777_777))
        const { digests, size: told } = await writer.finish()
        assert.deepEqual([told, digests.md5], [size, createHash('md5').update(bytes).digest('hex')])
        await assertHolds(blobs, name, bytes)
        await blobs.remove([name])
      }
    }
  })

  test('segments are there when the store is opened again, and another prefix has none of them', async (t) => {
    const random = seeded(t)
    const place = await emptyBucket()
    const first = await openS3Blobs(place)
    const name = await put(first, random, [Buffer.from('bytes')])
    await first.close()
    const again = await openS3Blobs(place)
    t.after(() => again.close())
    assert.deepEqual(await again.listSegments(), [name])
    await assertHolds(again, name, Buffer.from('bytes'))
    assert.deepEqual(await (await open(t)).listSegments(), [])
  })

  test('a list of segments has no other objects in it', async (t) => {
    const random = seeded(t)
    const place = await emptyBucket()
    const blobs = await openS3Blobs(place)
    t.after(() => blobs.close())
    const name = await put(blobs, random, [])
    const { client, Bucket, prefix } = rawClient(t, place)
    for (const key of ['notes.txt', `00/${'a'.repeat(32)}`, `aa/${'a'.repeat(31)}`, `x/${name}`]) {
      await client.send(new PutObjectCommand({ Bucket, Key: `${prefix}${key}`, Body: 'x' }))
    }
    assert.deepEqual(await blobs.listSegments(), [name])
  })

  test('uploads that were never completed are swept by their age, and nothing else is', {
    skip: uploadsHidden,
  }, async (t) => {
    const random = seeded(t)
    const place = await emptyBucket()
    const blobs = await openS3Blobs(place)
    t.after(() => blobs.close())
    const { client, Bucket, prefix } = rawClient(t, place)
    const begin = (key: string) =>
      client.send(new CreateMultipartUploadCommand({ Bucket, Key: `${prefix}${key}` }))
    const name = newSegmentName(random)
    for (const key of [`${name.slice(0, 2)}/${name}`, `${name.slice(0, 2)}/${name}`, 'other/thing']) {
      await begin(key)
    }
    const kept = await put(blobs, random, [Buffer.alloc(9 * MIB)])
    assert.equal(await blobs.sweepMultipart(Date.now() - 3_600_000), 0)
    assert.equal(await blobs.sweepMultipart(Date.now() + 3_600_000), 2)
    assert.equal(await blobs.sweepMultipart(Date.now() + 3_600_000), 0)
    assert.deepEqual(await blobs.listSegments(), [kept])
  })

  test('an abort of a long segment leaves no upload', async (t) => {
    const random = seeded(t)
    const blobs = await open(t)
    const writer = await blobs.create(newSegmentName(random), { digests: [] })
    await writer.write(Buffer.alloc(50 * MIB))
    await writer.abort()
    assert.equal(await blobs.sweepMultipart(Number.MAX_SAFE_INTEGER), 0)
    assert.deepEqual(await blobs.listSegments(), [])
  })

  test('a link reads a segment under the type and name that it gives', async (t) => {
    const random = seeded(t)
    const blobs = await open(t)
    const name = await put(blobs, random, [Buffer.from('0123456789')])
    const disposition = 'attachment; filename="a b.mp4"'
    const url = await blobs.presignGet(name, { expiresS: 60, contentType: 'video/mp4', disposition })
    const answer = await fetch(url, { headers: { range: 'bytes=2-4' } })
    assert.equal(answer.status, 206)
    assert.equal(answer.headers.get('content-type'), 'video/mp4')
    assert.equal(answer.headers.get('content-disposition'), disposition)
    assert.equal(await answer.text(), '234')
    assert.equal((await fetch(url.replace('mp4', 'mp3'))).status, 403)
  })

  test('a link writes a segment of the type, length and sum that it gives', async (t) => {
    const random = seeded(t)
    const blobs = await open(t)
    const bytes = Buffer.from('0123456789')
    const md5 = createHash('md5').update(bytes).digest('base64')
    const name = newSegmentName(random)
    const { url, headers } = await blobs.presignPut(name, {
      ...{ expiresS: 60, contentType: 'video/mp4', size: bytes.byteLength, md5 },
    })
    const send = (body: Buffer, changed: Readonly<Record<string, string>> = {}) =>
      fetch(url, { method: 'PUT', body: new Uint8Array(body), headers: { ...headers, ...changed } })
    assert.ok((await send(bytes, { 'content-type': 'text/html' })).status >= 400)
    assert.ok((await send(Buffer.from('9876543210'))).status >= 400)
    assert.ok((await send(bytes, { 'content-md5': createHash('md5').digest('base64') })).status >= 400)
    assert.deepEqual(await blobs.listSegments(), [])
    assert.equal((await send(bytes)).status, 200)
    await assertHolds(blobs, name, bytes)
    const plain = await blobs.presignPut(name, { expiresS: 60 })
    assert.deepEqual(plain.headers, {})
    assert.equal((await fetch(plain.url, { method: 'PUT', body: 'other' })).status, 200)
    assert.equal((await readAll(blobs, name, 0, 5)).toString(), 'other')
  })

  test('senders that stand still give way when there are too many', async (t) => {
    const random = seeded(t)
    const blobs = await open(t, { bufferMax: 64 * MIB, stallMs: 50 })
    const some = random.bytes(60 * KIB)
    const slow = await Promise.all(
      Array.from({ length: 400 }, async () => {
        const writer = await blobs.create(newSegmentName(random), { digests: [] })
        await writer.write(some)
        return writer
      }),
    )
    const bytes = Buffer.alloc(20 * MIB, random.bytes(99_991))
    await assertHolds(blobs, await put(blobs, random, [bytes]), bytes)
    const [first, ...others] = slow
    assert.ok(first !== undefined)
    await assert.rejects(first.write(some), (error: unknown) => isCoreError(error, 'unavailable'))
    await Promise.all(others.slice(0, -1).map((writer) => writer.abort()))
    assert.equal((await others.at(-1)?.finish())?.size, some.byteLength)
    assert.equal((await blobs.listSegments()).length, 2)
  })

  test('a segment that is shorter than its facts fails where its bytes end', async (t) => {
    const random = seeded(t)
    const place = await emptyBucket()
    const blobs = await openS3Blobs(place)
    t.after(() => blobs.close())
    const name = await put(blobs, random, [random.bytes(MIB)])
    const { client, Bucket, prefix } = rawClient(t, place)
    const Key = `${prefix}${name.slice(0, 2)}/${name}`
    await client.send(new PutObjectCommand({ Bucket, Key, Body: 'short' }))
    await rejects(readAll(blobs, name, 0, MIB), 'storage-failed')
  })

  test('an open store that does nothing does not keep a process alive', async () => {
    const { url, keys } = await emptyBucket()
    const index = new URL('./index.ts', import.meta.url).href
    const program = `const { openS3Blobs } = await import(${JSON.stringify(index)})
      const blobs = await openS3Blobs(${JSON.stringify({ url })})
      const name = '${'a'.repeat(32)}'
      const writer = await blobs.create(name, { digests: [] })
      await writer.write(Buffer.alloc(9_000_000))
      await writer.finish()
      let size = 0
      for await (const chunk of blobs.read(name, 0, 9_000_000)) size += chunk.byteLength
      console.log(size)`
    const env = keys && { AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey }
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], {
      env: { ...process.env, ...env },
    })
    assert.equal(stdout, '9000000\n')
  })
})

function rawClient(t: TestContext, { url, keys = null }: { url: string; keys?: S3Bucket['keys'] | null }) {
  const place = parseS3Url(url)
  const client = openClient(place, { keys, attemptsMax: 3, idleMs: 30_000, connectionsMax: 8 })
  t.after(() => client.destroy())
  return { client, Bucket: place.bucket, prefix: place.prefix }
}
