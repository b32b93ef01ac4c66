import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Handlers, NOW, type RawAnswer, startKit } from '../../test/support/http-kit.ts'
import type { Objects } from '../core/core.ts'
import { asAccountId, type BlobId, type ObjectId } from '../core/ids.ts'
import { bucketName } from '../core/model/buckets.ts'
import type { Content } from '../core/model/bytes.ts'
import type { StoredObject } from '../core/model/objects.ts'
import { entityTag, servable, serveObject } from './serve-object.ts'

const BYTES = '0123456789'
const MD5 = '781e5e245d69b566979b86e28d23f2c7'
const MODIFIED = 'Fri, 02 Jan 2026 03:04:00 GMT'
const EARLIER = 'Fri, 02 Jan 2026 03:03:59 GMT'
const LATER = 'Fri, 02 Jan 2026 03:04:01 GMT'

const content = (fields: Partial<Content> = {}): Content => ({
  blob: '00000000000070008000000000000001' as BlobId,
  size: BYTES.length,
  partCount: 1,
  digests: { md5: MD5 },
  md5OfParts: null,
  ...fields,
})

const object = (fields: Partial<StoredObject> = {}): StoredObject => ({
  id: '00000000000070008000000000000002' as ObjectId,
  account: asAccountId('1'),
  bucket: bucketName('test', 'b'),
  key: 'k',
  name: 'n',
  kind: 'voice',
  status: 'ready',
  contentType: 'audio/wav',
  content: content(),
  media: null,
  attributes: {},
  holds: 0,
  createdAt: NOW - 60_000,
  updatedAt: NOW - 4_500,
  version: 1,
  ...fields,
})

const objects = {
  read: (_: StoredObject, start = 0, end = BYTES.length) => bytes(start, end),
} as Pick<Objects, 'read'> as Objects

async function* bytes(start: number, end: number): AsyncIterable<Uint8Array> {
  if (end > start) yield Buffer.from(BYTES.slice(start, end))
}

const serve =
  (fields: Partial<StoredObject> = {}): Handlers[string] =>
  (exchange) =>
    serveObject(exchange, servable(objects, object(fields)), {
      'X-Own': '1',
      'Content-Disposition': 'inline',
    })

const HANDLERS: Handlers = {
  'GET /wav': serve(),
  'GET /untyped': serve({ contentType: null }),
  'GET /page': serve({ contentType: 'text/html' }),
  'GET /empty': serve({ content: content({ size: 0 }) }),
}

const SAFE = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy':
    "sandbox; default-src 'none'; base-uri 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'",
  'cross-origin-resource-policy': 'cross-origin',
  'access-control-allow-origin': '*',
}

test('an object comes with what tells of it', async (t) => {
  const kit = await startKit(t, HANDLERS)
  const client = await kit.connect()
  const expected = {
    etag: `"${MD5}"`,
    'last-modified': MODIFIED,
    'accept-ranges': 'bytes',
    'content-type': 'audio/wav',
    'content-length': '10',
    'x-own': '1',
    'content-disposition': 'inline',
    ...SAFE,
  }
  for (const method of ['GET', 'HEAD']) {
    client.send(
      `${method} /wav HTTP/1.1\r\nHost: h\r\nRange: ${method === 'HEAD' ? 'bytes=0-1' : 'none'}\r\n\r\n`,
    )
    const { status, headers, body } = await client.answer(method === 'HEAD')
    const { date: _, connection: __, 'keep-alive': ___, ...rest } = headers
    assert.deepEqual([status, rest, body], [200, expected, method === 'HEAD' ? '' : BYTES])
  }
  const untyped = await kit.ask('GET /untyped HTTP/1.1\r\nHost: h\r\n\r\n')
  assert.equal(untyped.headers['content-type'], 'application/octet-stream')
  const empty = await kit.ask('GET /empty HTTP/1.1\r\nHost: h\r\n\r\n')
  assert.deepEqual([empty.status, empty.headers['content-length'], empty.body], [200, '0', ''])
})

const OWN = `"${MD5}"`
const OTHER = '"other"'

test('conditions and ranges, as RFC 9110 has them', async (t) => {
  const kit = await startKit(t, HANDLERS)
  for (const [headers, status, body] of [
    [`If-Match: ${OWN}`, 200, BYTES],
    [`If-Match: ${OTHER}, ${OWN}`, 200, BYTES],
    [`If-Match: ${MD5}`, 200, BYTES],
    ['If-Match: *', 200, BYTES],
    [`If-Match: ${OTHER}`, 412, ''],
    [`If-Match: W/${OWN}`, 412, ''],
    ['If-Match: ', 412, ''],
    [`If-None-Match: ${OWN}`, 304, ''],
    [`If-None-Match: W/${OWN}`, 304, ''],
    [`If-None-Match: ${OTHER}, ${OWN}`, 304, ''],
    ['If-None-Match: *', 304, ''],
    [`If-None-Match: ${OTHER}`, 200, BYTES],
    [`If-Unmodified-Since: ${MODIFIED}`, 200, BYTES],
    [`If-Unmodified-Since: ${LATER}`, 200, BYTES],
    [`If-Unmodified-Since: ${EARLIER}`, 412, ''],
    ['If-Unmodified-Since: yesterday', 200, BYTES],
    [`If-Modified-Since: ${MODIFIED}`, 304, ''],
    [`If-Modified-Since: ${LATER}`, 304, ''],
    [`If-Modified-Since: ${EARLIER}`, 200, BYTES],
    ['If-Modified-Since: 0', 200, BYTES],
    [`If-Match: ${OWN}\r\nIf-Unmodified-Since: ${EARLIER}`, 200, BYTES],
    [`If-None-Match: ${OTHER}\r\nIf-Modified-Since: ${LATER}`, 200, BYTES],
    [`If-Match: ${OWN}\r\nIf-None-Match: ${OWN}`, 304, ''],
    [`If-Match: ${OTHER}\r\nIf-None-Match: ${OWN}`, 412, ''],
    ['Range: bytes=2-4', 206, '234'],
    ['Range: bytes=-3', 206, '789'],
    ['Range: bytes=7-', 206, '789'],
    ['Range: bytes=5-100', 206, '56789'],
    ['Range: bytes=10-', 416, ''],
    ['Range: bytes=4-2', 200, BYTES],
    ['Range: bytes=0-1,3-4', 200, BYTES],
    [`Range: bytes=2-4\r\nIf-Range: ${OWN}`, 206, '234'],
    [`Range: bytes=2-4\r\nIf-Range: W/${OWN}`, 200, BYTES],
    [`Range: bytes=2-4\r\nIf-Range: ${OTHER}`, 200, BYTES],
    [`Range: bytes=2-4\r\nIf-Range: ${MODIFIED}`, 206, '234'],
    [`Range: bytes=2-4\r\nIf-Range: ${LATER}`, 200, BYTES],
    ['Range: bytes=2-4\r\nIf-Range: nonsense', 200, BYTES],
    [`Range: bytes=10-\r\nIf-Range: ${OTHER}`, 200, BYTES],
    [`Range: bytes=2-4\r\nIf-None-Match: ${OWN}`, 304, ''],
    [`Range: bytes=10-\r\nIf-Match: ${OTHER}`, 412, ''],
  ] as const) {
    const answer = await kit.ask(`GET /wav HTTP/1.1\r\nHost: h\r\n${headers}\r\n\r\n`)
    assert.deepEqual([answer.status, answer.body], [status, body], headers)
    assert.equal(answer.headers.etag, OWN)
    checkFraming(answer)
  }
})

function checkFraming({ status, headers, body }: RawAnswer): void {
  const ranges: Readonly<Record<number, RegExp>> = { 206: /^bytes \d+-\d+\/10$/, 416: /^bytes \*\/10$/ }
  assert.match(headers['content-range'] ?? 'none', ranges[status] ?? /^none$/)
  if (status === 200 || status === 206) assert.equal(headers['content-length'], String(body.length))
}

test('whatever is answered about an object, browsers are told alike that it never runs', async (t) => {
  const kit = await startKit(t, HANDLERS)
  for (const [path, disposition] of [
    ['/wav', 'inline'],
    ['/page', 'attachment'],
  ] as const)
    for (const [method, header, status] of [
      ['GET', 'X: y', 200],
      ['HEAD', 'X: y', 200],
      ['GET', 'Range: bytes=2-4', 206],
      ['GET', `If-None-Match: ${OWN}`, 304],
      ['GET', `If-Match: ${OTHER}`, 412],
      ['GET', 'Range: bytes=10-', 416],
    ] as const) {
      const text = `${method} ${path} HTTP/1.1\r\nHost: h\r\n${header}\r\n\r\n`
      const answer = await kit.ask(text, { isHead: method === 'HEAD' })
      assert.equal(answer.status, status)
      for (const [name, value] of Object.entries({ ...SAFE, 'content-disposition': disposition }))
        assert.equal(answer.headers[name], value, `${path} ${status} ${name}`)
    }
})

test('the tag is the md5, that of the parts, or else the blob', () => {
  assert.equal(entityTag(object()), `"${MD5}"`)
  assert.equal(
    entityTag(object({ content: content({ partCount: 3, digests: {}, md5OfParts: 'abc' }) })),
    '"abc-3"',
  )
  const blob = '"00000000000070008000000000000001"'
  assert.equal(entityTag(object({ content: content({ digests: {} }) })), blob)
  assert.equal(entityTag(object({ content: content({ partCount: 2, digests: {} }) })), blob)
  assert.equal(entityTag(object({ content: null })), '"00000000000070008000000000000002"')
})
