import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { startTestServer, type TestServer } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import {
  type Answer,
  APP,
  answerTo,
  EMPTY_SHA256,
  formBody,
  jsonBody,
  OTHER_APP,
  openPost,
  PATHS,
  PLAIN,
  post,
  type Signing,
  sha256,
  signedHeaders,
} from './wire-client.ts'

const NOT_VERIFIED = 'HMAC signature cannot be verified'
const INIT = jsonBody({ request_id: '1', app_id: APP.appId })
const UPLOAD = formBody([
  { name: 'data', filename: 'a', content: 'x'.repeat(100_000) },
  { name: 'request_id', content: '1' },
  { name: 'app_id', content: APP.appId },
])

let server: TestServer
let strict: TestServer
before(async () => {
  server = await startTestServer()
  strict = await startTestServer({ settings: { 'iflytek_ost.check_digest': 'always' } })
})
after(async () => {
  await server.stop()
  await strict.stop()
})

function refused(answer: Answer, status: number, message: string): void {
  assert.equal(answer.status, status)
  assert.equal(answer.type, 'text/plain; charset=utf-8')
  assert.equal(answer.text, JSON.stringify({ message }))
}

const initWith = (signing: Partial<Signing>): Promise<Answer> =>
  post(server.url, PATHS.init, INIT, { signing: { ...PLAIN, ...signing } })

test('without Authorization every call is answered with 401 Unauthorized', async () => {
  for (const path of Object.values(PATHS)) {
    const request = openPost(server.url, path, ['Host', 'x', 'Content-Type', 'application/json'])
    request.end()
    refused(await answerTo(request), 401, 'Unauthorized')
  }
  shows('iflytek-ost', '401 Unauthorized')
})

test('a wrong secret is answered with 401 HMAC signature does not match', async () => {
  const keys = { ...APP, apiSecret: OTHER_APP.apiSecret }
  refused(await post(server.url, PATHS.init, INIT, { keys }), 401, 'HMAC signature does not match')
  shows('iflytek-ost', '401 HMAC signature does not match')
})

test('an unknown api_key is answered with 401 apikey not found', async () => {
  const keys = { ...APP, apiKey: 'unknown' }
  refused(await post(server.url, PATHS.init, INIT, { keys }), 401, `${NOT_VERIFIED}: apikey not found`)
  shows('iflytek-ost', '401 … apikey not found')
})

test('an Authorization that cannot be read is answered with 401 HMAC signature cannot be verified', async () => {
  refused(await initWith({ authorization: () => 'Bearer abc' }), 401, NOT_VERIFIED)
  shows('iflytek-ost', '401 HMAC signature cannot be verified')
})

test('an unsigned digest is answered with 401 enforced header not used', async () => {
  const headers = ['host', 'date', 'request-line']
  const message = `${NOT_VERIFIED}:enforced header 'digest' not used for signature creation`
  refused(await initWith({ headers }), 401, message)
  shows('iflytek-ost', '401 … enforced header not used')
})

test('a Date more than 300 s off or missing is answered with 403', async () => {
  const message = `${NOT_VERIFIED}, a valid date or x-date header is required for HMAC Authentication`
  for (const offsetS of [-310, 310]) {
    const date = () => new Date(Date.now() + offsetS * 1000).toUTCString()
    refused(await initWith({ date }), 403, message)
  }
  const undated = signedHeaders(new URL(server.url).host, PATHS.init, INIT)
  const request = openPost(server.url, PATHS.init, undated.toSpliced(2, 2))
  request.end()
  refused(await answerTo(request), 403, message)
  shows('iflytek-ost', '403 … a valid date or x-date header is required')
})

test('X-Date is taken in place of Date over the wire', async () => {
  for (const name of ['date', 'x-date']) {
    const headers = ['host', name, 'request-line', 'digest']
    const signed = signedHeaders(new URL(server.url).host, PATHS.init, INIT, APP, { ...PLAIN, headers })
    const dated = signed.map((word) => (word === 'Date' ? 'X-Date' : word))
    const request = openPost(server.url, PATHS.init, [...dated, 'Content-Type', INIT.contentType])
    request.end(INIT.bytes)
    assert.equal((await answerTo(request)).json.code, 0, name)
  }
  shows('iflytek-ost', 'X-Date')
})

test('dates of RFC 850 and asctime are taken over the wire', async () => {
  const now = new Date()
  const [weekday, day, month, year, time] = now.toUTCString().replace(',', '').split(' ')
  const asctime = `${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`
  const rfc850 = `${weekday}day, ${day}-${month}-${year?.slice(2)} ${time} GMT`
  for (const date of [asctime, rfc850])
    assert.equal((await initWith({ date: () => date })).json.code, 0, date)
  shows('iflytek-ost', 'Date of RFC 850', 'Date of asctime')
})

test('a Digest that names no body is not compared with it', async () => {
  const empty = ['SHA-256=', 'SHA256=', 'SHA256=SHA-256=', 'SHA-256=SHA-256='].map(
    (prefix) => prefix + EMPTY_SHA256,
  )
  for (const digest of [...empty, 'SHA-256=wrong', 'anything at all']) {
    assert.equal((await initWith({ digest: () => digest })).json.code, 0, digest)
    const signing = { ...PLAIN, digest: () => digest }
    assert.equal((await post(server.url, PATHS.upload, UPLOAD, { signing })).json.code, 0, digest)
  }
  shows('iflytek-ost', 'Digest that names no body')
})

test('a signature whose Digest names a body is refused with another', async () => {
  const other = jsonBody({ request_id: '2', app_id: APP.appId })
  const ofFirst = { ...PLAIN, digest: () => PLAIN.digest(INIT) }
  assert.equal((await post(server.url, PATHS.init, INIT, { signing: ofFirst })).json.code, 0)
  const answer = await post(server.url, PATHS.init, other, { signing: ofFirst })
  refused(answer, 401, 'HMAC signature does not match')
  const ofUpload = { ...PLAIN, digest: () => PLAIN.digest(UPLOAD) }
  assert.equal((await post(server.url, PATHS.upload, UPLOAD, { signing: ofUpload })).json.code, 0)
  const bytes = Buffer.from(UPLOAD.bytes)
  bytes.write('y', bytes.indexOf('xxx'))
  const changed = { ...UPLOAD, bytes }
  const ofFile = { ...PLAIN, digest: () => `SHA-256=${sha256(Buffer.from('x'.repeat(100_000)))}` }
  assert.equal((await post(server.url, PATHS.upload, UPLOAD, { signing: ofFile })).json.code, 0)
  for (const signing of [ofUpload, ofFile])
    refused(await post(server.url, PATHS.upload, changed, { signing }), 401, 'HMAC signature does not match')
  shows('iflytek-ost', 'Digest of a body')
})

test('with check_digest never, no Digest is compared with its body', async () => {
  const lax = await startTestServer({ settings: { 'iflytek_ost.check_digest': 'never' } })
  const signing = { ...PLAIN, digest: () => `SHA-256=${sha256(Buffer.from('other'))}` }
  assert.equal((await post(lax.url, PATHS.init, INIT, { signing })).json.code, 0)
  await lax.stop()
})

test('with check_digest, a JSON body has to have its digest', async () => {
  assert.equal((await post(strict.url, PATHS.init, INIT)).json.code, 0)
  const signing = { ...PLAIN, digest: () => `SHA-256=${sha256(Buffer.from('other'))}` }
  refused(await post(strict.url, PATHS.init, INIT, { signing }), 401, 'HMAC signature does not match')
})

test('with check_digest, a form has to have its digest, framing included', async () => {
  assert.equal((await post(strict.url, PATHS.upload, UPLOAD)).json.code, 0)
  const signing = { ...PLAIN, digest: () => `SHA-256=${sha256(Buffer.from('x'.repeat(100_000)))}` }
  refused(await post(strict.url, PATHS.upload, UPLOAD, { signing }), 401, 'HMAC signature does not match')
  shows('iflytek-ost', 'Digest, compared')
})

/** Sends the head of a request and never a body; resolves with the first line of the answer. */
function answerToHead(lines: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(server.url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(`${lines.join('\r\n')}\r\n\r\n`))
    socket.once('error', reject)
    socket.once('data', (chunk) => {
      socket.destroy()
      resolve(chunk.toString('latin1').split('\r\n', 1)[0] ?? '')
    })
  })
}

test('the signature is checked before any of the body is read', async () => {
  const first = await answerToHead([
    `POST ${PATHS.upload} HTTP/1.1`,
    'Host: x',
    'Content-Type: multipart/form-data; boundary=b',
    'Content-Length: 1000000',
  ])
  assert.match(first, /^HTTP\/1\.1 401 /)
  shows('iflytek-ost', 'before the body')
})

test('Expect: 100-continue is answered before the body, and not where the signature fails', async () => {
  const head = [
    `POST ${PATHS.upload} HTTP/1.1`,
    'Expect: 100-continue',
    `Content-Length: ${UPLOAD.bytes.length}`,
  ]
  const signed = pairs(signedHeaders(new URL(server.url).host, PATHS.upload, UPLOAD))
  assert.match(await answerToHead([...head, ...signed, `Content-Type: ${UPLOAD.contentType}`]), / 100 /)
  assert.match(await answerToHead([...head, 'Host: x', `Content-Type: ${UPLOAD.contentType}`]), / 401 /)
})

const pairs = (headers: readonly string[]): readonly string[] =>
  headers.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${headers[at + 1]}`] : []))

test('another method on a call is answered with 405 and a message', async () => {
  for (const path of Object.values(PATHS)) {
    const response = await fetch(server.url + path)
    assert.equal(response.status, 405)
    assert.equal(response.headers.get('allow'), 'POST')
    assert.deepEqual(Object.keys((await response.json()) as object), ['message'])
  }
  shows('iflytek-ost', '405')
})
