import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { MovableClock, startTestServer, type TestServer } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import {
  type Answer,
  APP,
  Client,
  download,
  formBody,
  jsonBody,
  OTHER_APP,
  PATHS,
  PLAIN,
  post,
  SECOND_APP,
  sha256,
  urlOf,
} from './wire-client.ts'

const SLICE_SIZE_MIN = 1000
const SID = /^[a-z]{3}[0-9a-f]{8}@dx[0-9a-f]{18}$/
const EXPIRED = 'upload information has expired or nothing was uploaded'

const clock = new MovableClock()
let server: TestServer
let client: Client

before(async () => {
  server = await startTestServer({
    clock,
    settings: { 'iflytek_ost.slice_size_min_bytes': String(SLICE_SIZE_MIN) },
  })
  client = new Client(server.url)
})
after(() => server.stop())

const keysOf = (answer: Answer): readonly string[] => Object.keys(JSON.parse(answer.text))

function succeeded(answer: Answer, keys: readonly string[]): void {
  assert.equal(answer.status, 200)
  assert.match(answer.type, /^application\/json/)
  assert.deepEqual(keysOf(answer), keys, answer.text)
  assert.equal(answer.json.code, 0)
  assert.equal(answer.json.message, 'success')
  assert.match(answer.json.sid ?? '', SID)
}

function refused(answer: Answer, code: number, message: string): void {
  assert.equal(answer.status, 200)
  assert.deepEqual(keysOf(answer), ['code', 'sid', 'message'], answer.text)
  assert.equal(answer.json.code, code)
  assert.equal(answer.json.message, message)
  assert.match(answer.json.sid ?? '', SID)
}

test('POST /file/upload answers code, sid, data.url, message', async () => {
  const answer = await client.upload('==test==', {}, 'test.txt')
  succeeded(answer, ['code', 'sid', 'data', 'message'])
  shows('iflytek-ost', 'code, sid, data, message')
  assert.deepEqual(Object.keys(answer.json.data ?? {}), ['url'])
  assert.equal((await download(urlOf(answer))).toString(), '==test==')
  shows('iflytek-ost', 'POST /file/upload')
})

test('POST /file/mpupload/init answers code, sid, data.upload_id, message', async () => {
  const answer = await client.init()
  succeeded(answer, ['code', 'sid', 'data', 'message'])
  assert.deepEqual(Object.keys(answer.json.data ?? {}), ['upload_id'])
  assert.match(answer.json.data?.upload_id ?? '', /^up_\d{24}$/)
  succeeded(await client.slice(String(answer.json.data?.upload_id), 1, 'x'), ['code', 'sid', 'message'])
  shows('iflytek-ost', 'POST /file/mpupload/init')
})

test('POST /file/mpupload/upload answers code, sid, message without data', async () => {
  const uploadId = await client.begin()
  succeeded(await client.slice(uploadId, 1, 'x'), ['code', 'sid', 'message'])
  assert.equal((await download(urlOf(await client.complete(uploadId)))).toString(), 'x')
  shows('iflytek-ost', 'POST /file/mpupload/upload')
})

test('POST /file/mpupload/complete answers code, sid, data.url, message', async () => {
  const uploadId = await client.begin()
  const first = 'a'.repeat(SLICE_SIZE_MIN)
  for (const [index, text] of [first, 'b'].entries()) await client.slice(uploadId, index + 1, text)
  const answer = await client.complete(uploadId)
  succeeded(answer, ['code', 'sid', 'data', 'message'])
  assert.deepEqual(Object.keys(answer.json.data ?? {}), ['url'])
  assert.equal((await download(urlOf(answer))).toString(), `${first}b`)
  shows('iflytek-ost', 'POST /file/mpupload/complete')
})

test('POST /file/mpupload/cancel answers code, sid, message without data', async () => {
  const uploadId = await client.begin()
  succeeded(await client.cancel(uploadId), ['code', 'sid', 'message'])
  refused(await client.slice(uploadId, 1, 'x'), 10005, EXPIRED)
  shows('iflytek-ost', 'POST /file/mpupload/cancel')
})

test('every answer has another sid', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => [client.init(), client.complete('up_1')]).flat(),
  )
  assert.equal(new Set(answers.map(({ json }) => json.sid)).size, 40)
  shows('iflytek-ost', 'sid')
})

test("the document's own sample of complete, with a comma too many, is read", async () => {
  const uploadId = await client.begin()
  await client.slice(uploadId, 1, 'x')
  const sample = `{ "request_id":"202006290849", "app_id": "${APP.appId}", "upload_id": "${uploadId}", }`
  succeeded(await post(server.url, PATHS.complete, jsonBody(sample)), ['code', 'sid', 'data', 'message'])
  shows(
    'iflytek-ost',
    'JSON as the document’s sample of complete has it',
    'complete: the sample of its request',
  )
})

test('bytes come back as they were sent, from none to above the size that is kept inline', async () => {
  for (const size of [0, 1, 65_536, 65_537, 3_000_000]) {
    const bytes = randomBytes(size)
    assert.ok((await download(urlOf(await client.upload(bytes)))).equals(bytes), `${size}`)
  }
})

test('any file type is taken', async () => {
  for (const [name, text] of Object.entries({
    'run.sh': '#!/bin/sh',
    'a.exe': 'MZ',
    'a.html': '<p>',
    a: 'x',
  })) {
    assert.equal((await download(urlOf(await client.upload(text, {}, name)))).toString(), text)
  }
  shows('iflytek-ost', 'file type')
})

test('equal files and request_ids make files of their own', async () => {
  const [first, second] = [urlOf(await client.upload('same')), urlOf(await client.upload('same'))]
  assert.notEqual(first, second)
  shows('iflytek-ost', 'request_id, repeated')
})

test('request_id must be there in every call', async () => {
  for (const none of [{ request_id: null }, { request_id: '' }]) {
    for (const answer of [
      await client.upload('x', none),
      await client.init(none),
      await client.slice('up_1', 1, 'x', none),
      await client.complete('up_1', none),
      await client.cancel('up_1', none),
    ]) {
      refused(answer, 10001, 'requestId must not be empty')
    }
  }
  succeeded(await client.init({ request_id: '1' }), ['code', 'sid', 'data', 'message'])
  shows('iflytek-ost', 'request_id', 'message')
})

test('app_id must be there in every call', async () => {
  for (const none of [{ app_id: null }, { app_id: '' }]) {
    for (const answer of [
      await client.upload('x', none),
      await client.init(none),
      await client.slice('up_1', 1, 'x', none),
      await client.complete('up_1', none),
      await client.cancel('up_1', none),
    ]) {
      refused(answer, 10001, 'appId must not be empty')
    }
  }
  shows('iflytek-ost', 'app_id')
})

test('app_id must be that of the api_key in every call', async () => {
  const foreign = { app_id: SECOND_APP.appId }
  for (const answer of [
    await client.upload('x', foreign),
    await client.init(foreign),
    await client.slice('up_1', 1, 'x', foreign),
    await client.complete('up_1', foreign),
    await client.cancel('up_1', foreign),
  ]) {
    refused(answer, 10001, 'appId is not the application of the api_key')
  }
  shows('iflytek-ost', 'app_id of another app')
})

test('upload_id must be there in slice, complete and cancel', async () => {
  for (const none of [{ upload_id: null }, { upload_id: '' }]) {
    for (const answer of [
      await client.slice('up_1', 1, 'x', none),
      await client.complete('up_1', none),
      await client.cancel('up_1', none),
    ]) {
      refused(answer, 10001, 'uploadId must not be empty')
    }
  }
  shows('iflytek-ost', 'upload_id')
})

test('cloud_id may be missing, null, empty, any text or a number', async () => {
  for (const cloud_id of [null, '', '0', '7', 0, 7]) {
    succeeded(await client.upload('x', { cloud_id }), ['code', 'sid', 'data', 'message'])
    succeeded(await client.init({ cloud_id }), ['code', 'sid', 'data', 'message'])
  }
  const withNull = { request_id: '1', app_id: APP.appId, cloud_id: null }
  succeeded(await post(server.url, PATHS.init, jsonBody(withNull)), ['code', 'sid', 'data', 'message'])
  shows('iflytek-ost', 'cloud_id')
})

test('request_id may be a number in every call with JSON', async () => {
  const number = { request_id: 202_006_290_840 }
  const begun = await client.init(number)
  succeeded(begun, ['code', 'sid', 'data', 'message'])
  const line = server.logLines.find((text) => text.includes(begun.json.sid ?? '-')) ?? ''
  assert.ok(line.includes('"202006290840"'), line)
  const uploadId = await client.begin()
  await client.slice(uploadId, 1, 'x', number)
  succeeded(await client.complete(uploadId, number), ['code', 'sid', 'data', 'message'])
  const answer = await client.cancel(await client.begin(), { request_id: 0 })
  succeeded(answer, ['code', 'sid', 'message'])
  shows('iflytek-ost', 'request_id, a number')
})

test('unknown fields are ignored', async () => {
  succeeded(await client.upload('x', { more: 'y' }), ['code', 'sid', 'data', 'message'])
  succeeded(await client.init({ more: { deep: [1] } }), ['code', 'sid', 'data', 'message'])
  const uploadId = await client.begin()
  succeeded(await client.slice(uploadId, 1, 'x', { more: 'y' }), ['code', 'sid', 'message'])
  succeeded(await client.complete(uploadId, { more: 1 }), ['code', 'sid', 'data', 'message'])
  succeeded(await client.cancel(await client.begin(), { more: null }), ['code', 'sid', 'message'])
  shows('iflytek-ost', 'other fields')
})

test('a form without data must not be empty', async () => {
  const fields = [
    { name: 'request_id', content: '1' },
    { name: 'app_id', content: APP.appId },
  ]
  const slice = [...fields, { name: 'upload_id', content: 'up_1' }, { name: 'slice_id', content: '1' }]
  refused(await post(server.url, PATHS.upload, formBody(fields)), 10001, 'data must not be empty')
  refused(await post(server.url, PATHS.slice, formBody(slice)), 10001, 'data must not be empty')
  shows('iflytek-ost', 'data')
})

test('a data part without a filename is the file', async () => {
  const parts = [
    { name: 'data', content: 'plain' },
    { name: 'request_id', content: '1' },
    { name: 'app_id', content: APP.appId },
  ]
  const answer = await post(server.url, PATHS.upload, formBody(parts))
  assert.equal((await download(urlOf(answer))).toString(), 'plain')
  shows('iflytek-ost', 'data without a filename')
})

test('slice_id 0 is answered with sliceId must not be empty', async () => {
  refused(await client.slice(await client.begin(), 0, 'x'), 10001, 'sliceId must not be empty')
  shows('iflytek-ost', 'slice_id 0')
})

test('a missing slice_id is answered with sliceId must not be empty', async () => {
  const answer = await client.slice(await client.begin(), 1, 'x', { slice_id: null })
  refused(answer, 10001, 'sliceId must not be empty')
  shows('iflytek-ost', '10001')
})

test('slices 1 and 10000 are taken, 10001 and text that is no number are not', async () => {
  const uploadId = await client.begin()
  succeeded(await client.slice(uploadId, 10_000, 'b'), ['code', 'sid', 'message'])
  succeeded(await client.slice(uploadId, 1, randomBytes(SLICE_SIZE_MIN)), ['code', 'sid', 'message'])
  for (const number of [10_001, '-1', '+1', ' 1', '1.5', 'one']) {
    refused(await client.slice(uploadId, number, 'x'), 10001, 'sliceId must be an integer from 1 to 10000')
  }
  for (const slice_id of ['0', '', null]) {
    refused(await client.slice(uploadId, 1, 'x', { slice_id }), 10001, 'sliceId must not be empty')
  }
  assert.equal((await download(urlOf(await client.complete(uploadId)))).length, SLICE_SIZE_MIN + 1)
  shows('iflytek-ost', 'slice_id', 'number of slices')
})

const slices = (count: number, size = SLICE_SIZE_MIN) =>
  Array.from({ length: count }, (_, index) => ({ number: index + 1, bytes: randomBytes(size) }))

test('slices out of order and in parallel are joined in order of number', async () => {
  const uploadId = await client.begin()
  const all = slices(12, 70_000)
  await Promise.all(all.toReversed().map(({ number, bytes }) => client.slice(uploadId, number, bytes)))
  const whole = Buffer.concat(all.map(({ bytes }) => bytes))
  assert.ok((await download(urlOf(await client.complete(uploadId)))).equals(whole))
  shows('iflytek-ost', 'slices in any order and in parallel')
})

test('a gap in the numbers is joined over', async () => {
  const uploadId = await client.begin()
  for (const number of [1, 2, 4]) await client.slice(uploadId, number, String(number).repeat(SLICE_SIZE_MIN))
  const bytes = await download(urlOf(await client.complete(uploadId)))
  assert.equal(bytes.toString(), [1, 2, 4].map((number) => String(number).repeat(SLICE_SIZE_MIN)).join(''))
  shows('iflytek-ost', 'slices with a gap')
})

test('a slice that is sent again replaces the one before', async () => {
  const uploadId = await client.begin()
  for (const text of ['first', 'second, longer', 'third']) await client.slice(uploadId, 1, text)
  assert.equal((await download(urlOf(await client.complete(uploadId)))).toString(), 'third')
  shows('iflytek-ost', 'slice, again')
})

test('an empty slice is 10001, and the slice of that number stays as it was', async () => {
  const uploadId = await client.begin()
  await client.slice(uploadId, 1, 'a'.repeat(SLICE_SIZE_MIN))
  refused(await client.slice(uploadId, 2, ''), 10001, 'data must not be empty')
  await client.slice(uploadId, 2, 'last')
  refused(await client.slice(uploadId, 2, ''), 10001, 'data must not be empty')
  assert.equal((await download(urlOf(await client.complete(uploadId)))).length, SLICE_SIZE_MIN + 4)
  shows('iflytek-ost', 'data, empty slice')
})

test('a slice below the minimum is refused at complete by its number, and may be sent again', async () => {
  const uploadId = await client.begin()
  for (const number of [1, 2, 3]) await client.slice(uploadId, number, 'a'.repeat(SLICE_SIZE_MIN))
  await client.slice(uploadId, 2, 'a'.repeat(SLICE_SIZE_MIN - 1))
  refused(
    await client.complete(uploadId),
    10001,
    'data of sliceId 2 has 999 bytes, every slice but the last must have at least 1000',
  )
  await client.slice(uploadId, 2, 'b'.repeat(SLICE_SIZE_MIN))
  assert.equal((await download(urlOf(await client.complete(uploadId)))).length, 3 * SLICE_SIZE_MIN)
  shows('iflytek-ost', 'slice size, less')
})

test('a repeated complete answers the same url', async () => {
  const uploadId = await client.begin()
  await client.slice(uploadId, 1, 'x')
  const first = urlOf(await client.complete(uploadId))
  assert.equal(urlOf(await client.complete(uploadId)), first)
  const parallel = await Promise.all(Array.from({ length: 5 }, () => client.complete(uploadId)))
  assert.deepEqual(new Set(parallel.map(urlOf)), new Set([first]))
  shows('iflytek-ost', 'complete, again')
})

test('complete with nothing uploaded is 10005, and the upload stays open', async () => {
  const uploadId = await client.begin()
  refused(await client.complete(uploadId), 10005, EXPIRED)
  await client.slice(uploadId, 1, 'x')
  succeeded(await client.complete(uploadId), ['code', 'sid', 'data', 'message'])
  shows('iflytek-ost', 'HTTP status of a code other than 0', '10005, nothing uploaded')
})

async function isGone(caller: Client, uploadId: string): Promise<void> {
  refused(await caller.slice(uploadId, 1, 'x'), 10005, EXPIRED)
  refused(await caller.complete(uploadId), 10005, EXPIRED)
  refused(await caller.cancel(uploadId), 10005, EXPIRED)
}

test('an unknown upload_id is 10005', async () => {
  for (const uploadId of ['up_200629084309761716841002', 'x', '../../etc', "' or 1=1", 'u'.repeat(10_000)]) {
    await isGone(client, uploadId)
  }
  shows('iflytek-ost', '10005, unknown upload_id')
})

test("an upload_id of another app is as unknown, whether it is the same account's or not", async () => {
  const uploadId = await client.begin()
  await client.slice(uploadId, 1, 'mine')
  for (const keys of [SECOND_APP, OTHER_APP]) await isGone(new Client(server.url, keys), uploadId)
  assert.equal((await download(urlOf(await client.complete(uploadId)))).toString(), 'mine')
  shows('iflytek-ost', '10005, foreign upload_id')
})

test('slice and complete after cancel are 10005', async () => {
  const uploadId = await client.begin()
  await client.slice(uploadId, 1, 'x')
  await client.cancel(uploadId)
  refused(await client.slice(uploadId, 2, 'x'), 10005, EXPIRED)
  refused(await client.complete(uploadId), 10005, EXPIRED)
  shows('iflytek-ost', '10005, after cancel')
})

test('a repeated cancel succeeds', async () => {
  const uploadId = await client.begin()
  await client.cancel(uploadId)
  succeeded(await client.cancel(uploadId), ['code', 'sid', 'message'])
  shows('iflytek-ost', 'cancel, again')
})

test('slice and cancel after complete are 10005, and the file stays', async () => {
  const uploadId = await client.begin()
  await client.slice(uploadId, 1, 'x')
  const url = urlOf(await client.complete(uploadId))
  refused(await client.slice(uploadId, 2, 'y'), 10005, EXPIRED)
  refused(await client.cancel(uploadId), 10005, EXPIRED)
  assert.equal((await download(url)).toString(), 'x')
  shows('iflytek-ost', '10005, after complete')
})

test('an upload_id lives for 7 days, then it is 10005, and what was completed keeps its url', async () => {
  const WEEK_MS = 7 * 24 * 3600 * 1000
  const MINUTE_MS = 60_000
  const dated = new Client(server.url, APP, { ...PLAIN, date: () => new Date(clock.now()).toUTCString() })
  const [late, inTime, completed] = [await dated.begin(), await dated.begin(), await dated.begin()]
  await dated.slice(completed, 1, 'x')
  const url = urlOf(await dated.complete(completed))
  clock.advance(WEEK_MS - MINUTE_MS)
  succeeded(await dated.slice(inTime, 1, 'in time'), ['code', 'sid', 'message'])
  succeeded(await dated.slice(late, 1, 'too late'), ['code', 'sid', 'message'])
  assert.equal((await download(urlOf(await dated.complete(inTime)))).toString(), 'in time')
  clock.advance(2 * MINUTE_MS)
  await isGone(dated, late)
  shows('iflytek-ost', 'life of an upload_id', '10005, expired')
  assert.equal(urlOf(await dated.complete(completed)), url)
  clock.advance(-WEEK_MS - MINUTE_MS)
})

test('the log names the call, the app, the caller’s request_id and the sid, and no secret', async () => {
  const answer = await client.upload('x', { request_id: 'to-be-found' }, 'private name.wav')
  await download(urlOf(answer))
  const line = server.logLines.find((text) => text.includes(answer.json.sid ?? '-')) ?? ''
  for (const text of ['to-be-found', APP.appId, '"upload"']) assert.ok(line.includes(text), line)
  const all = server.logLines.join('\n')
  for (const text of [APP.apiSecret, 'signature=', urlOf(answer).split('/').at(-1) ?? '']) {
    assert.ok(!all.includes(text))
  }
})

test('with the default minimum, two slices of 5 MiB and a short last one come back', async () => {
  const strict = await startTestServer()
  try {
    const caller = new Client(strict.url)
    const uploadId = await caller.begin()
    const all = [...slices(2, 5_242_880), { number: 3, bytes: randomBytes(10) }]
    for (const { number, bytes } of all) await caller.slice(uploadId, number, bytes)
    const bytes = await download(urlOf(await caller.complete(uploadId)))
    assert.equal(sha256(bytes), sha256(Buffer.concat(all.map((slice) => slice.bytes))))
    shows('iflytek-ost', 'slice size, 5 MiB', 'size of the last slice')
  } finally {
    await strict.stop()
  }
})

test('with the default minimum, a first slice of 5 MiB less one byte is refused', async () => {
  const strict = await startTestServer()
  try {
    const caller = new Client(strict.url)
    const uploadId = await caller.begin()
    await caller.slice(uploadId, 1, randomBytes(5_242_879))
    await caller.slice(uploadId, 2, 'x')
    const answer = await caller.complete(uploadId)
    assert.equal(answer.json.code, 10001)
    assert.match(answer.json.message ?? '', /sliceId 1 has 5242879 bytes/)
    shows('iflytek-ost', 'slice size, 5 MiB less one byte')
    await caller.slice(uploadId, 1, randomBytes(5_242_880))
    assert.equal((await caller.complete(uploadId)).json.code, 0)
    shows('iflytek-ost', 'size of a slice, least')
  } finally {
    await strict.stop()
  }
})

test('slice_id 0 is the first slice where that is allowed', async () => {
  const lenient = await startTestServer({
    settings: { 'iflytek_ost.accept_slice_zero': 'true', 'iflytek_ost.slice_size_min_bytes': '1' },
  })
  try {
    const caller = new Client(lenient.url)
    const uploadId = await caller.begin()
    await caller.slice(uploadId, 1, 'b')
    await caller.slice(uploadId, 0, 'a')
    assert.equal((await download(urlOf(await caller.complete(uploadId)))).toString(), 'ab')
    shows('iflytek-ost', 'slice_id 0, allowed')
  } finally {
    await lenient.stop()
  }
})

test('the HTTP status of answers with a code is an option', async () => {
  const other = await startTestServer({ settings: { 'iflytek_ost.error_status': '500' } })
  try {
    const answer = await new Client(other.url).complete('up_1')
    assert.equal(answer.status, 500)
    assert.equal(answer.json.code, 10005)
    assert.equal((await new Client(other.url).init()).status, 200)
    shows('iflytek-ost', 'HTTP status of a code other than 0, changed')
  } finally {
    await other.stop()
  }
})
