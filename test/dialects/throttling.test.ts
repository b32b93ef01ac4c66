import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ACCOUNT, APP, LIBRARIES, PROJECTS, startTestServer, type TestServer } from '../support/harness.ts'
import { RawClient } from '../support/http-kit.ts'
import { iflytekHeaders, multipart } from '../support/iflytek.ts'
import { shows } from '../support/shows.ts'
import { callVms, sendWire, type WireAnswer } from '../support/volcengine.ts'
import { presignedGet } from './drivers.ts'
import { clientOf } from './huawei-vod/rig.ts'

/** Where a call leads to that is made while the account's only request is under way. */
interface Prepared {
  readonly smhToken: string
  readonly cos: { readonly url: string; readonly headers: Readonly<Record<string, string>> }
  readonly obs: string
  readonly iamToken: string
}

interface Vendor {
  readonly name: string
  readonly status: number
  /** In the body. */
  readonly says: readonly string[]
  readonly type: RegExp
  call(url: string, prepared: Prepared): Promise<WireAnswer>
}

const LIBRARY = `library_id=${LIBRARIES.file.id}&library_secret=${encodeURIComponent(LIBRARIES.file.secret)}`

const iflytek = (url: string, path: string) =>
  sendWire(url + path, {
    method: 'POST',
    headers: { ...iflytekHeaders(APP, path), 'content-type': 'application/json' },
    body: '{}',
  })

const VENDORS: readonly Vendor[] = [
  {
    name: 'iFlytek, uploads',
    ...{ status: 429, says: ['{"message":"API rate limit exceeded"}'], type: /^text\/plain/ },
    call: (url) => iflytek(url, '/file/mpupload/init'),
  },
  {
    name: 'iFlytek, tasks',
    ...{ status: 429, says: ['{"message":"API rate limit exceeded"}'], type: /^text\/plain/ },
    call: (url) => iflytek(url, '/v2/ost/query'),
  },
  {
    name: 'Volcengine VMS',
    ...{ status: 400, type: /^application\/json/ },
    says: [
      '"Code":"Throttling"',
      '"Message":"The request is denied due to request throttling."',
      '"CodeN":100018',
    ],
    call: (url) => callVms(url, 'QueryUsableResource', { keys: ACCOUNT, json: {} }),
  },
  {
    name: 'TOS',
    ...{ status: 429, says: ['"Code":"ExceedAccountQPSLimit"'], type: /^application\/json/ },
    call: (url) => sendWire(presignedGet(url, 'a.wav'), { method: 'GET' }),
  },
  {
    name: 'Tencent SMH, by a library’s secret',
    ...{ status: 429, says: ['"code":"RateLimitExceeded"', 'account.requests'], type: /^application\/json/ },
    call: (url) => sendWire(`${url}/api/v1/token?${LIBRARY}&grant=admin`, { method: 'GET' }),
  },
  {
    name: 'Tencent SMH, by a token',
    ...{ status: 429, says: ['"code":"RateLimitExceeded"'], type: /^application\/json/ },
    call: (url, { smhToken }) =>
      sendWire(`${url}/api/v1/directory/${LIBRARIES.file.id}/-/?access_token=${smhToken}`, { method: 'GET' }),
  },
  {
    name: 'COS',
    ...{ status: 503, says: ['<Code>SlowDown</Code>'], type: /^application\/xml/ },
    call: (_, { cos }) =>
      sendWire(cos.url, { method: 'PUT', headers: { ...cos.headers, 'content-length': '3' }, body: 'abc' }),
  },
  {
    name: 'Huawei VOD, by a key',
    ...{ status: 429, type: /^application\/json/ },
    says: [
      '"error_code":"APIGW.0308"',
      '"error_msg":"The throttling threshold has been reached."',
      '"request_id"',
    ],
    call: (url) => clientOf(url).call('GET', 'asset/list'),
  },
  {
    name: 'Huawei IAM, by a token',
    ...{ status: 429, says: ['"title":"Too Many Requests"', '"code":429'], type: /^application\/json/ },
    call: (url, { iamToken }) =>
      sendWire(`${url}/v3/projects`, { method: 'GET', headers: { 'x-auth-token': iamToken } }),
  },
  {
    name: 'OBS',
    ...{ status: 503, says: ['<Code>SlowDown</Code>'], type: /^application\/xml/ },
    call: (_, { obs }) =>
      sendWire(obs, {
        method: 'PUT',
        headers: { 'content-type': 'video/mp4', 'content-length': '3' },
        body: 'abc',
      }),
  },
]

async function prepare(url: string): Promise<Prepared> {
  const token = await sendWire(`${url}/api/v1/token?${LIBRARY}&grant=admin`, { method: 'GET' })
  const smhToken = String(JSON.parse(token.bytes.toString()).accessToken)
  const file = `${url}/api/v1/file/${LIBRARIES.file.id}/-/a.bin?access_token=${smhToken}`
  const begun = JSON.parse((await sendWire(file, { method: 'PUT' })).bytes.toString())
  const { video_upload_url } = await clientOf(url).create()
  return {
    smhToken,
    cos: { url: `http://${begun.domain}${begun.path}`, headers: begun.headers },
    obs: video_upload_url,
    iamToken: await clientOf(url).token({ project: PROJECTS.main.name }),
  }
}

describe('an account over its budget', () => {
  let server: TestServer
  let prepared: Prepared
  let busy: RawClient
  before(async () => {
    server = await startTestServer({ settings: { 'limits.account_requests': '1' } })
    prepared = await prepare(server.url)
    const { type, body } = multipart({ request_id: '1', app_id: APP.app_id }, Buffer.alloc(10))
    const headers = Object.entries({
      ...iflytekHeaders(APP, '/file/upload'),
      ...{ host: 'x', 'content-type': type, 'content-length': body.byteLength, expect: '100-continue' },
    })
    busy = await RawClient.connect(server.port)
    busy.send(
      `POST /file/upload HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    )
    assert.equal(await busy.interim(), 100)
  })
  after(async () => {
    busy.destroy()
    await server.stop()
  })

  for (const { name, status, says, type, call } of VENDORS) {
    test(`is told so in the words of ${name}, and when to come again`, async () => {
      const answer = await call(server.url, prepared)
      const body = answer.bytes.toString()
      assert.equal(answer.status, status, body)
      for (const text of says) assert.ok(body.includes(text), `${text} is in ${body}`)
      assert.match(String(answer.headers['content-type']), type)
      assert.equal(answer.headers['retry-after'], '1')
      const line = JSON.parse(server.logLines.at(-1) ?? '{}')
      assert.deepEqual([line.throttled, line.account], ['account.requests', ACCOUNT.id])
    })
  }

  const toldBy = async (name: string) => {
    const vendor = VENDORS.find((each) => each.name === name) ?? assert.fail(name)
    const answer = await vendor.call(server.url, prepared)
    const isSaid = vendor.says.every((text) => answer.bytes.includes(text))
    return [answer.status, isSaid, answer.headers['retry-after']]
  }

  test('429 API rate limit exceeded: more than an account may use', async () => {
    assert.deepEqual(await toldBy('iFlytek, uploads'), [429, true, '1'])
    shows('iflytek-ost', '429 API rate limit exceeded')
  })

  test('RateLimitExceeded: more than an account may use', async () => {
    assert.deepEqual(await toldBy('Tencent SMH, by a token'), [429, true, '1'])
    shows('tencent-smh', 'RateLimitExceeded')
  })

  test('APIGW.0308: more than an account may use', async () => {
    assert.deepEqual(await toldBy('Huawei VOD, by a key'), [429, true, '1'])
    shows('huawei-vod', 'APIGW.0308')
  })

  test('keeps nobody else out', async () => {
    const other = await sendWire(`${server.url}/healthz`, { method: 'GET' })
    assert.equal(other.status, 200)
    const stranger = await sendWire(
      `${server.url}/api/v1/token?library_id=${LIBRARIES.file.id}&library_secret=x`,
      {
        method: 'GET',
      },
    )
    assert.equal(stranger.status, 404)
  })
})
