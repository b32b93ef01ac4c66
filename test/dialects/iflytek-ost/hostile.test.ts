import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { after, afterEach, before, test } from 'node:test'
import { startTestServer, type TestServer } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import { exchange, nothingLeft, open, signedHead, storedSegments } from './raw.ts'
import {
  type Answer,
  APP,
  type Body,
  Client,
  download,
  type FormPart,
  formBody,
  jsonBody,
  PATHS,
  post,
  urlOf,
} from './wire-client.ts'

/** Too big to be kept with the facts: a file of its own on the disk. */
const LARGE = randomBytes(300_000)
const IDS: readonly FormPart[] = [
  { name: 'request_id', content: '1' },
  { name: 'app_id', content: APP.appId },
]
const DATA: FormPart = { name: 'data', filename: 'a.wav', content: LARGE }
const UPLOAD = formBody([DATA, ...IDS])
/** Is kept with the facts. */
const SMALL: FormPart = { ...DATA, content: 'x' }

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server.stop())

/** Whatever a test sent: the server answers the next client, and keeps nothing of it. */
afterEach(async () => {
  const url = urlOf(await new Client(server.url).upload('still here'))
  assert.equal((await download(url)).toString(), 'still here')
  await nothingLeft(server)
})

function refused(answer: Answer, message?: string): void {
  assert.equal(answer.status, 200, answer.text)
  assert.equal(answer.json.code, 10001, answer.text)
  assert.match(answer.json.sid ?? '', /^ost[0-9a-f]{8}@dx[0-9a-f]{18}$/)
  if (message !== undefined) assert.equal(answer.json.message, message)
}

const upload = (body: Body): Promise<Answer> => post(server.url, PATHS.upload, body)
const init = (body: Body): Promise<Answer> => post(server.url, PATHS.init, body)

test('a large file whose fields are refused leaves nothing behind', async () => {
  refused(await upload(formBody([DATA])), 'requestId must not be empty')
  const before = await storedSegments(server)
  assert.deepEqual(before, [])
})

test('a large slice for an unknown upload_id leaves nothing behind', async () => {
  const parts = [DATA, ...IDS, { name: 'upload_id', content: 'up_1' }, { name: 'slice_id', content: '1' }]
  assert.equal((await post(server.url, PATHS.slice, formBody(parts))).json.code, 10005)
  assert.deepEqual(await storedSegments(server), [])
})

test('a form without its closing delimiter is refused', async () => {
  const { contentType, bytes } = UPLOAD
  refused(await upload({ contentType, bytes: bytes.subarray(0, -10) }))
})

test('a form cut off anywhere is refused', async () => {
  const { contentType, bytes } = formBody([{ ...DATA, content: 'short' }, ...IDS])
  for (let size = 0; size < bytes.length - 4; size += 7) {
    refused(await upload({ contentType, bytes: bytes.subarray(0, size) }))
  }
})

test('a client that goes away in the middle leaves nothing behind, at whatever stage', async () => {
  const head = signedHead(server, PATHS.upload, UPLOAD)
  const whole = Buffer.concat([Buffer.from(head), UPLOAD.bytes])
  const headSize = Buffer.byteLength(head)
  const stages = [
    1,
    headSize - 2,
    headSize,
    headSize + 50,
    headSize + 70_000,
    headSize + 299_000,
    whole.length - 5,
  ]
  for (const size of stages) {
    const socket = await open(server)
    await new Promise<void>((resolve) => socket.write(whole.subarray(0, size), () => resolve()))
    socket.resetAndDestroy()
  }
  await nothingLeft(server)
})

test('a Content-Length that is too long, with the connection half closed, leaves nothing behind', async () => {
  const tooLong = String(UPLOAD.bytes.length + 10)
  const socket = await open(server)
  socket.write(signedHead(server, PATHS.upload, UPLOAD, { 'Content-Length': tooLong }))
  socket.end(UPLOAD.bytes)
  socket.resume()
  await new Promise((resolve) => socket.once('close', resolve))
  await nothingLeft(server)
})

test('a Content-Length that is too short is refused', async () => {
  const tooShort = String(UPLOAD.bytes.length - 10)
  refused(
    await exchange(
      server,
      signedHead(server, PATHS.upload, UPLOAD, { 'Content-Length': tooShort }),
      UPLOAD.bytes,
    ),
  )
})

test('a file or slice that is announced as larger than 5 GiB is refused at once, one of 5 GiB is asked for', async () => {
  const GIB = 1024 ** 3
  for (const path of [PATHS.upload, PATHS.slice]) {
    const announced = (size: number) =>
      signedHead(server, path, UPLOAD, { 'Content-Length': String(size), Expect: '100-continue' })
    refused(await exchange(server, announced(6 * GIB)), 'data must not be larger than 5368709120 bytes')
    const socket = await open(server)
    socket.write(announced(5 * GIB + 1000))
    const [first] = await once(socket, 'data')
    assert.match(String(first), /^HTTP\/1\.1 100 /)
    socket.resetAndDestroy()
  }
  shows('iflytek-ost', 'slice size, 5 GiB', 'file size', 'size of a slice, most')
})

test('a Content-Length that is no number, negative or there twice does not get in', async () => {
  for (const length of ['-1', 'abc', '1e3', '99999999999999999999']) {
    const answer = await exchange(
      server,
      signedHead(server, PATHS.init, jsonBody('{}'), { 'Content-Length': length }),
    )
    assert.ok(answer.status === 400 || answer.status === 413 || answer.json.code === 10001, answer.text)
  }
  const twice = signedHead(server, PATHS.init, jsonBody('{}'), { 'content-length': '3' })
  assert.equal((await exchange(server, twice, '{}}')).status, 400)
})

test('a chunked body is taken', async () => {
  const body = jsonBody({ request_id: '1', app_id: APP.appId })
  const head = signedHead(server, PATHS.init, body, {
    'Content-Length': null,
    'Transfer-Encoding': 'chunked',
  })
  const size = body.bytes.length.toString(16)
  const answer = await exchange(server, head, `${size}\r\n`, body.bytes, '\r\n0\r\n\r\n')
  assert.equal(answer.json.code, 0)
})

test('a chunked body with broken framing does not get in', async () => {
  const head = signedHead(server, PATHS.upload, UPLOAD, {
    'Content-Length': null,
    'Transfer-Encoding': 'chunked',
  })
  const answer = await exchange(server, head, '10\r\n', UPLOAD.bytes.subarray(0, 16), '\r\nzz\r\n')
  assert.notEqual(answer.json.code, 0)
})

test('headers of 1 MB do not get in', async () => {
  const answer = await exchange(
    server,
    signedHead(server, PATHS.init, jsonBody('{}'), { 'X-Much': 'x'.repeat(1_000_000) }),
    '{}',
  )
  assert.ok(answer.status === 431 || answer.status === 0, answer.text)
})

test('a missing Content-Type is refused', async () => {
  const json = jsonBody({ request_id: '1', app_id: APP.appId })
  const message = 'Content-Type must be application/json'
  refused(
    await exchange(server, signedHead(server, PATHS.init, json, { 'Content-Type': null }), json.bytes),
    message,
  )
  refused(
    await exchange(server, signedHead(server, PATHS.upload, UPLOAD, { 'Content-Type': null }), UPLOAD.bytes),
    'Content-Type must be multipart/form-data',
  )
  assert.equal((await init(json)).json.code, 0)
  assert.equal((await upload(formBody([SMALL, ...IDS]))).json.code, 0)
  shows('iflytek-ost', 'Content-Type')
})

test('another Content-Type than the call has is refused', async () => {
  const client = new Client(server.url)
  const [uploadId, other] = [await client.begin(), await client.begin()]
  const ids = { request_id: '1', app_id: APP.appId }
  const slice = [...IDS, { name: 'upload_id', content: uploadId }, { name: 'slice_id', content: '1' }]
  const bodies = [
    [PATHS.upload, formBody([SMALL, ...IDS])],
    [PATHS.init, jsonBody(ids)],
    [PATHS.slice, formBody([...slice, SMALL])],
    [PATHS.complete, jsonBody({ ...ids, upload_id: uploadId })],
    [PATHS.cancel, jsonBody({ ...ids, upload_id: other })],
  ] as const
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/mixed; boundary=b',
    ';',
    '/',
  ]) {
    for (const [path, body] of bodies) refused(await post(server.url, path, { ...body, contentType: type }))
  }
  for (const [path, body] of bodies) assert.equal((await post(server.url, path, body)).json.code, 0, path)
  shows(
    'iflytek-ost',
    'upload: Content-Type',
    'init: Content-Type',
    'slice: Content-Type',
    'complete: Content-Type',
    'cancel: Content-Type',
  )
})

test('multipart without a boundary and Content-Length 0 is refused', async () => {
  const none = { contentType: 'multipart/form-data', bytes: Buffer.alloc(0) }
  refused(await upload(none))
  refused(await upload({ ...UPLOAD, contentType: 'multipart/form-data' }))
  refused(await upload({ ...UPLOAD, bytes: Buffer.alloc(0) }))
})

test('10000 form fields are refused', async () => {
  const many = Array.from({ length: 10_000 }, (_, at) => ({ name: `f${at}`, content: 'x' }))
  refused(await upload(formBody([DATA, ...IDS, ...many])))
})

test('a form field of 1 MB is refused', async () => {
  refused(await upload(formBody([DATA, ...IDS, { name: 'more', content: 'x'.repeat(1_000_000) }])))
})

test('a field or a file that stands twice is refused', async () => {
  refused(await upload(formBody([DATA, ...IDS, { name: 'app_id', content: APP.appId }])))
  refused(await upload(formBody([DATA, DATA, ...IDS])))
})

test('JSON with a key that stands twice is refused', async () => {
  refused(await init(jsonBody(`{"request_id":"1","app_id":"x","app_id":"${APP.appId}"}`)))
})

test('deeply nested JSON is refused', async () => {
  const deep = '['.repeat(30_000) + ']'.repeat(30_000)
  refused(await init(jsonBody(`{"request_id":"1","app_id":"${APP.appId}","more":${deep}}`)))
})

test('huge numbers in JSON are refused or ignored', async () => {
  refused(await init(jsonBody(`{"request_id":1e400,"app_id":"${APP.appId}"}`)))
  refused(await init(jsonBody(`{"request_id":${'9'.repeat(400)},"app_id":"${APP.appId}"}`)))
})

test('JSON over 64 KiB is refused', async () => {
  const base = { request_id: '1', app_id: APP.appId }
  const room = 64 * 1024 - JSON.stringify({ ...base, more: '' }).length
  assert.equal((await init(jsonBody({ ...base, more: 'x'.repeat(room) }))).json.code, 0)
  refused(await init(jsonBody({ ...base, more: 'x'.repeat(room + 1) })), 'request body is too large')
  shows('iflytek-ost', 'JSON size')
})

test('what is no JSON object is refused', async () => {
  for (const text of ['', ' ', 'null', '[]', '"x"', '{', '{}}', "{'a':1}", '{"a":1,,}', '\u0000']) {
    refused(await init(jsonBody(text)))
  }
  refused(await init({ contentType: 'application/json', bytes: Buffer.from([0x7b, 0xff, 0x7d]) }))
})

test('fields of another JSON type are refused', async () => {
  refused(await init(jsonBody({ request_id: '1', app_id: 1 })), 'appId must be a string')
  for (const value of [true, [], {}]) {
    refused(await init(jsonBody({ request_id: value, app_id: APP.appId })), 'requestId must be a string')
    refused(await init(jsonBody({ request_id: '1', app_id: value })), 'appId must be a string')
    refused(
      await init(jsonBody({ request_id: '1', app_id: APP.appId, cloud_id: value })),
      'cloudId must be a string',
    )
  }
  shows('iflytek-ost', 'fields of another JSON type')
})

test('keys that objects inherit are fields like any other', async () => {
  const text = `{"__proto__":{"app_id":"x"},"constructor":1,"request_id":"1","app_id":"${APP.appId}"}`
  assert.equal((await init(jsonBody(text))).json.code, 0)
  refused(await init(jsonBody(`{"__proto__":{"request_id":"1","app_id":"${APP.appId}"}}`)))
})

const nameOf = async (filename: string): Promise<string> => {
  const answer = await upload(formBody([{ ...DATA, filename, content: 'x' }, ...IDS]))
  if (answer.json.code !== 0) return `${answer.json.code}`
  return (await fetch(urlOf(answer))).headers.get('content-disposition') ?? ''
}

test('a path as a filename is a name alone', async () => {
  for (const filename of ['../../../etc/passwd', '..\\\\..\\\\passwd', '/abs/passwd']) {
    assert.equal(await nameOf(filename), `attachment; filename="passwd"; filename*=UTF-8''passwd`)
  }
  for (const filename of ['..', '.', '', '/']) {
    assert.equal(await nameOf(filename), `attachment; filename="data"; filename*=UTF-8''data`)
  }
  shows('iflytek-ost', 'data, file name')
})

test('a filename with NUL or line breaks is refused, or comes back without', async () => {
  for (const filename of ['a\u0000b.wav', 'a\tb.wav', 'a\nb.wav']) {
    assert.match(await nameOf(filename), /^10001$|filename="ab\.wav"/)
  }
})

test('a filename that is not UTF-8 is taken', async () => {
  const { contentType, bytes } = formBody([{ ...DATA, content: 'x' }, ...IDS])
  const [head = '', tail = ''] = bytes.toString('latin1').split('a.wav')
  const invalid = Buffer.from([0xc3, 0x28, 0xff, 0x2e, 0x77, 0x61, 0x76])
  const answer = await upload({
    contentType,
    bytes: Buffer.concat([Buffer.from(head, 'latin1'), invalid, Buffer.from(tail, 'latin1')]),
  })
  assert.equal(answer.json.code, 0)
  const name = (await fetch(urlOf(answer), { method: 'HEAD' })).headers.get('content-disposition') ?? ''
  assert.match(name, /filename="[^"]+\.wav"/)
})
