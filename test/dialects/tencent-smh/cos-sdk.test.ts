import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import COS from 'cos-nodejs-sdk-v5'
import { shows } from '../../support/shows.ts'
import { sendWire } from '../../support/volcengine.ts'
import { ACCOUNT, type Body, LIBRARIES, OTHER_ACCOUNT, type Rig, startRig } from './rig.ts'
import { bytesOf, callsOf, crc64Of, MIB, type TaskCalls } from './upload-calls.ts'

/** The client asks for them; the server knows no buckets of the vendor's. */
const WHERE = { Bucket: 'examplebucket-1250000000', Region: 'ap-beijing' }
const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex')

describe('tencent-smh with cos-nodejs-sdk-v5', () => {
  let rig: Rig
  let calls: TaskCalls
  before(async () => {
    rig = await startRig()
    calls = callsOf(rig, await rig.token())
  })
  after(() => rig.stop())

  const client = (options: COS.COSOptions = {}) =>
    new COS({
      SecretId: ACCOUNT.access_key,
      SecretKey: ACCOUNT.secret_key,
      Domain: new URL(rig.url).host,
      Protocol: 'http:',
      ...options,
    })
  const at = (path: unknown) => ({ ...WHERE, Key: String(path).slice(1) })
  const confirmed = async (task: Body, bytes: Buffer): Promise<Body> => {
    const { status, body } = await calls.confirm(
      task.confirmKey,
      { with_inode: 1 },
      { crc64: crc64Of(bytes) },
    )
    assert.equal(status, 200)
    assert.ok(body !== null)
    return body
  }
  /** Where the plane has the bytes of a file. */
  const readPath = async (path: string): Promise<string> => {
    const { cosUrl } = await rig.expect(200, 'GET', `file/${LIBRARIES.file.id}/-/${path}`, {
      info: null,
      access_token: await rig.token(),
    })
    return new URL(String(cosUrl)).pathname
  }

  test('putObject of the COS SDK sends a simple upload, as a buffer and as a stream', async () => {
    const bytes = bytesOf(1_500_000, 1)
    for (const [name, Body] of [
      ['buffer.bin', bytes],
      ['stream.bin', Readable.from([bytes])],
    ] as const) {
      const task = await calls.begin('simple', name)
      const sent = await client().putObject({ ...at(task.path), Body, ContentLength: bytes.length })
      assert.deepEqual([sent.statusCode, sent.ETag], [200, `"${md5(bytes)}"`])
      assert.equal(sent.headers?.['x-cos-hash-crc64ecma'], crc64Of(bytes))
      assert.equal((await confirmed(task, bytes)).size, String(bytes.length))
      assert.ok((await rig.download(name))?.equals(bytes))
    }
    shows('tencent-smh', 'cos-nodejs-sdk-v5: putObject')
  })

  test('multipartUpload of the COS SDK sends the parts of a multipart upload beside its own credentials', async () => {
    const bytes = bytesOf(3 * MIB + 11, 2)
    const task = await calls.begin('multipart', 'parts.bin')
    const { uploadId: UploadId } = task
    for (const PartNumber of [4, 2, 1]) {
      const part = bytes.subarray((PartNumber - 1) * MIB, PartNumber * MIB)
      const sent = await client().multipartUpload({ ...at(task.path), UploadId, PartNumber, Body: part })
      assert.equal(sent.ETag, `"${md5(part)}"`)
    }
    assert.equal((await rig.putPart(task, 3, bytes.subarray(2 * MIB, 3 * MIB))).status, 200)
    await confirmed(task, bytes)
    assert.ok((await rig.download('parts.bin'))?.equals(bytes))
    const late = client().multipartUpload({ ...at(task.path), UploadId, PartNumber: 1, Body: 'x' })
    await assert.rejects(late, isError(404, 'NoSuchUpload'))
    shows('tencent-smh', 'cos-nodejs-sdk-v5: multipartUpload')
  })

  test('getObject and headObject of the COS SDK read what the API shows, whole and in ranges', async () => {
    const bytes = bytesOf(300_000, 3)
    await rig.upload('read.mp4', bytes)
    const where = at(await readPath('read.mp4'))
    const got = await client().getObject(where)
    assert.ok(got.Body.equals(bytes))
    const head = await client().headObject(where)
    assert.equal(head.headers?.['content-length'], String(bytes.length))
    assert.equal(head.headers?.['x-cos-hash-crc64ecma'], crc64Of(bytes))
    const range = await client().getObject({ ...where, Range: 'bytes=100-199' })
    assert.deepEqual([range.statusCode, range.Body], [206, bytes.subarray(100, 200)])
    shows('tencent-smh', 'cos-nodejs-sdk-v5: getObject, headObject')
  })

  test('getObjectUrl of the COS SDK makes links that need no client', async () => {
    const bytes = bytesOf(5000, 4)
    await rig.upload('linked.bin', bytes)
    const where = at(await readPath('linked.bin'))
    const url = client().getObjectUrl({ ...where, Sign: true, Expires: 600 }, () => {})
    const answer = await sendWire(url, { method: 'GET' })
    assert.deepEqual([answer.status, answer.bytes.equals(bytes)], [200, true])
    const plain = client().getObjectUrl({ ...where, Sign: false }, () => {})
    assert.equal((await sendWire(plain, { method: 'GET' })).status, 403)
    const upload = await calls.begin('simple', 'by-url.bin')
    const putUrl = client().getObjectUrl({ ...at(upload.path), Sign: true, Method: 'PUT' }, () => {})
    const headers = { 'content-length': String(bytes.length) }
    assert.equal((await sendWire(putUrl, { method: 'PUT', headers, body: bytes })).status, 200)
    await confirmed(upload, bytes)
    shows('tencent-smh', 'cos-nodejs-sdk-v5: getObjectUrl')
  })

  test('getAuthorization of the COS SDK signs parts as the server verifies them', async () => {
    const task = await calls.begin('multipart', 'signed.bin')
    const bytes = bytesOf(MIB, 5)
    const query = { partNumber: '1', uploadId: task.uploadId }
    const Authorization = COS.getAuthorization({
      SecretId: ACCOUNT.access_key,
      SecretKey: ACCOUNT.secret_key,
      Method: 'PUT',
      Key: String(task.path).slice(1),
      Query: query,
      Headers: { Host: task.domain, 'Content-MD5': createHash('md5').update(bytes).digest('base64') },
    })
    const send = (partNumber: string, md5Text: string) =>
      sendWire(`http://${task.domain}${task.path}?partNumber=${partNumber}&uploadId=${task.uploadId}`, {
        method: 'PUT',
        headers: { Authorization, 'content-md5': md5Text, 'content-length': String(bytes.length) },
        body: bytes,
      })
    const right = createHash('md5').update(bytes).digest('base64')
    assert.equal((await send('1', right)).status, 200)
    assert.equal((await send('2', right)).status, 403)
    assert.equal((await send('1', createHash('md5').digest('base64'))).status, 403)
    await confirmed(task, bytes)
    shows('tencent-smh', 'cos-nodejs-sdk-v5: getAuthorization')
  })

  test('the requests of the COS SDKs in Go and Python: encoded slashes, the host without its port, the host of a bucket', async () => {
    const bytes = bytesOf(1000, 5)
    const { host, hostname } = new URL(rig.url)
    const bucketHost = `${WHERE.Bucket}.cos.${WHERE.Region}.myqcloud.com`
    for (const [at, [Host, signedHost]] of [
      [host, host],
      [host, hostname],
      [`${bucketHost}:8440`, bucketHost],
    ].entries()) {
      const name = `wire-${at}.bin`
      const task = await calls.begin('simple', name)
      const path = String(task.path)
      for (const target of [`/${path.slice(1).replaceAll('/', '%2F')}`, path]) {
        const { access_key: SecretId, secret_key: SecretKey } = ACCOUNT
        const Authorization = COS.getAuthorization({
          ...{ SecretId, SecretKey, Method: 'PUT', Pathname: path, Query: {}, Headers: { Host: signedHost } },
        })
        const headers = { Host, Authorization, 'content-length': String(bytes.length) }
        const sent = await sendWire(rig.url + target, { method: 'PUT', headers, body: bytes })
        assert.equal(sent.status, 200, sent.bytes.toString())
      }
      await confirmed(task, bytes)
      assert.ok((await rig.download(name))?.equals(bytes))
    }
    shows('tencent-smh', 'cos-go-sdk-v5, cos-python-sdk-v5')
  })

  test('the COS SDK is told whether a bucket is there, and what of it is not offered', async () => {
    assert.equal((await client().headBucket(WHERE)).statusCode, 200)
    const asked = [
      client().getBucketAcl(WHERE),
      client().getBucketLocation(WHERE),
      client().getBucketCors(WHERE),
      client().listObjectVersions(WHERE),
      client().multipartList({ ...WHERE, Prefix: '', Delimiter: '' }),
    ]
    await Promise.all(asked.map((each) => assert.rejects(each, isError(501, 'NotImplemented'))))
    const wrong = client({ SecretKey: 'no' }).getBucket(WHERE)
    await assert.rejects(wrong, isError(403, 'SignatureDoesNotMatch'))
    shows('tencent-smh', 'cos-nodejs-sdk-v5: headBucket, getBucketAcl')
  })

  test('the COS SDK with keys of another account, wrong ones or for what is not there is refused', async () => {
    const task = await calls.begin('simple', 'refused.bin')
    const body = { ...at(task.path), Body: Buffer.from('x') }
    const { access_key: SecretId, secret_key: SecretKey } = OTHER_ACCOUNT
    await assert.rejects(client({ SecretId, SecretKey }).putObject(body), isError(403, 'AccessDenied'))
    await assert.rejects(client({ SecretKey: 'no' }).putObject(body), isError(403, 'SignatureDoesNotMatch'))
    await assert.rejects(client({ SecretId: 'AK' }).putObject(body), isError(403, 'InvalidAccessKeyId'))
    const unknown = `${String(task.path).slice(0, -32)}${'0'.repeat(32)}`
    await assert.rejects(client().putObject({ ...at(unknown), Body: 'x' }), isError(404, 'NoSuchUpload'))
    await assert.rejects(client().getObject(at(task.path)), isError(404, 'NoSuchKey'))
    shows('tencent-smh', 'cos-nodejs-sdk-v5: refusals')
  })

  const isError = (status: number, code: string) => (error: unknown) => {
    const { statusCode, error: body } = error as COS.CosError & { statusCode: number; error: unknown }
    const { Code } = (typeof body === 'object' && body !== null ? body : {}) as { Code?: string }
    assert.deepEqual([statusCode, Code], [status, code], JSON.stringify(error))
    return true
  }
})
