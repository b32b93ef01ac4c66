import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { XMLParser } from 'fast-xml-parser'
import { shows } from '../support/shows.ts'
import { sendObs } from './bucket-requests.ts'
import { BUCKET, type ObsRig, PART_SIZE_MIN, SIZE_MAX, type Signing, startObsRig } from './obs-rig.ts'
import { type Answer, OWNER, STRANGER } from './rig.ts'

const BODY = Buffer.from('ftypmp42 0123456789 <&>')
const KEY = "dir/ü (1)!*'~ &<>.mp4"
const ENCODED = 'dir%2F%C3%BC%20%281%29%21%2A%27~%20%26%3C%3E.mp4'
const XMLNS = 'http://obs.cn-north-4.myhuaweicloud.com/doc/2015-06-30/'
const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

const md5 = (bytes: Uint8Array, encoding: 'hex' | 'base64' = 'hex'): string =>
  createHash('md5').update(bytes).digest(encoding)
const etagOf = (...pieces: readonly Uint8Array[]): string => {
  const digests = pieces.map((piece) => createHash('md5').update(piece).digest())
  return `${md5(Buffer.concat(digests))}-${pieces.length}`
}

/** Tells bytes apart without showing them. */
const same = (actual: Uint8Array, expected: Uint8Array): void => assert.equal(md5(actual), md5(expected))

const PARSER = new XMLParser({ ignoreDeclaration: true, parseTagValue: false })

/** The fields of an answer's root element, in order. */
function fieldsOf(answer: Answer, root: string): Record<string, unknown> {
  const text = answer.body.toString()
  assert.equal(answer.status, 200, text)
  assert.equal(answer.headers['content-type'], 'application/xml')
  assert.ok(text.startsWith(`${DECLARATION}<${root} xmlns="${XMLNS}">`), text)
  return (PARSER.parse(text) as Record<string, Record<string, unknown>>)[root] ?? {}
}

/** An OBS error in full: the body repeats what the headers say, in both namings. */
function assertError(answer: Answer, status: number, code: string, message?: string): void {
  const text = answer.body.toString()
  assert.equal(answer.status, status, text)
  assert.equal(answer.headers['content-type'], 'application/xml')
  assertCommon(answer)
  assert.ok(text.startsWith(`${DECLARATION}<Error>`), text)
  const { Error: error } = PARSER.parse(text) as { Error: Record<string, string> }
  assert.deepEqual(Object.keys(error), ['Code', 'Message', 'Resource', 'RequestId', 'HostId'])
  assert.equal(error.Code, code)
  if (message !== undefined) assert.equal(error.Message, message)
  assert.equal(error.RequestId, answer.headers['x-obs-request-id'])
  assert.equal(error.HostId, answer.headers['x-obs-id-2'])
}

function assertCommon({ headers }: Answer): void {
  assert.equal(headers.server, 'OBS')
  assert.match(String(headers['x-obs-request-id']), /^[0-9A-F]{32}$/)
  assert.equal(headers['x-amz-request-id'], headers['x-obs-request-id'])
  assert.match(String(headers['x-obs-id-2']), /^[A-Za-z0-9+/]{64}$/)
  assert.equal(headers['x-amz-id-2'], headers['x-obs-id-2'])
  assert.ok(headers.date !== undefined)
}

const typed = (contentType: string) => ({ 'content-type': contentType })

function client(rig: ObsRig) {
  const put = (key: string, body: Uint8Array, headers: Record<string, string> = {}, signing: Signing = {}) =>
    rig.send('PUT', rig.presigned(key, { type: 'put' }, signing), { body, headers })
  const get = (key: string, headers: Record<string, string> = {}) =>
    rig.send('GET', rig.presigned(key, { type: 'get' }), { headers })
  const initiate = async (key: string, contentType = 'video/mp4'): Promise<string> => {
    const url = rig.presigned(key, { type: 'initiate' }, { contentType })
    const answer = await rig.send('POST', url, { headers: typed(contentType) })
    return String(fieldsOf(answer, 'InitiateMultipartUploadResult').UploadId)
  }
  const part = (key: string, uploadId: string, partNumber: number, body: Uint8Array, headers = {}) =>
    rig.send('PUT', rig.presigned(key, { type: 'part', uploadId, partNumber }), {
      ...{ body, headers: { ...typed('application/octet-stream'), ...headers } },
    })
  const list = (key: string, uploadId: string, query = '') =>
    rig.send('GET', rig.presigned(key, { type: 'list-parts', uploadId }) + query)
  const complete = (key: string, uploadId: string, parts: readonly (readonly [number, string])[]) => {
    const listed = parts.map(
      ([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`,
    )
    return completeWith(
      key,
      uploadId,
      `<CompleteMultipartUpload>${listed.join('')}</CompleteMultipartUpload>`,
    )
  }
  const completeWith = (key: string, uploadId: string, body: string, headers = {}) =>
    rig.send('POST', rig.presigned(key, { type: 'complete', uploadId }), {
      ...{ body: Buffer.from(body), headers: { ...typed('application/xml'), ...headers } },
    })
  const abort = (key: string, uploadId: string) =>
    rig.send('DELETE', rig.presigned(key, { type: 'abort', uploadId }))
  return { put, get, initiate, part, list, complete, completeWith, abort }
}

describe('objects through the OBS plane', () => {
  let rig: ObsRig
  let obs: ReturnType<typeof client>
  before(async () => {
    rig = await startObsRig()
    obs = client(rig)
  })
  after(() => rig.close())

  test('are put and answered with their MD5, and no body', async () => {
    for (const framing of [{}, { 'transfer-encoding': 'chunked' }]) {
      const answer = await obs.put(
        KEY,
        BODY,
        { ...typed('video/mp4'), ...framing },
        { contentType: 'video/mp4' },
      )
      assert.equal(answer.status, 200, answer.body.toString())
      assert.equal(answer.body.byteLength, 0)
      assert.equal(answer.headers['content-length'], '0')
      assert.equal(answer.headers.etag, `"${md5(BODY)}"`)
      assertCommon(answer)
    }
    const got = await obs.get(KEY)
    assert.deepEqual(got.body, BODY)
    assert.equal(got.headers['content-type'], 'video/mp4')
    assert.equal(got.headers.etag, `"${md5(BODY)}"`)
    shows('huawei-vod', 'PUT {object}')
    assertCommon(got)
  })

  test('are read in ranges, by HEAD, and with headers replaced', async () => {
    await obs.put('r.mp4', BODY)
    const part = await obs.get('r.mp4', { range: 'bytes=4-7' })
    assert.equal(part.status, 206)
    assert.equal(part.body.toString(), 'mp42')
    assert.equal(part.headers['content-range'], `bytes 4-7/${BODY.byteLength}`)
    assertError(await obs.get('r.mp4', { range: 'bytes=99-' }), 416, 'InvalidRange')
    assertError(await obs.get('r.mp4', { 'if-match': '"x"' }), 412, 'PreconditionFailed')
    const head = await rig.send('HEAD', rig.presigned('r.mp4', { type: 'head' }))
    assert.deepEqual([head.status, head.headers['content-length']], [200, String(BODY.byteLength)])
    shows('huawei-vod', 'GET, HEAD {object}')
    assertError(await obs.get('none.mp4'), 404, 'NoSuchKey')
    const unsigned = `${rig.presigned('r.mp4', { type: 'get' })}&response-content-type=text%2Fhtml`
    assertError(await rig.send('GET', unsigned), 403, 'SignatureDoesNotMatch')
    const signed = sendObs(rig, ({ path }) => decodeURIComponent(path))
    for (const [name, value] of [
      ['content-type', 'video/quicktime'],
      ['content-disposition', 'attachment; filename="b.mov"'],
      ['content-language', 'de'],
      ['cache-control', 'max-age=60'],
      ['expires', 'Thu, 01 Jan 2026 00:00:00 GMT'],
    ] as const) {
      const path = `/${BUCKET}/r.mp4?response-${name}=${encodeURIComponent(value)}`
      const answer = await signed('GET', { host: rig.host, path })
      assert.deepEqual([answer.status, answer.headers[name]], [200, value])
    }
    shows('huawei-vod', 'OBS: response-*')
  })

  test('are refused with a wrong or broken MD5, with none where one is signed, and when they are too large', async () => {
    const right = { contentMd5: md5(BODY, 'base64') }
    const header = { 'content-md5': right.contentMd5 }
    assert.equal((await obs.put('m.mp4', BODY, header, right)).status, 200)
    assertError(await obs.put('m.mp4', BODY, {}, right), 403, 'SignatureDoesNotMatch')
    assertError(await obs.put('m.mp4', Buffer.from('other'), header, right), 400, 'BadDigest')
    assertError(
      await obs.put('m.mp4', BODY, { 'content-md5': 'x' }, { contentMd5: 'x' }),
      400,
      'InvalidDigest',
    )
    shows('huawei-vod', 'OBS: Content-MD5')
    const length = { 'content-length': String(SIZE_MAX + 1), expect: '100-continue' }
    const large = await rig.send('PUT', rig.presigned('m.mp4', { type: 'put' }), { headers: length })
    assertError(large, 400, 'EntityTooLarge')
    assert.equal(large.continued, false)
    assert.deepEqual((await obs.get('m.mp4')).body, BODY)
    shows('huawei-vod', 'OBS BadDigest, EntityTooLarge')
  })

  test('need a length', async () => {
    const { port } = rig
    const path = rig.presigned('l.mp4', { type: 'put' }).replace(rig.url, '')
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () =>
        socket.write(`PUT ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`),
      )
      const chunks: Buffer[] = []
      socket
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .once('end', () => resolve(Buffer.concat(chunks).toString()))
      socket.once('error', reject)
    })
    assert.match(text, /^HTTP\/1\.1 411 /)
    assert.match(text, /<Code>MissingContentLength<\/Code>/)
    shows('huawei-vod', 'OBS MissingContentLength')
  })

  test('are only for who signed in time, with the type that was signed', async () => {
    const put = rig.presigned('a.mp4', { type: 'put' }, { contentType: 'video/mp4' })
    for (const headers of [typed('video/quicktime'), typed('application/octet-stream'), {}])
      assertError(
        await rig.send('PUT', put, { body: BODY, headers }),
        403,
        'SignatureDoesNotMatch',
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      )
    const over = rig.presigned('a.mp4', { type: 'put' }, { lives: -1 })
    assertError(await rig.send('PUT', over, { body: BODY }), 403, 'AccessDenied', 'Request has expired')
    assertError(await rig.send('PUT', put.replace(/\?.*/, ''), { body: BODY }), 403, 'AccessDenied')
    assertError(await rig.send('GET', put, { headers: typed('video/mp4') }), 403, 'SignatureDoesNotMatch')
    assertError(
      await rig.send('PUT', put.replace(OWNER.keys.accessKey, 'NOBODY'), {}),
      403,
      'InvalidAccessKeyId',
    )
    const foreign = rig.presigned('a.mp4', { type: 'put' }, { signer: STRANGER })
    assertError(await rig.send('PUT', foreign, { body: BODY }), 403, 'AccessDenied')
    const elsewhere = rig.presigned('a.mp4', { type: 'put' }, { bucket: 'strangebucket' })
    assertError(await rig.send('PUT', elsewhere, { body: BODY }), 403, 'AccessDenied')
    assertError(await obs.get('a.mp4'), 404, 'NoSuchKey')
    shows('huawei-vod', 'OBS SignatureDoesNotMatch, AccessDenied')
  })

  test('are not deleted, copied or asked for more than their bytes', async () => {
    const copy = { 'x-amz-copy-source': `/${BUCKET}/r.mp4` }
    const url = rig.presigned('c.mp4', { type: 'put' })
    assertError(await rig.send('PUT', url, { body: BODY, headers: copy }), 403, 'SignatureDoesNotMatch')
    const other = { 'x-obs-copy-source': `/${BUCKET}/r.mp4` }
    assertError(await rig.send('PUT', url, { body: BODY, headers: other }), 501, 'NotImplemented')
    const signed = sendObs(rig, ({ path }) => path)
    const asked = { host: rig.host, path: `/${BUCKET}/r.mp4` }
    for (const method of ['POST', 'DELETE', 'PATCH']) {
      assertError(await signed(method, asked), 405, 'MethodNotAllowed')
    }
    assert.deepEqual((await obs.get('r.mp4')).body, BODY)
    shows('huawei-vod', 'OBS MethodNotAllowed, NotImplemented')
  })
})

describe('uploads of parts through the OBS plane', () => {
  let rig: ObsRig
  let obs: ReturnType<typeof client>
  before(async () => {
    rig = await startObsRig()
    obs = client(rig)
  })
  after(() => rig.close())

  const pieces = [randomBytes(70_000), randomBytes(PART_SIZE_MIN), randomBytes(3)] as const

  test('go their whole way, with the fields of each answer in the vendor’s order', async () => {
    const url = rig.presigned(KEY, { type: 'initiate' }, { contentType: 'video/mp4' })
    const begun = await rig.send('POST', url, { headers: typed('video/mp4') })
    const initiated = fieldsOf(begun, 'InitiateMultipartUploadResult')
    assert.deepEqual(Object.keys(initiated), ['Bucket', 'Key', 'UploadId'])
    assert.deepEqual([initiated.Bucket, initiated.Key], [BUCKET, KEY])
    assertCommon(begun)
    const uploadId = String(initiated.UploadId)
    assert.match(uploadId, /^[0-9A-F]{32}$/)
    for (const [index, piece] of [...pieces.entries()].reverse()) {
      const answer = await obs.part(KEY, uploadId, index + 1, piece)
      assert.equal(answer.status, 200, answer.body.toString())
      assert.deepEqual([answer.headers.etag, answer.body.byteLength], [`"${md5(piece)}"`, 0])
    }
    const listed = fieldsOf(await obs.list(KEY, uploadId), 'ListPartsResult')
    assert.deepEqual(Object.keys(listed), [
      ...['Bucket', 'Key', 'UploadId', 'Initiator', 'Owner', 'StorageClass', 'PartNumberMarker'],
      ...['NextPartNumberMarker', 'MaxParts', 'IsTruncated', 'Part'],
    ])
    const { Part: parts, Initiator: initiator, Owner: owner, ...rest } = listed
    assert.deepEqual(rest, {
      ...{ Bucket: BUCKET, Key: KEY, UploadId: uploadId, StorageClass: 'STANDARD', PartNumberMarker: '0' },
      ...{ NextPartNumberMarker: '3', MaxParts: '1000', IsTruncated: 'false' },
    })
    assert.deepEqual(initiator, { ID: `domainID/${OWNER.id}:userID/${OWNER.id}` })
    assert.deepEqual(owner, { ID: OWNER.id })
    const [first] = parts as Record<string, string>[]
    assert.match(first?.LastModified ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    assert.deepEqual(
      (parts as Record<string, string>[]).map(({ LastModified: _, ...part }) => part),
      pieces.map((piece, index) => ({
        ...{ PartNumber: String(index + 1), ETag: `"${md5(piece)}"`, Size: String(piece.byteLength) },
      })),
    )
    const done = await obs.complete(
      KEY,
      uploadId,
      pieces.map((piece, index) => [index + 1, `&quot;${md5(piece)}&quot;`]),
    )
    const completed = fieldsOf(done, 'CompleteMultipartUploadResult')
    assert.deepEqual(Object.entries(completed), [
      ['Location', `http://media.example.com/${BUCKET}/${ENCODED.replaceAll('%2F', '/')}`],
      ['Bucket', BUCKET],
      ['Key', KEY],
      ['ETag', `"${etagOf(...pieces)}"`],
    ])
    assert.ok(done.body.toString().includes(`<ETag>"${etagOf(...pieces)}"</ETag>`))
    const got = await obs.get(KEY)
    same(got.body, Buffer.concat(pieces))
    assert.equal(got.headers.etag, `"${etagOf(...pieces)}"`)
    assert.equal(got.headers['content-type'], 'video/mp4')
    for (const answer of [
      await obs.part(KEY, uploadId, 1, BODY),
      await obs.list(KEY, uploadId),
      await obs.complete(KEY, uploadId, [[1, md5(BODY)]]),
      await obs.abort(KEY, uploadId),
    ])
      assertError(answer, 404, 'NoSuchUpload')
    const other = await obs.initiate(KEY)
    assert.equal((await obs.abort(KEY, other)).status, 204)
    assertError(await obs.part(KEY, other, 1, BODY), 404, 'NoSuchUpload')
    shows('huawei-vod', 'POST ?uploads, PUT ?partNumber&uploadId, GET, POST, DELETE ?uploadId')
  })

  test('are listed in pages', async () => {
    const uploadId = await obs.initiate('list.mp4')
    const empty = fieldsOf(await obs.list('list.mp4', uploadId), 'ListPartsResult')
    assert.deepEqual([empty.NextPartNumberMarker, empty.IsTruncated, empty.Part], ['0', 'false', undefined])
    for (const number of [2, 5, 9]) await obs.part('list.mp4', uploadId, number, BODY)
    const page = async (query: string) => {
      const fields = fieldsOf(await obs.list('list.mp4', uploadId, query), 'ListPartsResult')
      const parts = [fields.Part ?? []].flat() as Record<string, string>[]
      const { PartNumberMarker: after, NextPartNumberMarker: next, MaxParts: max, IsTruncated: more } = fields
      return [after, next, max, more, ...parts.map(({ PartNumber: number }) => number)].join(' ')
    }
    assert.equal(await page('&max-parts=2'), '0 5 2 true 2 5')
    assert.equal(await page('&max-parts=2&part-number-marker=5'), '5 9 2 false 9')
    assert.equal(await page('&part-number-marker=9'), '9 9 1000 false')
    assert.equal(await page('&max-parts=5000'), '0 9 1000 false 2 5 9')
    for (const query of [
      ...[
        '&max-parts=0',
        '&max-parts=x',
        '&max-parts=',
        '&max-parts=1&max-parts=1',
        '&part-number-marker=-1',
      ],
      ...['&encoding-type=base64', '&encoding-type='],
    ])
      assertError(await obs.list('list.mp4', uploadId, query), 400, 'InvalidArgument')
    shows('huawei-vod', 'OBS: max-parts, part-number-marker')
  })

  test('tell keys percent-encoded where that is asked for', async () => {
    const uploadId = await obs.initiate(KEY)
    const listed = fieldsOf(await obs.list(KEY, uploadId, '&encoding-type=url'), 'ListPartsResult')
    assert.deepEqual([listed.EncodingType, listed.Key], ['url', ENCODED])
    const url = `${rig.presigned(KEY, { type: 'initiate' })}&encoding-type=url`
    const begun = fieldsOf(await rig.send('POST', url), 'InitiateMultipartUploadResult')
    assert.deepEqual([begun.EncodingType, begun.Key], ['url', ENCODED])
    shows('huawei-vod', 'OBS: encoding-type')
  })

  test('take the parts that are listed, and drop the others', async () => {
    const uploadId = await obs.initiate('some.mp4')
    for (const [index, piece] of pieces.entries()) await obs.part('some.mp4', uploadId, index + 1, piece)
    const done = await obs.complete('some.mp4', uploadId, [
      [1, md5(pieces[0])],
      [3, `"${md5(pieces[2])}"`],
    ])
    const { ETag: etag } = fieldsOf(done, 'CompleteMultipartUploadResult')
    assert.equal(etag, `"${etagOf(pieces[0], pieces[2])}"`)
    same((await obs.get('some.mp4')).body, Buffer.concat([pieces[0], pieces[2]]))
    shows('huawei-vod', 'OBS complete')
  })

  test('refuse lists that are not of their parts, and stay open', async () => {
    const uploadId = await obs.initiate('w.mp4')
    for (const [index, piece] of pieces.entries()) await obs.part('w.mp4', uploadId, index + 1, piece)
    const [one, two, three] = pieces.map((piece) => md5(piece)) as [string, string, string]
    const complete = (...parts: [number, string][]) => obs.complete('w.mp4', uploadId, parts)
    assertError(await complete([1, one], [4, three]), 400, 'InvalidPart')
    assertError(await complete([1, two]), 400, 'InvalidPart')
    assertError(await complete([2, two], [1, one]), 400, 'InvalidPartOrder')
    assertError(await complete([1, one], [1, one]), 400, 'InvalidPartOrder')
    assertError(await complete(), 400, 'MalformedXML')
    for (const body of ['', 'text', '<a/>', '<CompleteMultipartUpload>'])
      assertError(await obs.completeWith('w.mp4', uploadId, body), 400, 'MalformedXML')
    await obs.part('w.mp4', uploadId, 2, Buffer.alloc(PART_SIZE_MIN - 1))
    assertError(await complete([2, md5(Buffer.alloc(PART_SIZE_MIN - 1))], [3, three]), 400, 'EntityTooSmall')
    const list = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${one}</ETag></Part></CompleteMultipartUpload>`
    const wrong = { contentMd5: md5(BODY, 'base64') }
    const url = rig.presigned('w.mp4', { type: 'complete', uploadId }, wrong)
    const headers = { ...typed('application/xml'), 'content-md5': wrong.contentMd5 }
    assertError(await rig.send('POST', url, { body: Buffer.from(list), headers }), 400, 'BadDigest')
    assertError(
      await obs.completeWith('w.mp4', uploadId, list.padEnd(5 * 1024 * 1024)),
      400,
      'EntityTooLarge',
    )
    assertError(await obs.get('w.mp4'), 404, 'NoSuchKey')
    assert.equal((await complete([1, one])).status, 200)
    shows('huawei-vod', 'OBS InvalidPart, InvalidPartOrder, EntityTooSmall, MalformedXML')
  })

  test('end when they are aborted', async () => {
    const uploadId = await obs.initiate('x.mp4')
    await obs.part('x.mp4', uploadId, 1, BODY)
    const answer = await obs.abort('x.mp4', uploadId)
    assert.deepEqual([answer.status, answer.body.byteLength], [204, 0])
    assertCommon(answer)
    assertError(await obs.abort('x.mp4', uploadId), 404, 'NoSuchUpload')
    assertError(await obs.part('x.mp4', uploadId, 1, BODY), 404, 'NoSuchUpload')
  })

  test('are of their own key alone', async () => {
    const uploadId = await obs.initiate('k.mp4')
    assertError(await obs.part('other.mp4', uploadId, 1, BODY), 404, 'NoSuchUpload')
    for (const other of ['nonsense', 'F'.repeat(32), '../..', 'a/b+c'])
      assertError(await obs.list('k.mp4', other), 404, 'NoSuchUpload')
    shows('huawei-vod', 'OBS NoSuchUpload')
    for (const partNumber of [0, 10_001]) {
      assertError(await obs.part('k.mp4', uploadId, partNumber, BODY), 400, 'InvalidArgument')
    }
  })

  test('take bytes and XML by their own types, whatever was named, and no other type', async () => {
    const uploadId = await obs.initiate('t.mp4')
    const named = { contentType: 'video/mp4' }
    const part = rig.presigned('t.mp4', { type: 'part', uploadId, partNumber: 1 }, named)
    for (const [type, status] of [
      ...([
        ['application/octet-stream', 200],
        ['video/mp4', 200],
      ] as const),
      ...([
        ['text/plain', 403],
        ['application/xml', 403],
      ] as const),
    ])
      assert.equal((await rig.send('PUT', part, { body: BODY, headers: typed(type) })).status, status, type)
    const complete = rig.presigned('t.mp4', { type: 'complete', uploadId }, named)
    const list = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${md5(BODY)}</ETag></Part></CompleteMultipartUpload>`
    const send = (type: string) =>
      rig.send('POST', complete, { body: Buffer.from(list), headers: typed(type) })
    assertError(await send('text/plain'), 403, 'SignatureDoesNotMatch')
    assert.equal((await send('application/xml')).status, 200)
  })

  test('say what is wrong before a byte of a part is taken', async () => {
    const url = rig.presigned('q.mp4', { type: 'part', uploadId: 'F'.repeat(32), partNumber: 1 })
    const headers = { expect: '100-continue', 'content-length': String(SIZE_MAX) }
    const answer = await rig.send('PUT', url, { headers })
    assertError(answer, 404, 'NoSuchUpload')
    assert.equal(answer.continued, false)
  })

  test('answer other requests of the kind with what they cannot do', async () => {
    const uploadId = await obs.initiate('o.mp4')
    const signed = (method: 'PUT' | 'GET' | 'HEAD', query: string) =>
      rig.send(method, `${rig.presigned('o.mp4', { type: 'list-parts', uploadId })}${query}`)
    assertError(await signed('PUT', ''), 403, 'SignatureDoesNotMatch')
    assertError(await signed('GET', '&uploads'), 403, 'SignatureDoesNotMatch')
    const both = rig.presigned('o.mp4', { type: 'part', uploadId, partNumber: 1 })
    assertError(await rig.send('PUT', `${both}&partNumber=2`, { body: BODY }), 400, 'InvalidArgument')
    const initiate = rig.presigned('o.mp4', { type: 'initiate' })
    assertError(await rig.send('POST', `${initiate}&uploads`), 400, 'InvalidArgument')
    assertError(await rig.send('PUT', initiate, { body: BODY }), 403, 'SignatureDoesNotMatch')
  })

  test('are open to scripts of any origin', async () => {
    const url = rig.presigned('s.mp4', { type: 'put' })
    const answer = await rig.send('OPTIONS', url, {
      headers: {
        origin: 'http://page.example.com',
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'content-md5,content-type',
      },
    })
    assert.equal(answer.status, 204)
    assert.equal(answer.headers['access-control-allow-methods'], 'GET, HEAD, PUT, POST, DELETE')
    assert.equal(answer.headers['access-control-allow-headers'], 'content-md5,content-type')
    assert.equal(answer.headers['access-control-allow-origin'], '*')
    const begun = await rig.send('POST', rig.presigned('s.mp4', { type: 'initiate' }))
    assert.equal(begun.headers['access-control-allow-origin'], '*')
    assert.match(String(begun.headers['access-control-expose-headers']), /ETag.*x-obs-request-id/)
    shows('huawei-vod', 'OBS: CORS')
  })
})
