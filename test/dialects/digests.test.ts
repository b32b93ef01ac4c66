import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { ACCOUNT, APP, LIBRARIES, startTestServer, type TestServer } from '../support/harness.ts'
import { iflytekHeaders, multipart } from '../support/iflytek.ts'
import { callVms, sendWire, type WireAnswer, wav } from '../support/volcengine.ts'
import { clientOf as vodClient } from './huawei-vod/rig.ts'
import { clientOf as smhClient } from './tencent-smh/rig.ts'

type Headers = Readonly<Record<string, string>>

/** A call with a body: sends it with more headers. */
interface Sending {
  readonly name: string
  /** Makes what has to be there before. The body is what the digest is of. */
  prepare(url: string): Promise<{ readonly body: Uint8Array; send(headers: Headers): Promise<WireAnswer> }>
  /** What is answered to a digest of other bytes: a status, and what its text has. */
  readonly refusal: readonly [status: number, text: RegExp]
  /** Whether Repr-Digest is that of the body, too. */
  readonly isWhole: boolean
}

const post = (url: string, body: Uint8Array, headers: Headers): Promise<WireAnswer> =>
  sendWire(url, { method: 'POST', headers: { ...headers, 'content-length': body.byteLength }, body })
const put = (url: string, body: Uint8Array, headers: Headers): Promise<WireAnswer> =>
  sendWire(url, { method: 'PUT', headers: { ...headers, 'content-length': body.byteLength }, body })

const ostCall =
  (path: string, type: string, body: Uint8Array): Sending['prepare'] =>
  async (url) => ({
    body,
    send: (headers) =>
      post(url + path, body, { ...iflytekHeaders(APP, path), 'content-type': type, ...headers }),
  })

const IDS = { request_id: '1', app_id: APP.app_id }
const form = multipart(IDS, Buffer.from('twelve bytes'))
const sound = wav(1)

const SENDINGS: readonly Sending[] = [
  {
    ...{ name: 'a form of iFlytek', refusal: [200, /"code":10001/], isWhole: false },
    prepare: ostCall('/file/upload', form.type, form.body),
  },
  {
    ...{ name: 'JSON of iFlytek', refusal: [200, /"code":10001/], isWhole: false },
    prepare: ostCall('/file/mpupload/init', 'application/json', Buffer.from(JSON.stringify(IDS))),
  },
  {
    ...{ name: 'JSON of Volcengine', refusal: [400, /InvalidParameter/], isWhole: false },
    prepare: async (url) => {
      const json = { FileName: 'a.wav' }
      const send = (headers: Headers) =>
        callVms(url, 'GetResourceUploadUrl', { keys: ACCOUNT, json, headers })
      return { body: Buffer.from(JSON.stringify(json)), send }
    },
  },
  {
    ...{ name: 'a PUT of TOS', refusal: [400, /BadDigest/], isWhole: true },
    prepare: async (url) => {
      const json = { FileName: 'b.wav' }
      const { body } = await callVms(url, 'GetResourceUploadUrl', { keys: ACCOUNT, json })
      const { UploadUrl } = body.Result as { readonly UploadUrl: string }
      return { body: sound, send: (headers) => put(UploadUrl, sound, headers) }
    },
  },
  {
    ...{ name: 'a PUT of COS', refusal: [400, /BadDigest/], isWhole: true },
    prepare: async (url) => {
      const client = smhClient(url)
      const path = `file/${LIBRARIES.file.id}/-/digest.bin`
      const task = await client.expect(201, 'PUT', path, { access_token: await client.token() })
      const headersOf = (more: Headers): Headers => ({
        ...Object.fromEntries(Object.entries(task.headers).map(([name, value]) => [name, String(value)])),
        ...more,
      })
      const to = `http://${task.domain}${String(task.path)}`
      return { body: sound, send: (headers) => put(to, sound, headersOf(headers)) }
    },
  },
  {
    ...{ name: 'JSON of Huawei', refusal: [400, /VOD\.10081/], isWhole: false },
    prepare: async (url) => {
      const raw = JSON.stringify({ title: 't', video_name: 'v.mp4', video_type: 'MP4' })
      const send = (headers: Headers) => vodClient(url).call('POST', 'asset', { raw, headers })
      return { body: Buffer.from(raw), send }
    },
  },
  {
    ...{ name: 'a PUT of OBS', refusal: [400, /BadDigest/], isWhole: true },
    prepare: async (url) => {
      const client = vodClient(url)
      const { video_upload_url } = await client.create()
      return { body: sound, send: (headers) => client.put(video_upload_url, sound, headers) }
    },
  },
]

const fieldOf = (algorithm: 'sha-256' | 'sha-512', bytes: Uint8Array): string =>
  `${algorithm}=:${createHash(algorithm.replace('-', '')).update(bytes).digest('base64')}:`

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server.stop())

for (const { name, prepare, refusal, isWhole } of SENDINGS) {
  describe(`digests of ${name}`, () => {
    test('of other bytes are refused as the vendor refuses bad digests', async () => {
      const { body, send } = await prepare(server.url)
      const other = Buffer.from('other bytes')
      const fields = isWhole ? ['content-digest', 'repr-digest'] : ['content-digest']
      for (const field of fields) {
        for (const algorithm of ['sha-256', 'sha-512'] as const) {
          const answer = await send({ [field]: `${fieldOf(algorithm, other)}, unknown=:AAAA:` })
          assert.equal(answer.status, refusal[0], answer.bytes.toString())
          assert.match(answer.bytes.toString(), refusal[1])
        }
        const both = `${fieldOf('sha-256', body)}, ${fieldOf('sha-512', other)}`
        assert.match((await send({ [field]: both })).bytes.toString(), refusal[1])
      }
    })

    test('of these bytes are taken, and so are those of algorithms that are not known', async () => {
      const { body, send } = await prepare(server.url)
      const digest = `${fieldOf('sha-256', body)}, ${fieldOf('sha-512', body)}, md5=:AAAA:`
      for (const headers of [
        { 'content-digest': digest, 'repr-digest': digest },
        { 'content-digest': 'sha=:AAAA:' },
      ]) {
        const answer = await send(headers)
        assert.ok(answer.status === 200, answer.bytes.toString())
        assert.doesNotMatch(answer.bytes.toString(), refusal[1])
      }
    })
  })
}
