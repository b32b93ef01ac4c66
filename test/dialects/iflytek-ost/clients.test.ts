import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { startTestServer, type TestServer } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import {
  DEMO_JAVA,
  DEMO_PY,
  FLASK,
  FOUNT,
  GO_A,
  GO_B,
  type LocalFile,
  orderedParts,
  PHP,
  type Profile,
  RUST,
  SKILLS,
  springWith,
} from './profiles.ts'
import {
  type Answer,
  APP,
  type Body,
  download,
  formBody,
  jsonBody,
  PATHS,
  post,
  signedHeaders,
  urlOf,
} from './wire-client.ts'

const PATH = '/home/me/my files/语音 "1".wav'
const SMALL: LocalFile = { path: PATH, bytes: randomBytes(100_003) }

let server: TestServer
before(async () => {
  server = await startTestServer({ settings: { 'iflytek_ost.accept_slice_zero': 'true' } })
})
after(() => server.stop())

/** The calls of one client, with everything it is known to send. */
class KnownClient {
  readonly #profile: Profile
  readonly #file: LocalFile
  readonly #ids: { readonly request_id: string; readonly app_id: string }

  constructor(profile: Profile, file: LocalFile) {
    this.#profile = profile
    this.#file = file
    this.#ids = { request_id: profile.requestId(), app_id: APP.appId }
  }

  async uploadWhole(): Promise<string> {
    const { uploadOrder, uploadCloudId, filename } = this.#profile
    const fields = { ...this.#ids, cloud_id: uploadCloudId }
    const body = this.#form(uploadOrder, fields, filename(this.#file), this.#file.bytes)
    return urlOf(await this.#post(PATHS.upload, body))
  }

  async uploadSlices(): Promise<string> {
    const { sliceOrder, sliceFilename, initCloudId } = this.#profile
    const cloud = initCloudId === undefined ? {} : { cloud_id: initCloudId }
    const begun = await this.#post(PATHS.init, this.#json({ ...this.#ids, ...cloud }))
    const upload_id = String(begun.json.data?.upload_id)
    for (const { number, bytes } of this.#slices()) {
      const fields = { ...this.#ids, upload_id, slice_id: String(number) }
      const name = sliceFilename(this.#file, number)
      await this.#post(PATHS.slice, this.#form(sliceOrder, fields, name, bytes))
    }
    return urlOf(await this.#post(PATHS.complete, this.#json({ ...this.#ids, upload_id })))
  }

  *#slices() {
    const { sliceSize, firstSlice, sendsEmptyLastSlice } = this.#profile
    const { bytes } = this.#file
    const count = sendsEmptyLastSlice
      ? Math.floor(bytes.length / sliceSize) + 1
      : Math.ceil(bytes.length / sliceSize)
    for (let index = 0; index < count; index += 1) {
      const slice = bytes.subarray(index * sliceSize, (index + 1) * sliceSize)
      yield { number: index + firstSlice, bytes: slice }
    }
  }

  #json(value: object): Body {
    return jsonBody(value, this.#profile.jsonContentType)
  }

  #form(order: readonly string[], fields: Record<string, string | undefined>, name: string, content: Buffer) {
    const { dataHeaders, textHeaders, boundary } = this.#profile
    const filename = name.replaceAll('"', '%22')
    const data = { name: 'data', filename, headers: dataHeaders(content), content }
    return formBody(orderedParts(order, fields, data, textHeaders), boundary)
  }

  async #post(path: string, body: Body): Promise<Answer> {
    const { signing, headers = [] } = this.#profile
    const answer = await post(server.url, path, body, { signing, headers })
    assert.equal(answer.json.code, 0, answer.text)
    return answer
  }
}

async function comesBackWhole(profile: Profile): Promise<void> {
  const url = await new KnownClient(profile, SMALL).uploadWhole()
  assert.ok((await download(url)).equals(SMALL.bytes))
}

/** Three slices of the client's own size, the last one short. */
async function comesBackInSlices(profile: Profile): Promise<void> {
  const file = { path: PATH, bytes: randomBytes(profile.sliceSize * 2 + 1000) }
  const url = await new KnownClient(profile, file).uploadSlices()
  assert.ok((await download(url)).equals(file.bytes))
}

test('skills uploads a file whole', async () => {
  await comesBackWhole(SKILLS)
  shows('iflytek-ost', 'skills, whole')
})

test('skills uploads a file in slices', async () => {
  await comesBackInSlices(SKILLS)
  shows('iflytek-ost', 'skills, sliced')
})

test('demo-py uploads a file whole', async () => {
  await comesBackWhole(DEMO_PY)
  shows('iflytek-ost', 'demo-py, whole')
})

test('demo-py uploads a file in slices', async () => {
  await comesBackInSlices(DEMO_PY)
  shows('iflytek-ost', 'demo-py, sliced')
})

test('demo-java uploads a file whole', async () => {
  await comesBackWhole(DEMO_JAVA)
  shows('iflytek-ost', 'demo-java, whole')
})

test('demo-java uploads a file in slices', async () => {
  await comesBackInSlices(DEMO_JAVA)
  shows('iflytek-ost', 'demo-java, sliced')
})

test('rust uploads a file whole', async () => {
  await comesBackWhole(RUST)
  shows('iflytek-ost', 'rust, whole')
})

test('rust uploads a file in slices', async () => {
  await comesBackInSlices(RUST)
  shows('iflytek-ost', 'rust, sliced')
})

test('fount uploads a file whole', async () => {
  await comesBackWhole(FOUNT)
  shows('iflytek-ost', 'fount, whole')
})

test('fount uploads a file in slices', async () => {
  await comesBackInSlices(FOUNT)
  shows('iflytek-ost', 'fount, sliced')
})

test('go-a uploads a file whole', async () => {
  await comesBackWhole(GO_A)
  shows('iflytek-ost', 'Date, zone word UTC', 'go-a, whole')
})

test('go-a uploads a file in slices', async () => {
  await comesBackInSlices(GO_A)
  shows('iflytek-ost', 'go-a, sliced')
})

test('go-b uploads a file whole', async () => {
  await comesBackWhole(GO_B)
  shows('iflytek-ost', 'go-b, whole')
})

test('go-b uploads a file in slices', async () => {
  await comesBackInSlices(GO_B)
  shows('iflytek-ost', 'go-b, sliced')
})

test('flask uploads a file whole', async () => {
  await comesBackWhole(FLASK)
  shows('iflytek-ost', 'flask, whole')
})

test('flask uploads a file in slices that it numbers from 0', async () => {
  await comesBackInSlices(FLASK)
  shows('iflytek-ost', 'flask, sliced')
})

test('php uploads a file whole', async () => {
  await comesBackWhole(PHP)
  shows('iflytek-ost', 'php, whole')
})

test('php uploads a file in slices', async () => {
  await comesBackInSlices(PHP)
  shows('iflytek-ost', 'php, sliced')
})

test('spring uploads a file whole', async () => {
  await comesBackWhole(springWith(SMALL))
  shows('iflytek-ost', 'spring, whole')
})

test('a client that sends an empty slice in place of the real last one is told', async () => {
  const file = { path: PATH, bytes: randomBytes(SKILLS.sliceSize * 2) }
  await assert.rejects(new KnownClient(SKILLS, file).uploadSlices(), /"code":10001,.*data must not be empty/)
  shows('iflytek-ost', 'skills, demo-py: empty slice in place of the last')
})

test('a client on fetch and FormData, whose Host is not its own to set, uploads a file whole', async () => {
  const { host } = new URL(server.url)
  const unused = { contentType: '', bytes: Buffer.alloc(0) }
  const signed = signedHeaders(host, PATHS.upload, unused, APP, FOUNT.signing)
  const pairs = signed.flatMap((name, at) => (at % 2 === 0 ? [[name, signed[at + 1] ?? '']] : []))
  const form = new FormData()
  form.set('data', new File([new Uint8Array(SMALL.bytes)], '语音.wav'))
  form.set('request_id', '1')
  form.set('app_id', APP.appId)
  const headers = Object.fromEntries(pairs)
  const response = await fetch(server.url + PATHS.upload, { method: 'POST', headers, body: form })
  const answer = (await response.json()) as Answer['json']
  assert.equal(answer.code, 0)
  assert.ok((await download(String(answer.data?.url))).equals(SMALL.bytes))
  shows('iflytek-ost', 'fetch and FormData')
})
