import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { XMLParser } from 'fast-xml-parser'
import { Crc64 } from '../../src/core/bytes/crc64.ts'
import type { Surface } from '../../src/http/types.ts'
import { signPolicy } from '../../src/object-plane/cos/signing.ts'
import { shows } from '../support/shows.ts'
import { type CosRig, FOREIGN_ISSUER, OTHER_ISSUER, SIZE_MAX, startCosRig } from './cos-rig.ts'
import { type Answer, OWNER } from './rig.ts'

const BODY = Buffer.from('ftypmp42 0123456789 <&>')
const LARGE = randomBytes(300_000)
const NAME = "dir/ü (1)!*'~.mp4"

const md5 = (bytes: Uint8Array, encoding: 'hex' | 'base64'): string =>
  createHash('md5').update(bytes).digest(encoding)

const crc64 = (bytes: Uint8Array): string => {
  const crc = new Crc64()
  crc.update(bytes)
  return crc.digest()
}

/** A COS error in full: the body repeats what the headers say. */
function assertError(answer: Answer, status: number, code: string, message?: string): void {
  const text = answer.body.toString()
  assert.equal(answer.status, status, text)
  assert.equal(answer.headers['content-type'], 'application/xml')
  assert.equal(answer.headers.server, 'tencent-cos')
  assert.ok(text.startsWith("<?xml version='1.0' encoding='utf-8' ?>\n<Error>"), text)
  const parser = new XMLParser({ ignoreDeclaration: true, parseTagValue: false })
  const { Error: error } = parser.parse(text) as { Error: Record<string, string> }
  assert.deepEqual(Object.keys(error), ['Code', 'Message', 'Resource', 'RequestId', 'TraceId'])
  assert.equal(error.Code, code)
  if (message !== undefined) assert.equal(error.Message, message)
  assert.equal(error.RequestId, answer.headers['x-cos-request-id'])
  assert.equal(error.TraceId, answer.headers['x-cos-trace-id'])
}

const target = (rig: CosRig, name: string, query = '') =>
  `${rig.url}${encodeURI(rig.path(name))}${query === '' ? '' : `?${query}`}`

describe('writing through the COS plane', () => {
  let rig: CosRig
  before(async () => {
    rig = await startCosRig()
  })
  after(() => rig.close())

  const put = (name: string, body: Uint8Array, headers: Record<string, string> = {}) =>
    rig.send('PUT', target(rig, name), { body, headers: { ...rig.headers('PUT', name), ...headers } })
  const putPart = (name: string, query: string, body: Uint8Array, headers: Record<string, string> = {}) => {
    const grant = rig.headers('PUT', name, { uploadId: 'u-1' })
    return rig.send('PUT', target(rig, name, query), { body, headers: { ...grant, ...headers } })
  }

  test('answers with the digests of the body', async () => {
    for (const body of [BODY, LARGE]) {
      for (const framing of [{}, { 'transfer-encoding': 'chunked' }]) {
        const answer = await put(NAME, body, { 'content-md5': md5(body, 'base64'), ...framing })
        assert.equal(answer.status, 200, answer.body.toString())
        assert.equal(answer.body.byteLength, 0)
        assert.equal(answer.headers['content-length'], '0')
        assert.equal(answer.headers.etag, `"${md5(body, 'hex')}"`)
        assert.equal(answer.headers['x-cos-hash-crc64ecma'], crc64(body))
        assert.match(answer.headers['x-cos-request-id'] as string, /^[A-Za-z0-9+/=]+$/)
        assert.equal(answer.headers.server, 'tencent-cos')
        assert.ok(answer.headers.date !== undefined)
      }
    }
    const known = await put(NAME, Buffer.from('123456789'))
    assert.equal(known.headers['x-cos-hash-crc64ecma'], '11051210869376104954')
  })

  test('takes headers of the vendor’s that say nothing here', async () => {
    const headers = {
      'cache-control': 'max-age=31104000',
      'content-type': 'video/mp4',
      'x-cos-acl': 'default',
      'x-cos-storage-class': 'STANDARD',
    }
    assert.equal((await put('a.mp4', BODY, headers)).status, 200)
  })

  test('takes parts of an upload, the last writer of each number, by one set of headers', async () => {
    await rig.beginParts('parts.mp4', 'u-1')
    const pieces = [randomBytes(70_000), randomBytes(1), randomBytes(100_000)]
    assert.equal((await putPart('parts.mp4', 'uploadId=u-1&partNumber=3', BODY)).status, 200)
    for (const [index, piece] of [...pieces.entries()].reverse()) {
      const answer = await putPart('parts.mp4', `partNumber=${index + 1}&uploadId=u-1`, piece)
      assert.equal(answer.status, 200, answer.body.toString())
      assert.equal(answer.headers.etag, `"${md5(piece, 'hex')}"`)
      assert.equal(answer.headers['x-cos-hash-crc64ecma'], crc64(piece))
    }
    await rig.commit('parts.mp4', 'u-1')
    const got = await rig.send('GET', rig.signedUrl('parts.mp4'))
    assert.deepEqual(got.body, Buffer.concat(pieces))
    assert.equal(got.headers['x-cos-hash-crc64ecma'], crc64(Buffer.concat(pieces)))
    assert.match(got.headers.etag as string, /^"[0-9a-f]{32}-3"$/)
    assertError(await putPart('parts.mp4', 'partNumber=1&uploadId=u-1', BODY), 404, 'NoSuchUpload')
  })

  test('refuses parts that cannot be', async () => {
    await rig.beginParts('p.mp4', 'u-1')
    for (const number of ['0', '10001', '-1', 'x', '', '1.5', '1e3', '99999999999']) {
      const answer = await putPart('p.mp4', `uploadId=u-1&partNumber=${number}`, BODY)
      assertError(answer, 400, 'InvalidArgument')
    }
    assertError(await putPart('p.mp4', 'uploadId=u-1', BODY), 400, 'InvalidArgument')
    assertError(
      await putPart('p.mp4', 'uploadId=u-1&partNumber=1&partNumber=2', BODY),
      400,
      'InvalidArgument',
    )
    const unfit = { 'content-md5': md5(LARGE, 'base64') }
    assertError(await putPart('p.mp4', 'uploadId=u-1&partNumber=1', BODY, unfit), 400, 'BadDigest')
    assert.equal((await putPart('p.mp4', 'uploadId=u-1&partNumber=10000', BODY)).status, 200)
    await rig.abort('u-1')
    assertError(await putPart('p.mp4', 'uploadId=u-1&partNumber=1', BODY), 404, 'NoSuchUpload')
  })

  test('says that an upload is unknown before it takes a byte', async () => {
    const grant = rig.headers('PUT', 'q.mp4', { uploadId: 'none' })
    const answer = await rig.send('PUT', target(rig, 'q.mp4', 'uploadId=none&partNumber=1'), {
      headers: { ...grant, expect: '100-continue', 'content-length': String(SIZE_MAX) },
    })
    assertError(answer, 404, 'NoSuchUpload')
    assert.equal(answer.continued, false)
  })

  test('asks for the body after Expect only once the request is admitted', async () => {
    const accepted = await put('d.mp4', BODY, { expect: '100-continue' })
    assert.deepEqual([accepted.status, accepted.continued], [200, true])
    const headers = { expect: '100-continue', 'content-length': String(SIZE_MAX + 1) }
    const unsigned = await rig.send('PUT', target(rig, 'd.mp4'), { headers })
    assertError(unsigned, 403, 'AccessDenied')
    assert.equal(unsigned.continued, false)
    const grant = rig.headers('PUT', 'd.mp4')
    const tooLarge = await rig.send('PUT', target(rig, 'd.mp4'), { headers: { ...grant, ...headers } })
    assertError(tooLarge, 400, 'EntityTooLarge')
    assert.equal(tooLarge.continued, false)
  })

  test('refuses what it cannot keep as asked', async () => {
    assertError(await put('e.mp4', BODY, { 'content-md5': md5(LARGE, 'base64') }), 400, 'BadDigest')
    assertError(await put('e.mp4', BODY, { 'content-md5': 'x' }), 400, 'InvalidDigest')
    assertError(await put('e.mp4', BODY, { 'x-cos-copy-source': 'a/b' }), 501, 'NotImplemented')
    assertError(await put('', BODY), 400, 'InvalidURI')
    assertError(await put('x'.repeat(851), BODY), 400, 'InvalidURI')
    const headers = rig.headers('PUT', 'e.mp4')
    assertError(
      await rig.send('POST', target(rig, 'e.mp4'), { headers, body: BODY }),
      405,
      'MethodNotAllowed',
    )
    assertError(await rig.send('DELETE', target(rig, 'e.mp4'), { headers }), 405, 'MethodNotAllowed')
    assertError(
      await rig.send('PUT', target(rig, 'e.mp4', 'acl'), { headers, body: BODY }),
      501,
      'NotImplemented',
    )
  })

  test('tells clients to renew in the words that they look for', async () => {
    await rig.beginParts('renew.mp4', 'u-1')
    const now = Math.floor(rig.clock.now() / 1000)
    const old = { uploadId: 'u-1', validFrom: now - 100, validUntil: now - 1 }
    const headers = rig.headers('PUT', 'renew.mp4', old)
    const where = target(rig, 'renew.mp4', 'uploadId=u-1&partNumber=1')
    assertError(
      await rig.send('PUT', where, { headers, body: BODY }),
      403,
      'AccessDenied',
      'Request has expired',
    )
    assert.equal((await putPart('renew.mp4', 'uploadId=u-1&partNumber=1', BODY)).status, 200)
  })

  test('denies what is not the signer’s', async () => {
    const path = rig.path('a.mp4')
    for (const issuer of [OTHER_ISSUER, FOREIGN_ISSUER]) {
      const headers = rig.headers('PUT', 'a.mp4', { path, issuer })
      assertError(await rig.send('PUT', target(rig, 'a.mp4'), { headers, body: BODY }), 403, 'AccessDenied')
    }
    const elsewhere = rig.headers('PUT', 'a.mp4', { path: '/cos/nowhere/a.mp4' })
    assertError(
      await rig.send('PUT', `${rig.url}/cos/nowhere/a.mp4`, { headers: elsewhere, body: BODY }),
      404,
      'NoSuchBucket',
    )
  })
})

describe('reading through the COS plane', () => {
  let rig: CosRig
  before(async () => {
    rig = await startCosRig()
    await rig.publish(NAME, BODY)
  })
  after(() => rig.close())

  test('gives an object, or a range of it, by a URL', async () => {
    const url = rig.signedUrl(NAME)
    const answer = await rig.send('GET', url)
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.body, BODY)
    assert.equal(answer.headers['content-type'], 'video/mp4')
    assert.equal(answer.headers.etag, `"${md5(BODY, 'hex')}"`)
    assert.equal(answer.headers['x-cos-hash-crc64ecma'], crc64(BODY))
    assert.equal(answer.headers['cache-control'], 'private')
    const part = await rig.send('GET', url, { headers: { range: 'bytes=4-8' } })
    assert.equal(part.status, 206)
    assert.deepEqual(part.body, BODY.subarray(4, 9))
    assertError(await rig.send('GET', url, { headers: { range: 'bytes=99-' } }), 416, 'InvalidRange')
    assertError(await rig.send('GET', url, { headers: { 'if-match': '"x"' } }), 412, 'PreconditionFailed')
    assert.equal(
      (await rig.send('GET', url, { headers: { 'if-none-match': `"${md5(BODY, 'hex')}"` } })).status,
      304,
    )
  })

  test('answers HEAD where HEAD is signed', async () => {
    const answer = await rig.send('HEAD', target(rig, NAME), { headers: rig.headers('HEAD', NAME) })
    assert.equal(answer.status, 200)
    assert.equal(answer.headers['content-length'], String(BODY.byteLength))
    assert.equal((await rig.send('HEAD', rig.signedUrl(NAME))).status, 403)
  })

  test('replaces headers as the signed query asks, and ignores what was added to it', async () => {
    const disposition = 'attachment; filename="x.mp4"'
    const signed = rig.signedUrl(NAME, [['response-content-disposition', disposition]])
    const answer = await rig.send('GET', `${signed}&response-cache-control=no-store`)
    assert.equal(answer.headers['content-disposition'], disposition)
    assert.equal(answer.headers['cache-control'], 'private')
    shows('tencent-smh', 'COS response-*')
    const split = await rig.send('GET', rig.signedUrl(NAME, [['response-expires', 'x\r\ny: z']]))
    assertError(split, 400, 'InvalidArgument')
  })

  test('has what can run kept, not opened, whatever its signed query asks', async () => {
    await rig.publish('page.html', BODY)
    const shown = async (...params: readonly (readonly [string, string])[]) => {
      const { headers } = await rig.send('GET', rig.signedUrl('page.html', params))
      assert.match(String(headers['content-security-policy']), /^sandbox; default-src 'none';/)
      return headers['content-disposition']
    }
    const page = ['response-content-type', 'text/html'] as const
    assert.equal(await shown(page), 'attachment')
    const inline = ['response-content-disposition', 'inline; filename="a.html"'] as const
    assert.equal(await shown(page, inline), 'attachment; filename="a.html"')
    assert.equal(await shown(inline, ['response-content-type', 'image/png']), 'inline; filename="a.html"')
  })

  test('says in XML that nothing is there, whatever its name', async () => {
    const answer = await rig.send('GET', rig.signedUrl('<&>"\'.mp4'))
    assertError(answer, 404, 'NoSuchKey')
    assert.match(
      answer.body.toString(),
      /<Resource>[^<]*\/cos\/library-1\/&lt;&amp;&gt;&quot;'\.mp4<\/Resource>/,
    )
    assertError(await rig.send('GET', target(rig, NAME)), 403, 'AccessDenied')
    assertError(await rig.send('GET', `${rig.signedUrl(NAME)}&uploadId=u`), 403, 'AccessDenied')
    assertError(await rig.send('GET', `${rig.signedUrl(NAME)}&partNumber=1`), 501, 'NotImplemented')
    const expired = rig.signedUrl(NAME, [], { validFrom: 1, validUntil: 2 })
    assertError(await rig.send('GET', expired), 403, 'AccessDenied', 'Request has expired')
  })

  test('lets scripts of any origin read the answer, errors too', async () => {
    for (const answer of [
      await rig.send('GET', rig.signedUrl(NAME)),
      await rig.send('GET', rig.signedUrl('none')),
    ]) {
      assert.equal(answer.headers['access-control-allow-origin'], '*')
      const exposed = answer.headers['access-control-expose-headers']?.split(', ') ?? []
      for (const name of ['ETag', 'x-cos-hash-crc64ecma', 'x-cos-request-id'])
        assert.ok(exposed.includes(name))
    }
    const headers = {
      'access-control-request-headers': 'authorization,x-cos-security-token,x-cos-traffic-limit',
    }
    const preflight = await rig.send('OPTIONS', target(rig, NAME), { headers })
    assert.equal(preflight.status, 204)
    assert.equal(preflight.headers['access-control-allow-methods'], 'GET, HEAD, PUT, POST')
    assert.equal(preflight.headers['access-control-allow-headers'], headers['access-control-request-headers'])
  })
})

const BOUNDARY = 'XbX'

function formBody(fields: Readonly<Record<string, string>>, file: Uint8Array | null, after = ''): Buffer {
  const part = (disposition: string, headers = '') =>
    `--${BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\n${headers}\r\n`
  const before = Object.entries(fields).map(([name, value]) => `${part(`name="${name}"`)}${value}\r\n`)
  const fileHead = part('name="file"; filename="C:\\dir\\ü.mp4"', 'Content-Type: video/mp4\r\n')
  const filePart = file === null ? [] : [Buffer.from(fileHead), file, Buffer.from('\r\n')]
  return Buffer.concat([
    Buffer.from(before.join('')),
    ...filePart,
    Buffer.from(`${after}--${BOUNDARY}--\r\n`),
  ])
}

describe('forms posted to the COS plane', () => {
  let rig: CosRig
  beforeEach(async () => {
    rig = await startCosRig({ others: [API] })
  })
  afterEach(() => rig.close())

  /** Stands for a vendor's API at the same path. */
  const API: Surface = {
    name: 'api',
    routes: [
      { method: 'POST', path: '/', call: 'api', handle: async () => ({ status: 200, body: 'the API' }) },
    ],
    newRequestId: () => 'id',
    renderError: () => ({ status: 500, body: 'the API' }),
  }
  const type = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` }
  const post = (body: Buffer, path = '/', headers: Record<string, string> = type) =>
    rig.send('POST', rig.url + path, { headers, body })
  const postForm = (
    name: string,
    change: Readonly<Record<string, string | null>> = {},
    {
      file = BODY,
      fields = {},
      ...allowed
    }: { file?: Buffer; fields?: Record<string, string> } & Parameters<CosRig['form']>[2] = {},
  ) => {
    const all = { ...rig.form(name, fields, allowed), ...change }
    const kept = Object.entries(all).flatMap(([field, value]) =>
      value === null ? [] : [[field, value] as const],
    )
    return post(formBody(Object.fromEntries(kept), file))
  }

  test('put an object, with 204 unless another status is asked for', async () => {
    for (const body of [BODY, LARGE]) {
      const answer = await postForm('f.mp4', {}, { file: body })
      assert.equal(answer.status, 204, answer.body.toString())
      assert.equal(answer.body.byteLength, 0)
      assert.equal(answer.headers.etag, `"${md5(body, 'hex')}"`)
      assert.equal(answer.headers['x-cos-hash-crc64ecma'], crc64(body))
      await rig.commit('f.mp4')
      assert.deepEqual((await rig.send('GET', rig.signedUrl('f.mp4'))).body, body)
    }
    assert.equal((await postForm('f.mp4', { success_action_status: '200' })).status, 200)
    assert.equal((await postForm('f.mp4', { success_action_status: '404' })).status, 204)
    const created = await postForm('f.mp4', { success_action_status: '201' })
    assert.equal(created.status, 201)
    assert.equal(created.headers['content-type'], 'application/xml')
    assert.match(created.body.toString(), /<PostResponse>.*<Key>cos\/library-1\/f\.mp4<\/Key>/s)
  })

  test('lead where their policy says, and nowhere else', async () => {
    const redirect = { success_action_redirect: 'https://app.example.com/done?x=1' }
    const redirected = await postForm('f.mp4', {}, { fields: redirect })
    assert.equal(redirected.status, 303)
    assert.match(
      redirected.headers.location ?? '',
      /^https:\/\/app\.example\.com\/done\?x=1&bucket=.*&etag=%22/,
    )
    for (const change of [
      redirect,
      { ...redirect, success_action_status: '200' },
      { redirect: 'https://e.example/' },
    ]) {
      const answer = await postForm('f.mp4', change)
      assert.deepEqual(
        [answer.status, answer.headers.location ?? ''],
        'success_action_status' in change
          ? [200, `//${rig.host}/cos/library-1/f.mp4`]
          : [204, `//${rig.host}/cos/library-1/f.mp4`],
      )
    }
    const other = await postForm(
      'f.mp4',
      { success_action_redirect: 'https://e.example/' },
      { fields: redirect },
    )
    assertError(other, 403, 'AccessDenied')
    const script = await postForm('f.mp4', {}, { fields: { success_action_redirect: 'javascript:alert(1)' } })
    assert.deepEqual([script.status, script.headers.location], [204, `//${rig.host}/cos/library-1/f.mp4`])
  })

  test('are told from calls of an API at the same path', async () => {
    const body = formBody(rig.form('f.mp4'), BODY)
    assert.equal((await post(body, '/cos')).status, 204)
    assert.equal((await post(body, '/?Action=Fetch')).body.toString(), 'the API')
    assert.equal((await post(body, '/', { 'content-type': 'application/json' })).body.toString(), 'the API')
    assertError(await post(body, '/cos', { 'content-type': 'text/plain' }), 405, 'MethodNotAllowed')
    const preflight = { headers: { 'access-control-request-method': 'POST' } }
    assert.equal((await rig.send('OPTIONS', `${rig.url}/`, preflight)).status, 204)
  })

  test('end with their file', async () => {
    const after = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="key"\r\n\r\nother\r\n`
    const answer = await post(formBody(rig.form('g.mp4'), BODY, after))
    assert.equal(answer.status, 204, answer.body.toString())
    assertError(await post(formBody(rig.form('g.mp4'), null)), 400, 'MalformedPOSTRequest')
    const fileFirst = formBody({}, BODY, formBody(rig.form('g.mp4'), null).subarray(0, -7).toString())
    assertError(await post(fileFirst), 400, 'MalformedPOSTRequest')
  })

  test('put what the name of the file fills in', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder is the form's
    const filename = { key: rig.path('${filename}').slice(1) }
    assertError(await postForm('x', filename), 403, 'AccessDenied')
    const grant = { path: rig.path('ü.mp4') }
    assert.equal((await postForm('x', filename, grant)).status, 204)
    assert.equal((await rig.commit('ü.mp4')).key, 'ü.mp4')
  })

  test('may be no other than their policy and credentials allow', async () => {
    const fields = { 'Content-Type': 'video/mp4', acl: 'default' }
    assert.equal((await postForm('h.mp4', {}, { fields })).status, 204)
    assertError(await postForm('h.mp4', { acl: 'public-read' }, { fields }), 403, 'AccessDenied')
    assertError(await postForm('h.mp4', { 'Content-Type': null }, { fields }), 403, 'AccessDenied')
    assertError(await postForm('h.mp4', { key: 'cos/library-1/other.mp4' }), 403, 'AccessDenied')
    assertError(await postForm('h.mp4', {}, { methods: ['PUT'] }), 403, 'AccessDenied')
    assertError(await postForm('h.mp4', {}, { uploadId: 'u-1' }), 403, 'AccessDenied')
    assertError(await postForm('h.mp4', {}, { issuer: OTHER_ISSUER }), 403, 'AccessDenied')
    const expired = await postForm('h.mp4', {}, { validFrom: 1, validUntil: 2 })
    assertError(expired, 403, 'AccessDenied', 'Request has expired')
  })

  test('are refused by the field that is wrong', async () => {
    const json = (policy: unknown) => Buffer.from(JSON.stringify(policy)).toString('base64')
    const cases: readonly (readonly [string, string | null, number, string])[] = [
      ['key', null, 400, 'MalformedPOSTRequest'],
      ['KEY', 'x', 400, 'MalformedPOSTRequest'],
      ['policy', null, 403, 'AccessDenied'],
      ['policy', '!', 400, 'InvalidPolicyDocument'],
      ['policy', json({}), 400, 'InvalidPolicyDocument'],
      ['policy', json({ expiration: '2999-01-01T00:00:00Z', conditions: [] }), 403, 'SignatureDoesNotMatch'],
      ['q-sign-algorithm', 'md5', 400, 'InvalidArgument'],
      ['q-ak', null, 403, 'AccessDenied'],
      ['q-ak', 'AKIDNOBODY', 403, 'InvalidAccessKeyId'],
      ['q-key-time', '1;9999999999', 403, 'SignatureDoesNotMatch'],
      ['q-key-time', 'x', 400, 'InvalidArgument'],
      ['q-signature', '0'.repeat(40), 403, 'SignatureDoesNotMatch'],
      ['q-signature', 'x', 400, 'InvalidArgument'],
      ['x-cos-security-token', null, 403, 'InvalidAccessKeyId'],
      ['x-cos-security-token', 'x', 403, 'AccessDenied'],
      ['x-cos-traffic-limit', '1', 400, 'InvalidArgument'],
    ]
    for (const [field, value, status, code] of cases) {
      assertError(await postForm('i.mp4', { [field]: value }), status, code)
    }
    assert.deepEqual(await rig.kept(), { live: [], files: [], parts: 0 })
  })

  test('may be signed with the account’s own key, and ask for a least size', async () => {
    const now = Math.floor(rig.clock.now() / 1000)
    const keyTime = `${now};${now + 600}`
    const key = rig.path('k.mp4').slice(1)
    const policy = JSON.stringify({
      expiration: new Date((now + 600) * 1000).toISOString(),
      conditions: [
        { bucket: 'examplebucket-1250000000' },
        { 'q-sign-algorithm': 'sha1', 'q-ak': OWNER.keys.accessKey, 'q-sign-time': keyTime },
        ['starts-with', '$key', 'cos/'],
        ['content-length-range', 10, 20],
      ],
    })
    const fields = {
      ...{ key, policy: Buffer.from(policy).toString('base64') },
      ...{ 'q-sign-algorithm': 'sha1', 'q-ak': OWNER.keys.accessKey, 'q-key-time': keyTime },
      'q-signature': signPolicy(OWNER.keys.secretKey, keyTime, policy),
    }
    assertError(await post(formBody(fields, Buffer.alloc(9))), 400, 'EntityTooSmall')
    assertError(await post(formBody(fields, Buffer.alloc(21))), 400, 'EntityTooLarge')
    for (const size of [10, 20]) assert.equal((await post(formBody(fields, Buffer.alloc(size)))).status, 204)
    assertError(await post(formBody({ ...fields, key: 'other' }, Buffer.alloc(10))), 403, 'AccessDenied')
  })

  test('keep nothing of a file that is too large, too small or cut off', async () => {
    assertError(await postForm('j.mp4', {}, { file: Buffer.alloc(SIZE_MAX + 1) }), 400, 'EntityTooLarge')
    const cut = formBody(rig.form('j.mp4'), LARGE).subarray(0, -30)
    assertError(await post(cut), 400, 'MalformedPOSTRequest')
    assertError(
      await postForm('j.mp4', {}, { file: Buffer.alloc(SIZE_MAX + 5_000_000) }),
      400,
      'EntityTooLarge',
    )
    assert.deepEqual(await rig.kept(), { live: [], files: [], parts: 0 })
  })
})

describe('speed limits on the COS plane', () => {
  const RATE = 102_400
  /** Bytes of which a tenth of a second's go at once, and four more times the wait is needed. */
  const FIVE_SLICES = randomBytes(RATE / 2)
  let rig: CosRig
  let waits: number[]
  /** Goes on at once, after it moved the clock. */
  const sleep = async (ms: number) => {
    waits.push(ms)
    rig.clock.advance(ms)
  }
  before(async () => {
    rig = await startCosRig({ sleep })
    waits = []
    await rig.publish('a.bin', FIVE_SLICES)
  })
  beforeEach(() => {
    waits = []
  })
  after(() => rig.close())

  /** Real time goes by too: waits may be fewer, never more. */
  const waitedMs = () => waits.reduce((sum, ms) => sum + ms, 0)
  const isHeldBack = () => waitedMs() > 0 && waitedMs() <= 405
  const put = (headers: Record<string, string>, trafficLimit: number | null = null) =>
    rig.send('PUT', target(rig, 'b.bin'), {
      headers: { ...rig.headers('PUT', 'b.bin', { trafficLimit }), ...headers },
      body: FIVE_SLICES,
    })

  test('hold uploads back, by header or by grant, whichever is less', async () => {
    assert.equal((await put({})).status, 200)
    assert.equal(waitedMs(), 0)
    assert.equal((await put({ 'x-cos-traffic-limit': String(RATE) })).status, 200)
    assert.ok(isHeldBack(), `${waits}`)
    waits = []
    assert.equal((await put({ 'x-cos-traffic-limit': '104857600' }, RATE)).status, 200)
    assert.ok(isHeldBack(), `${waits}`)
    waits = []
    assert.equal((await put({ 'x-cos-traffic-limit': String(RATE) }, 104_857_600)).status, 200)
    assert.ok(isHeldBack(), `${waits}`)
  })

  test('hold downloads back, by parameter or by grant', async () => {
    const byParameter = await rig.send('GET', rig.signedUrl('a.bin', [['x-cos-traffic-limit', String(RATE)]]))
    assert.deepEqual(byParameter.body, FIVE_SLICES)
    assert.ok(isHeldBack(), `${waits}`)
    waits = []
    const headers = { range: `bytes=${RATE / 4}-` }
    const part = await rig.send('GET', rig.signedUrl('a.bin', [], { trafficLimit: RATE }), { headers })
    assert.deepEqual(part.body, FIVE_SLICES.subarray(RATE / 4))
    assert.ok(isHeldBack() && waitedMs() <= 205, `${waits}`)
  })

  test('hold forms back', async () => {
    const fields = rig.form('c.bin', { 'x-cos-traffic-limit': String(RATE) })
    const headers = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` }
    const answer = await rig.send('POST', `${rig.url}/`, { headers, body: formBody(fields, FIVE_SLICES) })
    assert.equal(answer.status, 204)
    assert.ok(isHeldBack(), `${waits}`)
  })

  test('must be 102400 to 104857600 bytes a second', async () => {
    for (const limit of ['102399', '104857601', '0', '-1', 'x', '', '1e6', '102400.5']) {
      assertError(await put({ 'x-cos-traffic-limit': limit }), 400, 'InvalidArgument')
      const url = `${rig.signedUrl('a.bin')}&x-cos-traffic-limit=${limit}`
      assertError(await rig.send('GET', url), 400, 'InvalidArgument')
    }
    assert.equal((await put({ 'x-cos-traffic-limit': '104857600' })).status, 200)
  })
})

describe('a body that is held back for long', () => {
  test('is not taken for one whose client fell silent', async () => {
    const sleep = () => new Promise<void>((resolve) => setTimeout(resolve, 900))
    const rig = await startCosRig({ sleep, limits: { bodyIdleMs: 600, replyIdleMs: 600 } })
    try {
      const headers = rig.headers('PUT', 'a.bin', { trafficLimit: 102_400 })
      const answer = await rig.send('PUT', target(rig, 'a.bin'), { headers, body: randomBytes(25_000) })
      assert.equal(answer.status, 200, answer.body.toString())
    } finally {
      await rig.close()
    }
  })
})
