import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { compactUtc, sha256Hex } from '../../src/http/canonical.ts'
import { sign } from '../../src/object-plane/tos/signing.ts'
import { shows } from '../support/shows.ts'
import { type Answer, BUCKET, OWNER, type Rig, SIZE_MAX, STRANGER, startRig } from './rig.ts'

const BODY = Buffer.from('RIFF....WAVEfmt 0123456789')
const LARGE = randomBytes(300_000)

const md5 = (bytes: Uint8Array, encoding: 'hex' | 'base64'): string =>
  createHash('md5').update(bytes).digest(encoding)
const errorOf = (answer: Answer): Readonly<Record<string, string>> =>
  JSON.parse(answer.body.toString()) as Readonly<Record<string, string>>

const PATH = `/${BUCKET}/${OWNER.id}/a.wav`

/** Headers as the vendor's Go SDK signs them; without a digest of the body they say nothing about it. */
function signedHeaders(rig: Rig, method: string, path: string, bodySha256?: string): Record<string, string> {
  const timestamp = compactUtc(rig.clock.now())
  const scope = { date: timestamp.slice(0, 8), region: 'cn-beijing' }
  const sent = {
    ...(bodySha256 === undefined ? {} : { 'x-tos-content-sha256': bodySha256 }),
    'x-tos-date': timestamp,
  }
  const headers = Object.entries({ host: rig.host, ...sent })
  const text = { method, path, query: [], headers, payload: bodySha256 ?? sha256Hex('') }
  const fields = [
    `Credential=${OWNER.keys.accessKey}/${scope.date}/${scope.region}/tos/request`,
    `SignedHeaders=${headers.map(([name]) => name).join(';')}`,
    `Signature=${sign(OWNER.keys.secretKey, timestamp, scope, text)}`,
  ]
  return { ...sent, authorization: `TOS4-HMAC-SHA256 ${fields.join(',')}` }
}

/** A TOS error in full: the body repeats what the headers say. */
function assertError(answer: Answer, status: number, code: string, ec?: string): void {
  const { Message = '', ...error } = errorOf(answer)
  assert.equal(answer.status, status, Message)
  assert.equal(answer.headers['content-type'], 'application/json')
  assert.match(answer.headers['x-tos-request-id'] as string, /^[0-9a-f]{32}$/)
  assert.match(answer.headers['x-tos-server-time'] as string, /^\d+$/)
  assert.equal(answer.headers['x-tos-ec'], ec)
  assert.notEqual(Message, '')
  assert.deepEqual(error, {
    Code: code,
    RequestId: answer.headers['x-tos-request-id'],
    HostId: answer.headers['x-tos-id-2'],
    Resource: error.Resource,
    ...(ec === undefined ? {} : { EC: ec }),
  })
}

describe('reading through the TOS plane', () => {
  let rig: Rig
  let url: string
  before(async () => {
    rig = await startRig()
    await rig.publish('a.wav', BODY)
    url = rig.presigned('GET', 'a.wav')
  })
  after(() => rig.close())

  const get = (headers: Record<string, string> = {}) => rig.send('GET', url, { headers })

  test('gives a committed object with its headers', async () => {
    const answer = await get()
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.body, BODY)
    assert.equal(answer.headers['content-type'], 'audio/wav')
    assert.equal(answer.headers['content-length'], String(BODY.byteLength))
    assert.equal(answer.headers['accept-ranges'], 'bytes')
    assert.equal(answer.headers.etag, `"${md5(BODY, 'hex')}"`)
    assert.match(answer.headers['x-tos-hash-crc64ecma'] as string, /^\d+$/)
    assert.match(answer.headers['x-tos-request-id'] as string, /^[0-9a-f]{32}$/)
    assert.ok(answer.headers['last-modified'] !== undefined)
  })

  test('gives one byte range', async () => {
    for (const [range, start, end] of [
      ['bytes=0-3', 0, 4],
      ['bytes=20-', 20, 26],
      ['bytes=-5', 21, 26],
      ['bytes=8-99', 8, 26],
    ] as const) {
      const answer = await get({ range })
      assert.equal(answer.status, 206, range)
      assert.deepEqual(answer.body, BODY.subarray(start, end))
      assert.equal(answer.headers['content-range'], `bytes ${start}-${end - 1}/26`)
    }
  })

  test('refuses a range beyond the end in its own words', async () => {
    const answer = await get({ range: 'bytes=26-' })
    assertError(answer, 416, 'Requested Range Not Satisfiable')
    assert.equal(answer.headers['content-range'], 'bytes */26')
  })

  test('keeps to the conditions of the request', async () => {
    const etag = `"${md5(BODY, 'hex')}"`
    const fresh = await get({ 'if-none-match': etag })
    assert.equal(fresh.status, 304)
    assert.equal(fresh.body.byteLength, 0)
    assert.equal(fresh.headers.etag, etag)
    assertError(await get({ 'if-match': '"other"' }), 412, 'PreconditionFailed')
    assert.equal((await get({ 'if-match': etag })).status, 200)
    assert.equal((await get({ range: 'bytes=0-3', 'if-range': etag })).status, 206)
    assert.equal((await get({ range: 'bytes=0-3', 'if-range': '"other"' })).status, 200)
  })

  test('answers HEAD only to a URL signed for HEAD, without a body', async () => {
    const refused = await rig.send('HEAD', url)
    assert.equal(refused.status, 403)
    assert.equal(refused.headers['x-tos-ec'], '0002-00000024')
    const headers = signedHeaders(rig, 'HEAD', PATH)
    const answer = await rig.send('HEAD', `${rig.url}${PATH}`, { headers })
    assert.equal(answer.status, 200)
    assert.equal(answer.headers['content-length'], String(BODY.byteLength))
    assert.equal(answer.body.byteLength, 0)
  })

  test('lets scripts of any origin read the answer, errors too', async () => {
    for (const answer of [await get(), await rig.send('GET', url.replace('a.wav', 'b.wav'))]) {
      assert.equal(answer.headers['access-control-allow-origin'], '*')
      const exposed = answer.headers['access-control-expose-headers']?.split(', ') ?? []
      for (const name of ['ETag', 'Content-Range', 'x-tos-request-id', 'x-tos-hash-crc64ecma']) {
        assert.ok(exposed.includes(name), name)
      }
    }
  })

  test('answers a preflight without a signature', async () => {
    const headers = {
      origin: 'https://app.example.com',
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'authorization, content-type, x-tos-date',
    }
    const answer = await rig.send('OPTIONS', `${rig.url}/${OWNER.id}/a.wav`, { headers })
    assert.equal(answer.status, 204)
    assert.equal(answer.headers['access-control-allow-origin'], '*')
    assert.equal(answer.headers['access-control-allow-methods'], 'GET, HEAD, PUT')
    assert.equal(answer.headers['access-control-allow-headers'], headers['access-control-request-headers'])
  })

  test('refuses what is not signed, not its own, not there or not offered', async () => {
    assertError(await rig.send('GET', `${rig.url}/${OWNER.id}/a.wav`), 403, 'AccessDenied')
    assertError(await rig.send('GET', rig.presigned('GET', 'none.wav')), 404, 'NoSuchKey')
    assertError(await rig.send('GET', `${url}&versionId=1`), 403, 'SignatureDoesNotMatch', '0002-00000024')
    assertError(await rig.send('DELETE', url), 405, 'MethodNotAllowed')
    const stranger = { ...STRANGER, id: OWNER.id }
    assertError(await rig.send('GET', rig.presigned('GET', 'a.wav', stranger)), 403, 'AccessDenied')
    const unknown = { ...OWNER, keys: { ...OWNER.keys, accessKey: 'AKNONE' } }
    const answer = await rig.send('GET', rig.presigned('GET', 'a.wav', unknown))
    assertError(answer, 403, 'InvalidAccessKeyId', '0002-00000020')
  })

  test('refuses a URL whose time is over', async () => {
    const old = rig.presigned('GET', 'a.wav')
    rig.clock.advance(601_000)
    assertError(await rig.send('GET', old), 403, 'AccessDenied')
    url = rig.presigned('GET', 'a.wav')
  })
})

describe('writing through the TOS plane', () => {
  let rig: Rig
  before(async () => {
    rig = await startRig()
  })
  after(() => rig.close())

  const put = (name: string, body: Uint8Array, headers: Record<string, string> = {}) =>
    rig.send('PUT', rig.presigned('PUT', name), { body, headers })

  test('answers with the digests of the body', async () => {
    for (const body of [BODY, LARGE]) {
      const answer = await put('b.wav', body, { 'content-md5': md5(body, 'base64') })
      assert.equal(answer.status, 200)
      assert.equal(answer.body.byteLength, 0)
      assert.equal(answer.headers['content-length'], '0')
      assert.equal(answer.headers.etag, `"${md5(body, 'hex')}"`)
      assert.equal(answer.headers.server, 'TosServer')
    }
    const known = await put('b.wav', Buffer.from('123456789'))
    assert.equal(known.headers['x-tos-hash-crc64ecma'], '11051210869376104954')
    shows('volcengine-vms', 'PUT UploadUrl ETag, x-tos-hash-crc64ecma')
  })

  test('shows nothing before the commit, and the last writer after it', async () => {
    await put('c.wav', BODY)
    assertError(await rig.send('GET', rig.presigned('GET', 'c.wav')), 404, 'NoSuchKey')
    await put('c.wav', LARGE)
    await rig.commit('c.wav')
    const answer = await rig.send('GET', rig.presigned('GET', 'c.wav'))
    assert.deepEqual(answer.body, LARGE)
  })

  test('asks for the body after Expect only once the request is admitted', async () => {
    const accepted = await put('d.wav', BODY, { expect: '100-continue' })
    assert.deepEqual([accepted.status, accepted.continued], [200, true])
    const headers = { expect: '100-continue', 'content-length': String(BODY.byteLength) }
    const unsigned = await rig.send('PUT', `${rig.url}/${OWNER.id}/d.wav`, { headers })
    assert.deepEqual([unsigned.status, unsigned.continued], [403, false])
    const tooLarge = await rig.send('PUT', rig.presigned('PUT', 'd.wav'), {
      headers: { ...headers, 'content-length': String(SIZE_MAX + 1) },
    })
    assertError(tooLarge, 400, 'EntityTooLarge')
    assert.equal(tooLarge.continued, false)
    const foreign = await rig.send('PUT', rig.presigned('PUT', 'd.wav', { ...OWNER, id: STRANGER.id }), {
      headers,
    })
    assertError(foreign, 403, 'AccessDenied')
    assert.equal(foreign.continued, false)
  })

  test('compares the body with the digest that its headers sign', async () => {
    const right = signedHeaders(rig, 'PUT', PATH, sha256Hex(BODY))
    assert.equal((await rig.send('PUT', rig.url + PATH, { headers: right, body: BODY })).status, 200)
    const wrong = signedHeaders(rig, 'PUT', PATH, sha256Hex('other'))
    const answer = await rig.send('PUT', rig.url + PATH, { headers: wrong, body: BODY })
    assertError(answer, 400, 'ContentSHA256Mismatch')
  })

  test('refuses what it cannot keep as asked', async () => {
    assertError(await put('e.wav', BODY, { 'if-none-match': '*' }), 501, 'UnImplemented')
    assertError(await put('e.wav', BODY, { 'content-md5': md5(BODY, 'hex') }), 400, 'InvalidDigest')
    assertError(await put('', BODY), 400, 'InvalidArgument')
    assertError(await put('%5Ce.wav'.replace('%5C', '\\'), BODY), 400, 'InvalidArgument')
    assertError(await put('x'.repeat(697), BODY), 400, 'InvalidArgument')
    assertError(
      await rig.send('POST', rig.presigned('PUT', 'e.wav'), { body: BODY }),
      405,
      'MethodNotAllowed',
    )
  })

  test('takes names as they are, whatever they look like', async () => {
    for (const name of ['../../etc/passwd', "a b+(1)'*!~中.wav", '%2e%2e', 'a//b', '.', 'constructor']) {
      await rig.publish(name, Buffer.from(name))
      const answer = await rig.send('GET', rig.presigned('GET', name))
      assert.equal(answer.body.toString(), name)
    }
  })
})

describe('what a PUT through the TOS plane keeps', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await startRig()
  })
  afterEach(() => rig.close())

  test('is its bytes, once, when it succeeds', async () => {
    await rig.send('PUT', rig.presigned('PUT', 'a.wav'), { body: LARGE })
    const { live, files, parts } = await rig.kept()
    assert.deepEqual([live.length, files.length, parts], [1, 1, 1])
  })

  test('is nothing when it fails', async () => {
    const answer = await rig.send('PUT', rig.presigned('PUT', 'a.wav'), {
      body: LARGE,
      headers: { 'content-md5': md5(BODY, 'base64') },
    })
    assertError(answer, 400, 'BadDigest')
    assertError(await unannounced(rig, SIZE_MAX + 1), 400, 'EntityTooLarge')
    const head = `PUT ${rig.presigned('PUT', 'a.wav').slice(rig.url.length)} HTTP/1.1\r\nHost: ${rig.host}\r\n`
    await broken(rig.port, Buffer.concat([Buffer.from(`${head}Content-Length: 300001\r\n\r\n`), LARGE]))
    await broken(rig.port, Buffer.from(`${head}Transfer-Encoding: chunked\r\n\r\n4\r\nRIFF\r\n`))
    await broken(rig.port, Buffer.from(`${head}Transfer-Encoding: chunked\r\n\r\nzz\r\nRIFF\r\n0\r\n\r\n`))
    const lengthless = await broken(rig.port, Buffer.from(`${head}\r\n`))
    assert.match(lengthless, /^HTTP\/1\.1 411 .*"Code":"MissingContentLength"/s)
    assert.deepEqual(await rig.kept(), { live: [], files: [], parts: 0 })
  })
})

/** A chunked PUT of `size` bytes that stops sending once it is answered. */
async function unannounced(rig: Rig, size: number): Promise<Answer> {
  return rig.send('PUT', rig.presigned('PUT', 'a.wav'), {
    body: Buffer.alloc(size),
    headers: { 'transfer-encoding': 'chunked' },
  })
}

/** Sends bytes and ends the sending side; resolves with the answer once the server has closed. */
async function broken(port: number, bytes: Uint8Array): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('error', () => {})
  socket.end(bytes)
  await once(socket, 'close')
  return Buffer.concat(chunks).toString()
}
