import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { shows } from '../../support/shows.ts'
import { sendWire } from '../../support/volcengine.ts'
import { PART_SIZE, type Parts, partsOf } from './parts.ts'
import {
  assertFailure,
  type Body,
  OTHER_ACCOUNT,
  OTHER_PROJECT,
  PROJECTS,
  type Query,
  type Rig,
  startRig,
  type VodAnswer,
} from './rig.ts'

const UPLOAD = '00000173C2ED862344C835374DFE33C8'
const KEYS = 'AWSAccessKeyId=[A-Za-z0-9]+&Expires=\\d{10}'
const SIGNATURE = 'Signature=[A-Za-z0-9%]+'

/** The page of this call shows 403 for VOD.10053 too. */
function assertIllegal(answer: VodAnswer, field: string): void {
  assertFailure(answer, 403, 'VOD.10053', `请求参数非法，非法字段：{${field}}。`)
}

describe('huawei-vod: authority for uploads in parts', () => {
  let rig: Rig
  let parts: Parts
  before(async () => {
    rig = await startRig()
    parts = partsOf(rig)
  })
  after(() => rig.stop())

  const ask = ({ target }: Pick<Body, 'target'>, query: Query, version = 'v1.1') =>
    rig.call('GET', 'asset/authority', {
      ...{ version, query: { bucket: target.bucket, object_key: target.object, ...query } },
    })

  /** http_verb and what belongs to it, and the query that sign_str has then. */
  const STEPS: Readonly<Record<string, readonly [Query, string]>> = {
    initiate: [{ http_verb: 'POST', content_type: 'video/mp4' }, `uploads&${KEYS}&${SIGNATURE}`],
    part: [
      { http_verb: 'PUT', upload_id: UPLOAD, part_number: 7 },
      `${KEYS}&partNumber=7&uploadId=${UPLOAD}&${SIGNATURE}`,
    ],
    list: [{ http_verb: 'GET', upload_id: UPLOAD }, `${KEYS}&uploadId=${UPLOAD}&${SIGNATURE}`],
    complete: [{ http_verb: 'POST', upload_id: UPLOAD }, `${KEYS}&uploadId=${UPLOAD}&${SIGNATURE}`],
    abort: [{ http_verb: 'DELETE', upload_id: UPLOAD }, `${KEYS}&uploadId=${UPLOAD}&${SIGNATURE}`],
  }

  test('v1.1 gives a whole signed URL, its parameters in the order of the document', async () => {
    const created = await rig.create()
    const { bucket, object } = created.target
    for (const [step, [query, expected]] of Object.entries(STEPS)) {
      const { status, body } = await ask(created, query)
      assert.equal(status, 200)
      assert.deepEqual(Object.keys(body ?? {}), ['sign_str'])
      const [path, rest] = String(body?.sign_str).split('?')
      assert.equal(path, `${rig.url}/${bucket}/${object}`, step)
      assert.match(String(rest), new RegExp(`^${expected}$`), step)
    }
    shows('huawei-vod', 'GET /v1.1/{project_id}/asset/authority', 'sign_str')
  })

  test('v1.0 gives the signature’s parameters alone', async () => {
    const created = await rig.create()
    for (const [step, [query]] of Object.entries(STEPS)) {
      const { status, body } = await ask(created, query, 'v1.0')
      assert.equal(status, 200)
      assert.match(String(body?.sign_str), new RegExp(`^${KEYS}&${SIGNATURE}$`), step)
    }
    shows('huawei-vod', 'GET /v1.0/{project_id}/asset/authority')
  })

  test('a video goes up in parts with an authority for each step', async () => {
    const bytes = Buffer.concat([Buffer.alloc(PART_SIZE, 1), mediaFixture('video.mp4')])
    const created = await rig.create()
    const uploadId = await parts.begin(created)
    const put = async (number: number, piece: Uint8Array) => {
      const answer = await parts.put(created, uploadId, number, piece)
      assert.equal(answer.status, 200, answer.bytes.toString())
      return String(answer.headers.etag)
    }
    const second = await put(2, bytes.subarray(PART_SIZE))
    const first = await put(1, bytes.subarray(0, PART_SIZE))
    const listUrl = await parts.authority(created, { http_verb: 'GET', upload_id: uploadId })
    const listed = (await sendWire(listUrl, { method: 'GET' })).bytes.toString()
    assert.deepEqual(
      [...listed.matchAll(/<PartNumber>(\d+)</g)].map(([, number]) => number),
      ['1', '2'],
    )
    assert.equal((await parts.complete(created, uploadId, [first, second])).status, 200)
    assert.equal((await rig.confirm(created.asset_id)).status, 200)
    const { base_info } = await rig.expect(200, 'GET', 'asset/details', {
      query: { asset_id: created.asset_id },
    })
    const read = await sendWire(String(base_info.sign_url), { method: 'GET' })
    assert.ok(read.bytes.equals(bytes))
    shows('huawei-vod', 'confirm after parts')
    const other = await rig.create()
    const givenUp = await parts.begin(other)
    assert.equal((await parts.abort(other, givenUp)).status, 204)
    const late = await parts.put(other, givenUp, 1, bytes)
    assert.match(late.bytes.toString(), /<Code>NoSuchUpload<\/Code>/)
    shows('huawei-vod', 'OBS calls with sign_str')
  })

  test('scripts write the URLs themselves with the signature of v1.0', async () => {
    const created = await rig.create()
    const { bucket, object } = created.target
    const url = async (query: Query, own: string) =>
      `${rig.url}/${bucket}/${object}?${own}&${(await ask(created, query, 'v1.0')).body?.sign_str}`
    const begun = await sendWire(await url(STEPS.initiate?.[0] ?? {}, 'uploads'), {
      method: 'POST',
      headers: { 'content-type': 'video/mp4' },
    })
    const upload_id = String(/<UploadId>(.*)<\/UploadId>/.exec(begun.bytes.toString())?.[1])
    const own = `partNumber=1&uploadId=${upload_id}`
    const sent = await sendWire(await url({ http_verb: 'PUT', upload_id, part_number: 1 }, own), {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream' },
      body: 'bytes',
    })
    assert.equal(sent.status, 200, sent.bytes.toString())
    const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${sent.headers.etag}</ETag></Part></CompleteMultipartUpload>`
    const done = await sendWire(await url({ http_verb: 'POST', upload_id }, `uploadId=${upload_id}`), {
      method: 'POST',
      headers: { 'content-type': 'application/xml' },
      body,
    })
    assert.equal(done.status, 200, done.bytes.toString())
    shows('huawei-vod', 'sign_str of v1.0')
  })

  test('a part may be asked for with any type that the document names, and be sent as bytes', async () => {
    const created = await rig.create()
    const upload_id = await parts.begin(created)
    let etag = ''
    for (const content_type of [
      'video/mp4',
      'application/octet-stream',
      'audio/mp3',
      'application/x-other',
    ]) {
      const url = await parts.authority(created, {
        ...{ http_verb: 'PUT', upload_id, part_number: 1, content_type },
      })
      const headers = { 'content-type': 'application/octet-stream' }
      const answer = await sendWire(url, { method: 'PUT', headers, body: 'bytes' })
      assert.equal(answer.status, 200, content_type)
      etag = String(answer.headers.etag)
    }
    const begin = await parts.authority(created, { http_verb: 'POST', content_type: 'video/mp4' })
    const begun = async (type: string) =>
      (await sendWire(begin, { method: 'POST', headers: { 'content-type': type } })).status
    assert.deepEqual([await begun('application/octet-stream'), await begun('video/mp4')], [403, 200])
    const named = { http_verb: 'POST', upload_id, content_type: 'application/x-other' }
    const done = await sendWire(await parts.authority(created, named), {
      ...{ method: 'POST', headers: { 'content-type': 'application/xml' } },
      body: `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`,
    })
    assert.equal(done.status, 200, done.bytes.toString())
    shows('huawei-vod', 'authority: content_type')
  })

  test('content_md5 of a part has to be sent with it', async () => {
    const created = await rig.create()
    const upload_id = await parts.begin(created)
    const content_md5 = createHash('md5').update('bytes').digest('base64')
    const url = await parts.authority(created, { http_verb: 'PUT', upload_id, part_number: 1, content_md5 })
    const put = (headers: Readonly<Record<string, string>>) =>
      sendWire(url, {
        method: 'PUT',
        headers: { 'content-type': 'application/octet-stream', ...headers },
        body: 'bytes',
      })
    assert.equal((await put({})).status, 403)
    const answer = await put({ 'content-md5': content_md5 })
    assert.equal(answer.status, 200, answer.bytes.toString())
    shows('huawei-vod', 'authority: content_md5')
  })

  test('scripts of other origins may ask by v1.0, and by no other call', async () => {
    const created = await rig.create()
    const headers = { origin: 'https://app.example' }
    const preflight = async (path: string) => {
      const asked = { ...headers, 'access-control-request-method': 'GET' }
      return (await sendWire(`${rig.url}/${path}`, { method: 'OPTIONS', headers: asked })).headers
    }
    const { main } = PROJECTS
    assert.equal((await preflight(`v1.0/${main.id}/asset/authority`))['access-control-allow-origin'], '*')
    for (const path of [`v1.1/${main.id}/asset/authority`, `v1.0/${main.id}/asset/list`]) {
      assert.equal((await preflight(path))['access-control-allow-origin'], undefined, path)
    }
    const query = { bucket: created.target.bucket, object_key: created.target.object, http_verb: 'x' }
    const allowed = async (version: string) =>
      (await rig.call('GET', 'asset/authority', { version, query, headers })).headers
    assert.equal((await allowed('v1.0'))['access-control-allow-origin'], '*')
    assert.equal((await allowed('v1.1'))['access-control-allow-origin'], undefined)
    shows('huawei-vod', 'authority v1.0')
  })

  test('what is missing or wrong of an authority is told by its name', async () => {
    const created = await rig.create({ cover_type: 'PNG' })
    const part = { http_verb: 'PUT', upload_id: UPLOAD, part_number: 1 }
    const begin = { http_verb: 'POST', content_type: 'video/mp4' }
    const wrong: readonly (readonly [string, Query])[] = [
      ['http_verb', { ...part, http_verb: 'HEAD' }],
      ['http_verb', { upload_id: UPLOAD }],
      ['bucket', { ...begin, bucket: 'vod-bucket-1-cn-east-2' }],
      ['bucket', { ...begin, bucket: '' }],
      ['object_key', { ...begin, object_key: '' }],
      ['object_key', { ...begin, object_key: `${PROJECTS.main.id}/${created.asset_id}/cover/Cover0.png` }],
      ['content_type', { http_verb: 'POST' }],
      ['content_type', { http_verb: 'POST', content_type: 'a\nb' }],
      ['content_type', { http_verb: 'POST', content_type: `video/${'m'.repeat(128)}` }],
      ['upload_id', { ...part, upload_id: '' }],
      ['upload_id', { ...part, upload_id: 'x' }],
      ['upload_id', { http_verb: 'GET' }],
      ['upload_id', { http_verb: 'DELETE' }],
      ['part_number', { ...part, part_number: '' }],
      ['part_number', { ...part, part_number: 0 }],
      ['part_number', { ...part, part_number: 10_001 }],
      ['part_number', { ...part, part_number: 'one' }],
      ['content_md5', { ...part, content_md5: 'x' }],
      ['upload_id', { ...part, upload_id: [UPLOAD, UPLOAD] }],
    ]
    for (const version of ['v1.0', 'v1.1']) {
      for (const [field, query] of wrong) assertIllegal(await ask(created, query, version), field)
    }
    shows(
      'huawei-vod',
      'authority: http_verb, bucket, object_key, upload_id, part_number',
      'VOD.10053 of the authority',
    )
    for (const part_number of [1, 10_000])
      assert.equal((await ask(created, { ...part, part_number })).status, 200)
    shows('huawei-vod', 'part_number')
  })

  test('there is no authority for assets that are not there', async () => {
    const created = await rig.create()
    const begin = { http_verb: 'POST', content_type: 'video/mp4' }
    const { object } = created.target
    const others = [
      object.replace(created.asset_id, 'f'.repeat(32)),
      object.replace(/[0-9a-f]{32}\.mp4$/, `${'0'.repeat(32)}.mp4`),
      object.replace(PROJECTS.main.id, PROJECTS.second.id),
      'no/such/key',
    ]
    for (const object_key of others) {
      assertFailure(await ask(created, { ...begin, object_key }), 403, 'VOD.10062')
    }
    await rig.expect(200, 'DELETE', 'asset', { query: { asset_id: created.asset_id } })
    assertFailure(await ask(created, begin), 403, 'VOD.10062')
    shows('huawei-vod', 'VOD.10062 of the authority')
  })

  test('there is no authority once an asset is not being uploaded any more', async () => {
    const message = '媒资没有处于上传中状态，无法获取临时授权'
    for (const outcome of ['CREATED', 'FAILED', 'CANCELLED']) {
      const created = await rig.create()
      await rig.put(created.video_upload_url, Buffer.from('bytes'))
      assert.equal((await rig.confirm(created.asset_id, outcome)).status, 200)
      for (const version of ['v1.0', 'v1.1']) {
        for (const [query] of Object.values(STEPS)) {
          assertFailure(await ask(created, query, version), 403, 'VOD.10135', message)
        }
      }
    }
    shows('huawei-vod', 'VOD.10135')
  })

  test('an authority is for assets of the caller’s own project', async () => {
    const created = await rig.create()
    const { bucket, object } = created.target
    const query = { http_verb: 'POST', content_type: 'video/mp4', bucket, object_key: object }
    const at = (options: object) => rig.call('GET', 'asset/authority', { version: 'v1.1', query, ...options })
    const as = { keys: OTHER_ACCOUNT }
    assertFailure(await at({ as }), 403, 'VOD.10057')
    assertFailure(await at({ as, project: OTHER_PROJECT.id }), 403, 'VOD.10062')
    assertFailure(await at({ as: { nobody: true } }), 401, 'APIGW.0301')
    assert.equal((await at({ as: { token: await rig.token() } })).status, 200)
    shows('huawei-vod', 'authority')
  })
})
