import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { assertHolds, put, readAll, rejects } from '../../../test/contracts/blobs.ts'
import {
  describeS3,
  inPrefix,
  newBucket,
  s3ServerMissing,
  startS3,
  uploadsHidden,
} from '../../../test/support/s3.ts'
import {
  type Fate,
  firstOf,
  PASS,
  type S3Proxy,
  type SeenRequest,
  SLOW_DOWN,
  startS3Proxy,
} from '../../../test/support/s3-proxy.ts'
import { seeded } from '../../../test/support/seeded.ts'
import { isCoreError } from '../../core/errors.ts'
import { newSegmentName } from '../../core/ids.ts'
import { openS3Blobs, type S3Blobs, type S3BlobsOptions } from './index.ts'

const MIB = 1024 * 1024
const UNREACHABLE = 's3://bucket?endpoint=http://127.0.0.1:1&path_style=true'
const FAKE = { accessKeyId: 'nobody', secretAccessKey: 'nothing' }

const isPut = ({ method }: SeenRequest) => method === 'PUT'
const isPart = ({ method, path }: SeenRequest) => method === 'PUT' && path.includes('partNumber=')
const isComplete = ({ method, path }: SeenRequest) => method === 'POST' && path.includes('uploadId=')
const isRead = ({ method }: SeenRequest) => method === 'GET'

test('a store that cannot be reached is told as that', async () => {
  const opened = openS3Blobs({ url: UNREACHABLE, keys: FAKE, attemptsMax: 2 })
  await assert.rejects(opened, { code: 'unavailable', message: /^cannot reach http:\/\/127.*ECONNREFUSED$/ })
})

describeS3('the S3 store with faults', () => {
  test('wrong keys and a missing bucket fail the opening in words', async () => {
    const bucket = await newBucket()
    for (const keys of [FAKE, { ...FAKE, ...(bucket.keys && { accessKeyId: bucket.keys.accessKeyId }) }]) {
      await assert.rejects(openS3Blobs({ ...bucket, keys }), {
        code: 'storage-failed',
        message: /^http.* refuses the keys: /,
      })
    }
    const other = new URL(bucket.url)
    other.hostname = 'no-such-bucket'
    await assert.rejects(openS3Blobs({ ...bucket, url: other.href }), {
      code: 'storage-failed',
      message: /^there is no bucket "no-such-bucket" at http/,
    })
  })

  for (const [what, fate] of [
    ['is busy', SLOW_DOWN],
    ['fails', { type: 'answer', status: 500, code: 'InternalError' }],
    ['breaks connections', { type: 'break' }],
    ['loses answers', { type: 'lose-answer' }],
  ] as const satisfies (readonly [string, Fate])[]) {
    test(`a store that ${what} a few times is asked again`, async (t) => {
      const random = seeded(t)
      const { blobs, proxy } = await throughProxy(t)
      for (const size of [1000, 9 * MIB]) {
        const bytes = Buffer.alloc(size, random.bytes(99_991))
        const times = size === 1000 ? 2 : 1
        for (const matches of [isPut, isComplete]) {
          proxy.decide = firstOf(times, fate, matches)
          await assertHolds(blobs, await put(blobs, random, [bytes]), bytes)
        }
        const name = await put(blobs, random, [bytes])
        proxy.decide = firstOf(times, fate, isRead)
        await assertHolds(blobs, name, bytes)
        proxy.decide = firstOf(times, fate, ({ method }) => method === 'POST')
        await blobs.remove([name])
        proxy.decide = firstOf(times, fate, ({ path }) => path.includes('list-type'))
        assert.ok(!(await blobs.listSegments()).includes(name))
      }
    })
  }

  test('whether a segment was completed, the store tells even when it lost its answer', async (t) => {
    const random = seeded(t)
    const { blobs, proxy } = await throughProxy(t)
    const bytes = Buffer.alloc(9 * MIB, 1)
    for (const fate of ['lose-answer', 'break'] as const) {
      let tries = 0
      proxy.decide = (seen) => {
        if (!isComplete(seen)) return PASS
        tries += 1
        return tries === 1 ? { type: fate } : { type: 'answer', status: 404, code: 'NoSuchUpload' }
      }
      const written = put(blobs, random, [bytes])
      if (fate === 'break') await rejects(written, 'storage-failed')
      else await assertHolds(blobs, await written, bytes)
    }
  })

  test('it is not asked for ever, and an abort leaves nothing', async (t) => {
    const random = seeded(t)
    const { blobs, proxy } = await throughProxy(t, { attemptsMax: 3 })
    for (const [size, matches] of [
      [1000, isPut],
      [20 * MIB, isPart],
      [20 * MIB, isComplete],
    ] as const) {
      let tries = 0
      proxy.decide = (seen) => {
        if (!matches(seen)) return PASS
        tries += 1
        return SLOW_DOWN
      }
      const writer = await blobs.create(newSegmentName(random), { digests: [] })
      const writing = async () => {
        await writer.write(Buffer.alloc(size))
        await writer.finish()
      }
      await rejects(writing(), 'storage-failed')
      await rejects(writer.write(Buffer.of(1)), 'storage-failed')
      proxy.decide = () => PASS
      await writer.abort()
      assert.ok(tries >= 3 && tries <= 9, `${tries} tries`)
    }
    assert.deepEqual(await blobs.listSegments(), [])
    assert.equal(await blobs.sweepMultipart(Number.MAX_SAFE_INTEGER), 0)
  })

  test('a store without a list of unfinished uploads has none to sweep; one that fails to list fails the sweep', async (t) => {
    const { blobs, proxy } = await throughProxy(t)
    for (const [status, code] of [
      [501, 'NotImplemented'],
      [405, 'MethodNotAllowed'],
    ] as const) {
      proxy.decide = () => ({ type: 'answer', status, code })
      assert.equal(await blobs.sweepMultipart(Number.MAX_SAFE_INTEGER), 0)
    }
    proxy.decide = () => ({ type: 'answer', status: 403, code: 'AccessDenied' })
    await rejects(blobs.sweepMultipart(Number.MAX_SAFE_INTEGER), 'storage-failed')
    proxy.decide = () => PASS
  })

  test('no room is told as that', async (t) => {
    const random = seeded(t)
    const { blobs, proxy } = await throughProxy(t)
    for (const [status, code] of [
      [507, 'InsufficientStorage'],
      [403, 'QuotaExceeded'],
      [400, 'XMinioAdminBucketQuotaExceeded'],
      [507, 'XMinioStorageFull'],
    ] as const) {
      proxy.decide = firstOf(1, { type: 'answer', status, code }, isPut)
      await rejects(put(blobs, random, [Buffer.of(1)]), 'storage-full')
    }
  })

  test('bytes that change on the way are refused, and so is an answer about other bytes', async (t) => {
    const random = seeded(t)
    const { blobs, proxy } = await throughProxy(t)
    for (const type of ['spoil', 'change-tag'] as const) {
      for (const size of [1000, 9 * MIB]) {
        proxy.decide = firstOf(1, { type }, isPut)
        const writer = await blobs.create(newSegmentName(random), { digests: [] })
        const writing = async () => {
          await writer.write(Buffer.alloc(size))
          await writer.finish()
        }
        await rejects(writing(), 'storage-failed')
        await writer.abort()
      }
    }
    assert.deepEqual(await blobs.listSegments(), [])
    assert.equal(await blobs.sweepMultipart(Number.MAX_SAFE_INTEGER), 0)
  })

  test('a read goes on where its connection broke', async (t) => {
    const random = seeded(t)
    const { blobs, proxy } = await throughProxy(t)
    const bytes = Buffer.from(random.bytes(3 * MIB))
    const name = await put(blobs, random, [bytes])
    proxy.decide = firstOf(4, { type: 'break-after', size: 400_000 }, isRead)
    assert.ok((await readAll(blobs, name, 5, bytes.byteLength)).equals(bytes.subarray(5)))
    proxy.decide = () => PASS
    proxy.seen.length = 0
    proxy.decide = (seen) => (isRead(seen) ? { type: 'break-after', size: 10 } : PASS)
    await rejects(readAll(blobs, name, 0, bytes.byteLength), 'storage-failed')
    assert.ok(proxy.seen.length < 20, `${proxy.seen.length} tries`)
  })

  test('requests are plain S3: bodies with sums that every store checks, and nothing that some refuse', async (t) => {
    const random = seeded(t)
    const { blobs, proxy } = await throughProxy(t)
    await blobs.remove([await put(blobs, random, [Buffer.alloc(20 * MIB)]), await put(blobs, random, [])])
    const withBody = proxy.seen.filter((seen) => isPut(seen) || seen.path.includes('delete='))
    assert.equal(withBody.length, 5)
    for (const { headers } of withBody) {
      assert.match(String(headers['content-md5']), /^[A-Za-z0-9+/]{22}==$/)
      assert.match(String(headers['x-amz-content-sha256']), /^([0-9a-f]{64}|UNSIGNED-PAYLOAD)$/)
      // So the signature covers the bytes, whatever it says of their SHA-256.
      assert.match(String(headers.authorization), /SignedHeaders=[^,]*content-md5/)
    }
    for (const { headers } of proxy.seen) {
      const names = Object.keys(headers).join(' ')
      assert.doesNotMatch(names, /checksum|trailer|expect|transfer-encoding|decoded/)
    }
  })

  test('a store without removals of many is asked for one at a time', async (t) => {
    const random = seeded(t)
    const { blobs, proxy } = await throughProxy(t)
    const names = [await put(blobs, random, []), await put(blobs, random, [])]
    proxy.seen.length = 0
    proxy.decide = ({ method }) =>
      method === 'POST' ? { type: 'answer', status: 501, code: 'NotImplemented' } : PASS
    await blobs.remove([...names, newSegmentName(random)])
    await blobs.remove(names)
    assert.deepEqual(await blobs.listSegments(), [])
    assert.equal(proxy.seen.filter(({ method }) => method === 'POST').length, 1)
  })

  test('a reader who leaves ends the connection', async (t) => {
    const random = seeded(t)
    const { blobs, proxy } = await throughProxy(t)
    const name = await put(blobs, random, [Buffer.alloc(40 * MIB)])
    for await (const _ of blobs.read(name, 0, 40 * MIB)) break
    await proxy.quiet()
  })
})

test('a server that is stopped fails what is underway, and all is well when it is back', {
  skip: s3ServerMissing(),
}, async (t) => {
  const random = seeded(t)
  const server = await startS3()
  t.after(() => server.close())
  const blobs = await openS3Blobs({ url: server.url, keys: server.keys, attemptsMax: 2 })
  t.after(() => blobs.close())
  const bytes = Buffer.alloc(64 * MIB, random.bytes(99_991))
  const name = await put(blobs, random, [bytes])

  const writer = await blobs.create(newSegmentName(random), { digests: ['md5'] })
  await writer.write(bytes.subarray(0, 50 * MIB))
  const reader = blobs.read(name, 0, bytes.byteLength)[Symbol.asyncIterator]()
  await reader.next()
  await server.stop()

  await unavailable(async () => {
    for (;;) await writer.write(bytes)
  })
  await writer.abort()
  await unavailable(async () => {
    while ((await reader.next()).done !== true);
  })
  await unavailable(() => put(blobs, random, [Buffer.of(1)]))
  await unavailable(() => readAll(blobs, name, 0, 1))
  await unavailable(() => blobs.remove([name]))

  await server.start()
  await assertHolds(blobs, name, bytes)
  const later = await put(blobs, random, [bytes])
  await assertHolds(blobs, later, bytes)
  assert.deepEqual(await blobs.listSegments(), [name, later].sort())
  const left = uploadsHidden === false ? 1 : 0
  assert.equal(await blobs.sweepMultipart(Number.MAX_SAFE_INTEGER), left, 'of the write that was broken off')
  assert.equal(await blobs.sweepMultipart(Number.MAX_SAFE_INTEGER), 0)
})

const unavailable = (work: () => Promise<unknown>): Promise<void> =>
  assert.rejects(work, (error: unknown) => isCoreError(error, 'unavailable'))

async function throughProxy(
  t: TestContext,
  options: Partial<S3BlobsOptions> = {},
): Promise<{ readonly blobs: S3Blobs; readonly proxy: S3Proxy }> {
  const proxy = await startS3Proxy(inPrefix(await newBucket()))
  t.after(() => proxy.close())
  const blobs = await openS3Blobs({ ...proxy.bucket, ...options })
  t.after(() => blobs.close())
  return { blobs, proxy }
}
