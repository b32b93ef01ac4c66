import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { startTestServer, type TestServer } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import { APP, Client, formBody, PATHS, post, urlOf } from './wire-client.ts'

const BYTES = randomBytes(200_000)

let server: TestServer
let client: Client
let url: string

before(async () => {
  server = await startTestServer({ settings: { 'iflytek_ost.slice_size_min_bytes': '1' } })
  client = new Client(server.url)
  url = urlOf(await client.upload(BYTES, {}, '语音 1.wav'))
})
after(() => server.stop())

const get = (headers: Readonly<Record<string, string>> = {}, method = 'GET') =>
  fetch(url, { method, headers })
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer())

test('data.url is absolute, below the public url, and opaque', () => {
  assert.match(url.slice(server.url.length), /^\/iflytek-ost\/objects\/[A-Za-z0-9_-]{48}$/)
  assert.ok(url.startsWith(server.url))
  shows('iflytek-ost', 'data.url')
})

test('data.url is below the public url that is configured', async () => {
  const other = await startTestServer({ settings: { public_url: 'https://media.example.com' } })
  try {
    const answer = await new Client(other.url.replace(/.*/, `http://127.0.0.1:${other.port}`)).upload('x')
    assert.match(urlOf(answer), /^https:\/\/media\.example\.com\/iflytek-ost\/objects\/[A-Za-z0-9_-]{48}$/)
  } finally {
    await other.stop()
  }
})

test('GET of data.url gives the bytes, their length and the file name', async () => {
  const response = await get()
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-length'), String(BYTES.length))
  assert.equal(response.headers.get('accept-ranges'), 'bytes')
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
  assert.equal(
    response.headers.get('content-disposition'),
    `attachment; filename="__ 1.wav"; filename*=UTF-8''%E8%AF%AD%E9%9F%B3%201.wav`,
  )
  assert.ok((await bytesOf(response)).equals(BYTES))
  shows('iflytek-ost', 'GET data.url')
})

test('HEAD of data.url gives the same headers and no bytes', async () => {
  const response = await get({}, 'HEAD')
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-length'), String(BYTES.length))
  const got = await get()
  await got.arrayBuffer()
  for (const name of ['content-length', 'content-type', 'content-disposition', 'accept-ranges', 'etag']) {
    assert.ok(response.headers.has(name), name)
    assert.equal(response.headers.get(name), got.headers.get(name))
  }
  assert.equal((await bytesOf(response)).length, 0)
  shows('iflytek-ost', 'HEAD data.url')
})

test('ranges of data.url are answered with 206 and exactly those bytes', async () => {
  const ranges = {
    'bytes=0-0': [0, 1],
    'bytes=65535-65540': [65_535, 65_541],
    'bytes=-5': [199_995, 200_000],
  }
  for (const [range, [start, end]] of Object.entries(ranges)) {
    const response = await get({ range })
    assert.equal(response.status, 206)
    assert.equal(response.headers.get('content-range'), `bytes ${start}-${Number(end) - 1}/200000`)
    assert.ok((await bytesOf(response)).equals(BYTES.subarray(start, end)))
  }
  shows('iflytek-ost', 'GET data.url, Range')
})

test('a range across slices gives the bytes of both', async () => {
  const uploadId = await client.begin()
  for (const [index, start] of [0, 70_000, 140_000].entries()) {
    await client.slice(uploadId, index + 1, BYTES.subarray(start, start + 70_000))
  }
  const sliced = urlOf(await client.complete(uploadId))
  const response = await fetch(sliced, { headers: { range: 'bytes=69990-140009' } })
  assert.equal(response.status, 206)
  assert.ok((await bytesOf(response)).equals(BYTES.subarray(69_990, 140_010)))
})

test('a range beyond the end is answered with 416', async () => {
  const response = await get({ range: 'bytes=200000-' })
  assert.equal(response.status, 416)
  assert.equal(response.headers.get('content-range'), 'bytes */200000')
})

test('an ETag that is sent back is answered with 304', async () => {
  const etag = (await get({}, 'HEAD')).headers.get('etag') ?? assert.fail('no ETag')
  assert.equal((await get({ 'if-none-match': etag })).status, 304)
})

test("a download has the part's content type", async () => {
  const parts = [
    { name: 'request_id', content: '1' },
    { name: 'app_id', content: APP.appId },
    { name: 'data', filename: 'a.wav', headers: ['Content-Type: audio/wav'], content: 'x' },
  ]
  const answer = await post(server.url, PATHS.upload, formBody(parts))
  assert.equal((await fetch(urlOf(answer))).headers.get('content-type'), 'audio/wav')
  shows('iflytek-ost', 'data, Content-Type')
})

test('a file sent in slices is named by its upload_id', async () => {
  const uploadId = await client.begin()
  await client.slice(uploadId, 1, 'x')
  const response = await fetch(urlOf(await client.complete(uploadId)))
  assert.match(response.headers.get('content-disposition') ?? '', new RegExp(`filename="${uploadId}"`))
  assert.equal(response.headers.get('content-type'), 'application/octet-stream')
})

test('a wrong token is answered with 404 and a small JSON', async () => {
  const last = url.at(-1) === 'A' ? 'B' : 'A'
  for (const wrong of [url.slice(0, -1) + last, `${url}A`, `${server.url}/iflytek-ost/objects/x`]) {
    const response = await fetch(wrong)
    assert.equal(response.status, 404)
    assert.equal(await response.text(), '{"message":"Not found"}')
  }
  shows('iflytek-ost', '404 of data.url')
})

test('nothing is to be had before complete', async () => {
  const uploadId = await client.begin()
  await client.slice(uploadId, 1, 'x')
  for (const guess of [uploadId, uploadId.slice(3)]) {
    assert.equal((await fetch(`${server.url}/iflytek-ost/objects/${guess}`)).status, 404)
  }
})

test('browsers of any origin may read data.url', async () => {
  const response = await get({ origin: 'https://app.example.com' })
  assert.equal(response.headers.get('access-control-allow-origin'), '*')
  assert.match(response.headers.get('access-control-expose-headers') ?? '', /content-range/i)
  shows('iflytek-ost', 'GET data.url, Origin')
})

test('a preflight of data.url is answered', async () => {
  const headers = {
    origin: 'https://app.example.com',
    'access-control-request-method': 'GET',
    'access-control-request-headers': 'range',
  }
  const response = await get(headers, 'OPTIONS')
  assert.ok(response.ok)
  assert.match(response.headers.get('access-control-allow-methods') ?? '', /GET/)
  assert.match(response.headers.get('access-control-allow-headers') ?? '', /range|\*/i)
})

test('other methods on data.url are answered with 405', async () => {
  const response = await get({}, 'DELETE')
  assert.equal(response.status, 405)
  assert.equal(response.headers.get('allow'), 'GET, OPTIONS, HEAD')
})
