import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestServer, type TestServer } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import {
  type Answer,
  APP,
  answerTo,
  type Body,
  Client,
  download,
  formBody,
  jsonBody,
  openPost,
  PATHS,
  post,
  signedHeaders,
  urlOf,
  VENDOR_HOST,
} from './wire-client.ts'

/** The statements of the document FileUpload, in its order. */

let server: TestServer
let client: Client
before(async () => {
  server = await startTestServer()
  client = new Client(server.url)
})
after(() => server.stop())

type Call = keyof typeof PATHS

const FORMS: readonly Call[] = ['upload', 'slice']
const CALLS = Object.keys(PATHS) as readonly Call[]
/** What each call needs beside what all need. */
const NEEDS: Readonly<Record<Call, readonly string[]>> = {
  upload: ['request_id', 'app_id', 'data'],
  init: ['request_id', 'app_id'],
  slice: ['request_id', 'app_id', 'upload_id', 'slice_id', 'data'],
  complete: ['request_id', 'app_id', 'upload_id'],
  cancel: ['request_id', 'app_id', 'upload_id'],
}
const DATA: Readonly<Record<Call, readonly string[] | null>> = {
  ...{ upload: ['url'], init: ['upload_id'], slice: null, complete: ['url'], cancel: null },
}

/** A right body of a call. `changes` are put over its fields; undefined takes one away. */
function bodyOf(call: Call, uploadId: string, changes: Readonly<Record<string, unknown>> = {}): Body {
  const all = {
    request_id: '202006290840',
    app_id: APP.appId,
    upload_id: uploadId,
    slice_id: '1',
    data: '==test==',
  }
  const needed = Object.entries({ ...all, ...changes }).filter(
    ([name, value]) => value !== undefined && (NEEDS[call].includes(name) || name in changes),
  )
  if (!FORMS.includes(call)) return jsonBody(Object.fromEntries(needed))
  return formBody(
    needed.map(([name, content]) => ({
      ...{ name, content: String(content) },
      ...(name === 'data' ? { filename: 'test.txt', headers: ['Content-Type: text/plain'] } : {}),
    })),
  )
}

/** An upload that a call can be about. */
async function openUpload(call: Call): Promise<string> {
  const uploadId = await client.begin()
  if (call === 'complete') await client.slice(uploadId, 1, 'x')
  return uploadId
}

async function send(call: Call, changes: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
  return post(server.url, PATHS[call], bodyOf(call, await openUpload(call), changes))
}

const refusedBecause = ({ json }: Answer, message: string): void =>
  assert.deepEqual([json.code, json.message, json.data], [10001, message, undefined])

test('every call is a POST at the path of the document, under the name of its host', async () => {
  for (const call of CALLS) {
    const body = bodyOf(call, await openUpload(call))
    const [, , ...signed] = signedHeaders(VENDOR_HOST, PATHS[call], body)
    const headers = ['Host', VENDOR_HOST, ...signed, 'Content-Type', body.contentType]
    const request = openPost(server.url, PATHS[call], headers)
    request.end(body.bytes)
    assert.equal((await answerTo(request)).json.code, 0, call)
  }
  shows(
    'iflytek-ost',
    'upload: POST https://upload-ost-api.xfyun.cn/file/upload',
    'init: POST https://upload-ost-api.xfyun.cn/file/mpupload/init',
    'slice: POST https://upload-ost-api.xfyun.cn/file/mpupload/upload',
    'complete: POST https://upload-ost-api.xfyun.cn/file/mpupload/complete',
    'cancel: POST https://upload-ost-api.xfyun.cn/file/mpupload/cancel',
  )
})

test('every answer is application/json, also without Accept and where that asks for something else', async () => {
  for (const call of CALLS) {
    for (const accept of [['Accept', 'application/json'], [], ['Accept', 'text/html']]) {
      const body = bodyOf(call, await openUpload(call))
      const headers = [...signedHeaders('x', PATHS[call], body), 'Content-Type', body.contentType, ...accept]
      const request = openPost(server.url, PATHS[call], headers)
      request.end(body.bytes)
      const answer = await answerTo(request)
      assert.deepEqual([answer.json.code, answer.type], [0, 'application/json; charset=utf-8'], call)
    }
  }
  shows(
    'iflytek-ost',
    'upload: Accept',
    'init: Accept',
    'slice: Accept',
    'complete: Accept',
    'cancel: Accept',
  )
})

const LABELS: Readonly<Record<string, string>> = {
  ...{ request_id: 'requestId', app_id: 'appId', upload_id: 'uploadId', slice_id: 'sliceId', data: 'data' },
}

async function needsAll(call: Call): Promise<void> {
  assert.equal((await send(call)).json.code, 0)
  for (const name of NEEDS[call]) {
    refusedBecause(await send(call, { [name]: undefined }), `${LABELS[name]} must not be empty`)
  }
}

test('upload: what the document requires is 10001 where it is missing, and enough', async () => {
  await needsAll('upload')
  shows('iflytek-ost', 'upload: request_id', 'upload: app_id', 'upload: data')
})

test('init: what the document requires is 10001 where it is missing, and enough', async () => {
  await needsAll('init')
  shows('iflytek-ost', 'init: request_id', 'init: app_id')
})

test('slice: what the document requires is 10001 where it is missing, and enough', async () => {
  await needsAll('slice')
  shows(
    'iflytek-ost',
    'slice: request_id',
    'slice: app_id',
    'slice: upload_id',
    'slice: slice_id',
    'slice: data',
  )
})

test('complete: what the document requires is 10001 where it is missing, and enough', async () => {
  await needsAll('complete')
  shows('iflytek-ost', 'complete: request_id', 'complete: app_id', 'complete: upload_id')
})

test('cancel: what the document requires is 10001 where it is missing, and enough', async () => {
  await needsAll('cancel')
  shows('iflytek-ost', 'cancel: request_id', 'cancel: app_id', 'cancel: upload_id')
})

test('parameters that the document calls a string are refused as anything else in JSON but a number', async () => {
  for (const call of CALLS.filter((each) => !FORMS.includes(each))) {
    for (const name of NEEDS[call]) {
      for (const value of [true, ['x'], { x: 1 }]) {
        refusedBecause(await send(call, { [name]: value }), `${LABELS[name]} must be a string`)
      }
      const { json } = await send(call, { [name]: 7 })
      const label = name === 'request_id' ? 'success' : `${LABELS[name]} must be a string`
      assert.equal(json.message, label, call)
    }
  }
  assert.equal((await send('init', { cloud_id: 0 })).json.code, 0)
  shows('iflytek-ost', 'parameters of type string, in JSON')
})

test('slice_id is an int', async () => {
  const message = 'sliceId must be an integer from 1 to 10000'
  for (const slice_id of ['1.5', 'one', '-1']) refusedBecause(await send('slice', { slice_id }), message)
  assert.equal((await send('slice', { slice_id: '7' })).json.code, 0)
  shows('iflytek-ost', 'slice_id, of type int')
})

test('cloud_id is optional, "0" is the public cloud', async () => {
  for (const call of ['upload', 'init'] as const) {
    for (const cloud_id of [undefined, '0']) assert.equal((await send(call, { cloud_id })).json.code, 0)
  }
  shows('iflytek-ost', 'upload: cloud_id', 'init: cloud_id')
})

async function answersAll(call: Call): Promise<void> {
  const { json } = await send(call)
  const data = DATA[call]
  const names = ['code', ...(data === null ? [] : ['data']), 'message', 'sid']
  assert.deepEqual(Object.keys(json).toSorted(), names)
  assert.ok(Number.isInteger(json.code) && json.code === 0)
  assert.equal(json.message, 'success')
  assert.equal(typeof json.sid, 'string')
  if (data !== null) assert.deepEqual(Object.keys(json.data ?? {}), data)
  for (const value of Object.values(json.data ?? {})) assert.ok(typeof value === 'string' && value !== '')
}

test('upload: the answer has the parameters of the document, of their types', async () => {
  await answersAll('upload')
  shows('iflytek-ost', 'upload: code', 'upload: message', 'upload: sid')
})

test('init: the answer has the parameters of the document, of their types', async () => {
  await answersAll('init')
  shows('iflytek-ost', 'init: code', 'init: message', 'init: sid')
})

test('slice: the answer has the parameters of the document, of their types', async () => {
  await answersAll('slice')
  shows('iflytek-ost', 'slice: code', 'slice: message', 'slice: sid')
})

test('complete: the answer has the parameters of the document, of their types', async () => {
  await answersAll('complete')
  shows('iflytek-ost', 'complete: code', 'complete: message', 'complete: sid')
})

test('cancel: the answer has the parameters of the document, of their types', async () => {
  await answersAll('cancel')
  shows('iflytek-ost', 'cancel: code', 'cancel: message', 'cancel: sid')
})

test('message describes the error', async () => {
  const { json } = await client.complete('up_200629084309761716841002')
  assert.equal(json.message, 'upload information has expired or nothing was uploaded')
  shows('iflytek-ost', 'message of an error')
})

test('sid and upload_id are unique', async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, () => client.init()))
  for (const field of [({ json }: Answer) => json.sid, ({ json }: Answer) => json.data?.upload_id]) {
    assert.equal(new Set(answers.map(field)).size, 50)
  }
  shows('iflytek-ost', 'init: data.upload_id')
})

test('the url of an answer downloads the file, of upload and of complete', async () => {
  assert.equal((await download(urlOf(await send('upload')))).toString(), '==test==')
  assert.equal((await download(urlOf(await send('complete')))).toString(), 'x')
  shows('iflytek-ost', 'upload: data.url', 'complete: data.url')
})
