import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestServer, type TestServer } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import { APP, Client, download, formBody, jsonBody, PATHS, post, urlOf } from './wire-client.ts'

/** The samples of requests in the document FileUpload, in its order. */

let server: TestServer
let client: Client
before(async () => {
  server = await startTestServer()
  client = new Client(server.url)
})
after(() => server.stop())

test("the document's sample of upload is taken, byte for byte", async () => {
  const sample = formBody([
    { name: 'app_id', content: APP.appId },
    { name: 'data', filename: 'test.txt', headers: ['Content-Type: text/plain'], content: '==test==' },
    { name: 'request_id', content: '202007030859' },
  ])
  const boundary = '--------------------------856841733413091254401013'
  assert.equal(sample.contentType, `multipart/form-data; boundary=${boundary}`)
  const answer = await post(server.url, PATHS.upload, sample, { headers: ['Connection', 'keep-alive'] })
  const url = urlOf(answer)
  assert.equal((await download(url)).toString(), '==test==')
  assert.equal((await fetch(url, { method: 'HEAD' })).headers.get('content-type'), 'text/plain')
  shows('iflytek-ost', 'upload: the sample of its request')
})

test("the document's sample of init is taken", async () => {
  const sample = `{ "request_id":"202006290840", "app_id":"${APP.appId}", "cloud_id":"0" }`
  const { json } = await post(server.url, PATHS.init, jsonBody(sample))
  assert.deepEqual([json.code, json.message], [0, 'success'])
  assert.match(json.data?.upload_id ?? '', /^up_\d{24}$/)
  shows('iflytek-ost', 'init: the sample of its request')
})

test("the document's sample of a slice is taken, and is in the file", async () => {
  const uploadId = await client.begin()
  const sample = formBody(
    [
      { name: 'app_id', content: APP.appId },
      { name: 'slice_id', content: '1' },
      { name: 'data', filename: 'test.txt', headers: ['Content-Type: text/plain'], content: '==test==' },
      { name: 'upload_id', content: uploadId },
      { name: 'request_id', content: '202007031016' },
    ],
    '--------------------------061214608996181387989480',
  )
  const { json } = await post(server.url, PATHS.slice, sample, { headers: ['Connection', 'keep-alive'] })
  assert.deepEqual(json, { code: 0, sid: json.sid, message: 'success' })
  assert.equal((await download(urlOf(await client.complete(uploadId)))).toString(), '==test==')
  shows('iflytek-ost', 'slice: the sample of its request')
})

test("the document's sample of cancel is taken, and the upload is gone", async () => {
  const uploadId = await client.begin()
  const sample = `{ "request_id":"202006290856", "app_id":"${APP.appId}", "upload_id":"${uploadId}" }`
  const { json } = await post(server.url, PATHS.cancel, jsonBody(sample))
  assert.deepEqual(json, { code: 0, sid: json.sid, message: 'success' })
  assert.equal((await client.complete(uploadId)).json.code, 10005)
  shows('iflytek-ost', 'cancel: the sample of its request')
})
