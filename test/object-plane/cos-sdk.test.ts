import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import COS from 'cos-nodejs-sdk-v5'
import { type CosRig, startCosRig } from './cos-rig.ts'
import { OWNER } from './rig.ts'

const BODY = Buffer.from('ftypmp42 0123456789')
const LARGE = randomBytes(1_500_000)
/** Crosses every spelling the client has: blanks, its raw characters, non-ASCII. */
const NAME = "dir/a b*('!)~+中.mp4"
/** The client asks for them; the server knows no buckets of the vendor's. */
const WHERE = { Bucket: 'examplebucket-1250000000', Region: 'ap-beijing' }

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex')

describe('cos-nodejs-sdk-v5, the client of the vendor', () => {
  let rig: CosRig
  before(async () => {
    rig = await startCosRig()
  })
  after(() => rig.close())

  const client = (options: COS.COSOptions = {}) =>
    new COS({
      SecretId: OWNER.keys.accessKey,
      SecretKey: OWNER.keys.secretKey,
      Domain: rig.host,
      Protocol: 'http:',
      ...options,
    })
  const at = (name: string) => ({ ...WHERE, Key: rig.path(name).slice(1) })

  test('puts, heads and gets with the account’s own keys', async () => {
    for (const Body of [BODY, LARGE]) {
      const put = await client().putObject({ ...at(NAME), Body, ContentType: 'video/mp4' })
      assert.equal(put.statusCode, 200)
      assert.equal(put.ETag, `"${md5(Body)}"`)
      assert.ok(put.RequestId)
      await rig.commit(NAME)
      const head = await client().headObject(at(NAME))
      assert.equal(head.headers?.['content-length'], String(Body.byteLength))
      const got = await client().getObject(at(NAME))
      assert.deepEqual(got.Body, Body)
    }
  })

  test('puts a stream, and gets a range with a header replaced', async () => {
    await client().putObject({
      ...at('s.mp4'),
      Body: Readable.from([LARGE]),
      ContentLength: LARGE.byteLength,
    })
    await rig.commit('s.mp4')
    const got = await client().getObject({
      ...at('s.mp4'),
      Range: 'bytes=100-199',
      ResponseContentType: 'text/plain; charset=utf-8',
    })
    assert.equal(got.statusCode, 206)
    assert.deepEqual(got.Body, LARGE.subarray(100, 200))
    assert.equal(got.headers?.['content-type'], 'text/plain; charset=utf-8')
  })

  test('uploads parts, with its own keys and with temporary ones', async () => {
    await rig.beginParts(NAME, 'u/1+ü')
    const pieces = [LARGE.subarray(0, 1_000_000), LARGE.subarray(1_000_000)]
    const grant = rig.credentials('PUT', NAME, { uploadId: 'u/1+ü' })
    const temporary = client({
      SecretId: grant.accessKey,
      SecretKey: grant.secretKey,
      SecurityToken: grant.securityToken,
    })
    for (const [index, [cos, Body]] of [
      [client(), pieces[0]] as const,
      [temporary, pieces[1]] as const,
    ].entries()) {
      const PartNumber = index + 1
      const part = await cos.multipartUpload({
        ...at(NAME),
        UploadId: 'u/1+ü',
        PartNumber,
        Body: Body ?? BODY,
      })
      assert.equal(part.ETag, `"${md5(Body ?? BODY)}"`)
    }
    await rig.commit(NAME, 'u/1+ü')
    assert.deepEqual((await client().getObject(at(NAME))).Body, LARGE)
    const unknown = client().multipartUpload({ ...at(NAME), UploadId: 'none', PartNumber: 1, Body: BODY })
    await assert.rejects(unknown, isError(404, 'NoSuchUpload'))
    const other = temporary.multipartUpload({ ...at(NAME), UploadId: 'none', PartNumber: 1, Body: BODY })
    await assert.rejects(other, isError(403, 'AccessDenied'))
  })

  test('signs URLs that work without it', async () => {
    await rig.publish(NAME, BODY)
    const options = {
      ...at(NAME),
      Sign: true,
      Query: { 'response-content-disposition': 'attachment', 'a b': 'c d' },
    }
    const sync = client().getObjectUrl(options, () => {})
    const { Url: later } = await new Promise<COS.GetObjectUrlResult>((resolve, reject) =>
      client().getObjectUrl(options, (error, data) => (error ? reject(error) : resolve(data))),
    )
    for (const url of [sync, later]) {
      const answer = await fetch(url)
      assert.equal(answer.status, 200, await answer.clone().text())
      assert.equal(answer.headers.get('content-disposition'), 'attachment')
      assert.deepEqual(Buffer.from(await answer.arrayBuffer()), BODY)
      assert.equal((await fetch(url.replace('c%20d', 'c%20e'))).status, 403)
    }
  })

  test('signs as an independent signer does', async () => {
    const Authorization = COS.getAuthorization({
      SecretId: OWNER.keys.accessKey,
      SecretKey: OWNER.keys.secretKey,
      Method: 'PUT',
      Key: rig.path(NAME).slice(1),
      Query: { 'x-cos-traffic-limit': '104857600', "It's": '' },
      Headers: {
        Host: rig.host,
        'Content-Type': 'video/mp4',
        'Content-MD5': createHash('md5').update(BODY).digest('base64'),
      },
    })
    const url = `${rig.url}/${encodeURI(rig.path(NAME).slice(1))}?x-cos-traffic-limit=104857600&It's=`
    const headers = {
      Authorization,
      'content-type': 'video/mp4',
      'content-md5': createHash('md5').update(BODY).digest('base64'),
    }
    assert.equal((await rig.send('PUT', url, { headers, body: BODY })).status, 200)
    const changed = { ...headers, 'content-type': 'text/html' }
    assert.equal((await rig.send('PUT', url, { headers: changed, body: BODY })).status, 403)
  })

  test('recognises the errors', async () => {
    const wrong = client({ SecretKey: 'wrong' }).putObject({ ...at(NAME), Body: BODY })
    await assert.rejects(wrong, isError(403, 'SignatureDoesNotMatch'))
    await assert.rejects(client().getObject(at('none')), isError(404, 'NoSuchKey'))
    await assert.rejects(client().headObject(at('none')), isError(404))
    await assert.rejects(
      client({ SecretId: 'AKIDNOBODY' }).getObject(at(NAME)),
      isError(403, 'InvalidAccessKeyId'),
    )
    const copy = client().putObjectCopy({ ...at(NAME), CopySource: 'a-1.cos.ap-beijing.myqcloud.com/x' })
    await assert.rejects(copy, isError(501, 'NotImplemented'))
    await assert.rejects(client().multipartInit(at(NAME)), isError(405, 'MethodNotAllowed'))
    const now = Math.floor(rig.clock.now() / 1000)
    const old = rig.credentials('GET', NAME, { validUntil: now - 1 })
    const expired = client({
      SecretId: old.accessKey,
      SecretKey: old.secretKey,
      SecurityToken: old.securityToken,
    }).getObject(at(NAME))
    await assert.rejects(expired, isError(403, 'AccessDenied', 'Request has expired'))
  })

  const isError =
    (status: number, code?: string, message?: string) =>
    (error: unknown): boolean => {
      const { statusCode, error: body } = error as COS.CosError & { statusCode: number; error: unknown }
      assert.equal(statusCode, status, JSON.stringify(error))
      const { Code, Message } = (typeof body === 'object' && body !== null ? body : {}) as Record<
        string,
        string
      >
      if (code !== undefined) assert.equal(Code, code)
      if (message !== undefined) assert.equal(Message, message)
      return true
    }
})
