import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { auditOf } from '../../support/audit.ts'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { shows } from '../../support/shows.ts'
import { sendWire } from '../../support/volcengine.ts'
import { PART_SIZE, type Parts, partsOf } from './parts.ts'
import {
  ACCOUNT,
  assertFailure,
  assertIllegal,
  type Body,
  OTHER_ACCOUNT,
  OTHER_PROJECT,
  PROJECTS,
  type Rig,
  startRig,
} from './rig.ts'

const BYTES = Buffer.from('bytes')
/** Over what is kept with the facts, so that audits see them. */
const LARGE = Buffer.alloc(PART_SIZE, 7)
const OUTCOMES = ['CREATED', 'FAILED', 'CANCELLED'] as const
const RESULTS = { CREATED: 'CREATED', FAILED: 'UPLOAD_FAILED', CANCELLED: 'CANCELLED' } as const

describe('huawei-vod: confirming uploads', () => {
  let rig: Rig
  let parts: Parts
  before(async () => {
    rig = await startRig()
    parts = partsOf(rig)
  })
  after(() => rig.stop())

  /** An asset whose video has come. */
  const uploaded = async (bytes: Uint8Array = BYTES, fields = {}): Promise<Body> => {
    const created = await rig.create(fields)
    const { status } = await rig.put(created.video_upload_url, bytes)
    assert.equal(status, 200)
    return created
  }
  const statusOf = async (assetId: string) => (await rig.info(assetId)).status
  const detailsOf = async (asset_id: string) =>
    (await rig.expect(200, 'GET', 'asset/details', { query: { asset_id } })).base_info
  /** What lies in the blob store beside that of other tests. */
  const stored = async () => {
    await rig.server.jobs.runAll()
    const { live, missing, unreferenced } = await auditOf(rig.server.engine)
    assert.deepEqual([missing, unreferenced], [[], []])
    return live
  }

  for (const outcome of OUTCOMES) {
    test(`a confirm of ${outcome} by token is answered as the document has it`, async () => {
      const token = await rig.token()
      const { asset_id } = await uploaded()
      const raw = `{\n  "asset_id": "${asset_id}",\n  "status":"${outcome}"\n}`
      const answer = await sendWire(`${rig.url}/v1.0/${PROJECTS.main.id}/asset/status/uploaded`, {
        method: 'POST',
        headers: { 'x-auth-token': token, 'content-type': 'application/json' },
        body: raw,
      })
      assert.equal(answer.status, 200)
      assert.equal(answer.headers['content-type'], 'application/json')
      assert.deepEqual(JSON.parse(answer.bytes.toString()), { asset_id })
      shows('huawei-vod', 'confirm', 'confirm: X-Auth-Token', 'confirm: body of the document’s example')
      assert.equal(await statusOf(asset_id), RESULTS[outcome])
      shows('huawei-vod', 'POST /v1.0/{project_id}/asset/status/uploaded')
    })
  }

  test('a confirm of an unknown asset is answered as the document has it', async () => {
    const token = await rig.token()
    const json = { asset_id: 'f488337c31c8e4622f1590735b134c65', status: 'CREATED' }
    const path = 'asset/status/uploaded'
    const answer = await rig.call('POST', path, { json, as: { token } })
    assert.equal(answer.status, 400)
    assert.deepEqual(answer.body, {
      error_code: 'VOD.10062',
      error_msg: '媒资或资源不存在，请检查。',
    })
    shows('huawei-vod', 'VOD.10062 of a confirm', 'confirm: error_code, error_msg')
    const headers = { 'accept-language': 'en-US,en;q=0.9' }
    assertFailure(
      ...([await rig.call('POST', path, { json, headers }), 400, 'VOD.10062'] as const),
      'Media asset or resource does not exist, please check.',
    )
  })

  test('ids that no asset of the project has are unknown, whatever the outcome', async () => {
    const { asset_id } = await uploaded()
    const ids = [
      'f'.repeat(32),
      asset_id.toUpperCase(),
      `${asset_id} `,
      `${asset_id}0`,
      '../vod',
      'x',
      'é'.repeat(20),
    ]
    for (const outcome of OUTCOMES) {
      for (const id of ids) assertFailure(await rig.confirm(id, outcome), 400, 'VOD.10062')
      const second = { project: PROJECTS.second.id }
      assertFailure(await rig.confirm(asset_id, outcome, second), 400, 'VOD.10062')
      const as = { keys: OTHER_ACCOUNT }
      assertFailure(await rig.confirm(asset_id, outcome, { as, project: OTHER_PROJECT.id }), 400, 'VOD.10062')
      assertFailure(await rig.confirm(asset_id, outcome, { as }), 403, 'VOD.10057')
    }
    shows('huawei-vod', 'VOD.10062 of a confirm')
    assert.equal(await statusOf(asset_id), 'CREATING')
    assert.equal((await rig.confirm(asset_id)).status, 200)
    shows('huawei-vod', 'confirm: project_id')
  })

  test('asset_id and status are required, and checked', async () => {
    const { asset_id } = await uploaded()
    const sent = (json: unknown) => rig.call('POST', 'asset/status/uploaded', { json })
    for (const value of [undefined, null, '', 7, [asset_id], {}, 'a'.repeat(129)]) {
      assertIllegal(await sent({ asset_id: value, status: 'CREATED' }), 'asset_id')
    }
    for (const value of [undefined, null, '', 'created', 'PUBLISHED', 1, ['CREATED'], 'toString']) {
      assertIllegal(await sent({ asset_id, status: value }), 'status')
    }
    assertIllegal(await sent({}), 'asset_id')
    assertIllegal(await rig.call('POST', 'asset/status/uploaded'), 'asset_id')
    shows('huawei-vod', 'VOD.10053')
    for (const raw of ['{', '[]', `asset_id=${asset_id}`]) {
      assertFailure(await rig.call('POST', 'asset/status/uploaded', { raw }), 400, 'VOD.10081')
    }
    assert.equal(await statusOf(asset_id), 'CREATING')
    for (const status of OUTCOMES) {
      const json = { asset_id: (await uploaded()).asset_id, status }
      assert.equal((await sent(json)).status, 200)
    }
    shows('huawei-vod', 'confirm: asset_id, status')
  })

  test('a confirm is for those who prove who they are', async () => {
    const { asset_id } = await uploaded()
    const token = await rig.token()
    const as = (caller: object) => rig.confirm(asset_id, 'CREATED', { as: caller as never })
    assertFailure(await as({ nobody: true }), 401, 'APIGW.0301')
    assertFailure(await as({ token: `${token.slice(0, -1)}!` }), 401, 'APIGW.0301')
    assertFailure(await as({ keys: { access_key: ACCOUNT.access_key, secret_key: 'x' } }), 401, 'APIGW.0301')
    assertFailure(await as({ token: await rig.token({ project: null }) }), 403, 'VOD.10057')
    const other = await rig.token({ project: PROJECTS.second.name })
    assertFailure(await as({ token: other }), 403, 'VOD.10057')
    assert.equal(await statusOf(asset_id), 'CREATING')
    assert.equal((await as({ token })).status, 200)
    const byKeys = (await uploaded()).asset_id
    const keys = { access_key: ACCOUNT.access_key, secret_key: ACCOUNT.secret_key }
    assert.equal((await rig.confirm(byKeys, 'CREATED', { as: { keys } })).status, 200)
    shows('huawei-vod', 'confirm')
  })

  test('CREATED is refused until the bytes are there', async () => {
    const message = '媒资当前状态不允许进行上传确认，请确认媒资状态'
    const created = await rig.create()
    const { asset_id } = created
    const refused = async () => assertFailure(await rig.confirm(asset_id), 400, 'VOD.10126', message)
    await refused()
    const uploadId = await parts.begin(created)
    await refused()
    const { headers } = await parts.put(created, uploadId, 1, BYTES)
    await refused()
    assert.equal(await statusOf(asset_id), 'CREATING')
    await parts.complete(created, uploadId, [String(headers.etag)])
    assert.equal((await rig.confirm(asset_id)).status, 200)
    shows('huawei-vod', 'VOD.10126')
  })

  test('an empty video is not confirmed as CREATED, whole or in parts, and can be sent again', async () => {
    const created = await uploaded(Buffer.alloc(0))
    const refused = async () => assertFailure(await rig.confirm(created.asset_id), 400, 'VOD.10126')
    await refused()
    await parts.send(created, [Buffer.alloc(0)])
    await refused()
    assert.equal(await statusOf(created.asset_id), 'CREATING')
    shows('huawei-vod', 'VOD.10126')
    await rig.put(created.video_upload_url, BYTES)
    assert.equal((await rig.confirm(created.asset_id)).status, 200)
    const empty = await uploaded(Buffer.alloc(0))
    assert.equal((await rig.confirm(empty.asset_id, 'FAILED')).status, 200)
  })

  test('nothing is readable before the confirm, and every byte after', async () => {
    const created = await uploaded(LARGE, { cover_type: 'PNG', auto_publish: 1 })
    const { asset_id } = created
    await rig.put(String(created.cover_upload_url), BYTES, { 'content-type': 'image/png' })
    const before = await detailsOf(asset_id)
    assert.deepEqual([before.video_url, before.sign_url, before.cover_info_array], [null, null, []])
    const { object } = created.target
    const read = async (path: string) => {
      const answer = await sendWire(path.startsWith('http') ? path : `${rig.url}/asset/${path}`, {
        method: 'GET',
      })
      return answer.status === 200 ? answer.bytes : answer.status
    }
    const cover = object.replace(/[^/]*$/, 'cover/Cover0.png')
    assert.deepEqual([await read(object), await read(cover)], [404, 404])
    assert.equal((await rig.confirm(asset_id)).status, 200)
    const shown = await detailsOf(asset_id)
    assert.deepEqual(await read(String(shown.sign_url)), LARGE)
    assert.deepEqual(await read(String(shown.video_url)), LARGE)
    assert.deepEqual(await read(cover), BYTES)
    shows('huawei-vod', 'confirm: CREATED')
    await rig.expect(200, 'POST', 'asset/status/unpublish', { json: { asset_id: [asset_id] } })
    rig.clock.advance(3590_000)
    assert.deepEqual(await read(String(shown.sign_url)), LARGE)
    rig.clock.advance(10_000)
    assert.equal(await read(String(shown.sign_url)), 403)
    shows('huawei-vod', 'GET sign_url')
  })

  test('a repeated confirm is answered as the first and changes nothing', async () => {
    for (const outcome of OUTCOMES) {
      const { asset_id } = await uploaded()
      const first = await rig.confirm(asset_id, outcome)
      const info = await rig.info(asset_id)
      rig.clock.advance(5000)
      for (let again = 0; again < 3; again++) {
        const { status, body } = await rig.confirm(asset_id, outcome)
        assert.deepEqual([status, body], [200, first.body])
      }
      assert.deepEqual(await rig.info(asset_id), info)
    }
    shows('huawei-vod', 'confirm again')
  })

  test('a repeated confirm of a published asset leaves it published', async () => {
    const asset_id = await rig.make(BYTES)
    await rig.expect(200, 'POST', 'asset/status/publish', { json: { asset_id: [asset_id] } })
    const { status, body } = await rig.confirm(asset_id)
    assert.deepEqual([status, body], [200, { asset_id }])
    assert.equal(await statusOf(asset_id), 'PUBLISHED')
    shows('huawei-vod', 'confirm again of a published asset')
  })

  test('an asset that was confirmed one way is not confirmed another way', async () => {
    for (const outcome of OUTCOMES) {
      for (const other of OUTCOMES.filter((each) => each !== outcome)) {
        const { asset_id } = await uploaded()
        await rig.confirm(asset_id, outcome)
        assertFailure(await rig.confirm(asset_id, other), 400, 'VOD.10126')
        assert.equal(await statusOf(asset_id), RESULTS[outcome])
      }
    }
    const published = await rig.make(BYTES, { auto_publish: 1 })
    for (const other of ['FAILED', 'CANCELLED']) {
      assertFailure(await rig.confirm(published, other), 400, 'VOD.10126')
    }
    shows('huawei-vod', 'VOD.10126')
  })

  test('a deleted asset is not confirmed', async () => {
    for (const outcome of OUTCOMES) {
      const { asset_id } = await uploaded()
      await rig.expect(200, 'DELETE', 'asset', { query: { asset_id } })
      assertFailure(await rig.confirm(asset_id, outcome), 400, 'VOD.10062')
    }
    shows('huawei-vod', 'VOD.10062 of a confirm')
  })

  test('FAILED and CANCELLED need no bytes', async () => {
    for (const outcome of ['FAILED', 'CANCELLED'] as const) {
      const { asset_id } = await rig.create()
      assert.equal((await rig.confirm(asset_id, outcome)).status, 200)
      assert.equal(await statusOf(asset_id), RESULTS[outcome])
    }
    shows('huawei-vod', 'confirm FAILED, CANCELLED without bytes')
  })

  test('FAILED and CANCELLED free all that was uploaded, and nothing more is taken', async () => {
    const before = await stored()
    for (const outcome of ['FAILED', 'CANCELLED']) {
      const created = await uploaded(LARGE)
      const open = await parts.begin(created)
      await parts.put(created, open, 1, LARGE)
      await parts.send(created, [LARGE, BYTES])
      const partUrl = await parts.authority(created, {
        ...{ http_verb: 'PUT', upload_id: open, part_number: 2 },
      })
      const completeUrl = await parts.authority(created, { http_verb: 'POST', upload_id: open })
      assert.ok((await stored()) > before)
      assert.equal((await rig.confirm(created.asset_id, outcome)).status, 200)
      assert.equal(await stored(), before)
      const type = { 'content-type': 'application/octet-stream' }
      const late = await sendWire(partUrl, { method: 'PUT', headers: type, body: LARGE })
      assert.match(late.bytes.toString(), /<Code>NoSuchUpload<\/Code>/)
      const body = '<CompleteMultipartUpload></CompleteMultipartUpload>'
      const xml = { 'content-type': 'application/xml' }
      assert.ok((await sendWire(completeUrl, { method: 'POST', headers: xml, body })).status >= 400)
      const whole = await rig.put(created.video_upload_url, LARGE)
      assert.match(whole.bytes.toString(), /<Code>AccessDenied<\/Code>/)
      assert.equal(await stored(), before)
    }
    shows('huawei-vod', 'confirm: FAILED, CANCELLED', 'confirm FAILED, CANCELLED')
  })

  test('the bytes that came last are the ones that are confirmed', async () => {
    const before = await stored()
    const created = await uploaded(Buffer.from('first'))
    await parts.send(created, [LARGE, BYTES])
    await rig.put(created.video_upload_url, Buffer.from('second'))
    await parts.send(created, [LARGE, Buffer.from('last')])
    const open = await parts.begin(created)
    await parts.put(created, open, 1, LARGE)
    assert.equal((await rig.confirm(created.asset_id)).status, 200)
    const { sign_url } = await detailsOf(created.asset_id)
    const { bytes, headers } = await sendWire(String(sign_url), { method: 'GET' })
    assert.deepEqual(bytes, Buffer.concat([LARGE, Buffer.from('last')]))
    assert.match(String(headers.etag), /^"[0-9a-f]{32}-2"$/)
    assert.equal((await stored()) - before, 1)
    const whole = await rig.create()
    await parts.send(whole, [LARGE, BYTES])
    await rig.put(whole.video_upload_url, Buffer.from('whole'))
    await rig.confirm(whole.asset_id)
    const shown = await detailsOf(whole.asset_id)
    const read = await sendWire(String(shown.sign_url), { method: 'GET' })
    assert.equal(read.bytes.toString(), 'whole')
    shows('huawei-vod', 'PUT video_upload_url')
  })

  test('auto_publish publishes with the confirm', async () => {
    for (const [auto_publish, status] of [
      [1, 'PUBLISHED'],
      [0, 'CREATED'],
      [undefined, 'CREATED'],
    ]) {
      const asset_id = await rig.make(BYTES, { auto_publish })
      assert.equal(await statusOf(asset_id), status)
    }
    shows('huawei-vod', 'create: auto_publish')
  })

  test('bytes that waited too long are not confirmed, and can be sent again', async () => {
    const other = await startRig({ settings: { 'huawei_vod.upload_ttl_s': '7200' } })
    const created = await other.create()
    await other.put(created.video_upload_url, LARGE)
    other.clock.advance(7200_000)
    assertFailure(await other.confirm(created.asset_id), 400, 'VOD.10126')
    await other.server.jobs.runAll()
    assert.equal((await auditOf(other.server.engine)).live, 0)
    assertFailure(await other.confirm(created.asset_id), 400, 'VOD.10126')
    await partsOf(other).send(created, [LARGE, BYTES])
    assert.equal((await other.confirm(created.asset_id)).status, 200)
    const early = await other.create()
    await other.put(early.video_upload_url, LARGE)
    other.clock.advance(7190_000)
    assert.equal((await other.confirm(early.asset_id)).status, 200)
    shows('huawei-vod', 'huawei_vod.upload_ttl_s')
    await other.stop()
  })

  test('the option auto_publish is for requests that do not say it', async () => {
    const other = await startRig({ settings: { 'huawei_vod.auto_publish': 'true' } })
    const statuses = []
    for (const fields of [{}, { auto_publish: 0 }]) {
      statuses.push((await other.info(await other.make(BYTES, fields))).status)
    }
    assert.deepEqual(statuses, ['PUBLISHED', 'CREATED'])
    assert.equal(await statusOf(await rig.make(BYTES)), 'CREATED')
    shows('huawei-vod', 'create: no auto_publish')
    await other.stop()
  })

  test('a confirm holds nothing back from searches: its asset is found by its new state at once', async () => {
    const tags = 'found-after-confirm'
    const { asset_id } = await uploaded(BYTES, { tags })
    const found = async (status: string) =>
      (await rig.expect(200, 'GET', 'asset/list', { query: { tags, status } })).total
    assert.deepEqual([await found('CREATING'), await found('CREATED')], [1, 0])
    await rig.confirm(asset_id)
    assert.deepEqual([await found('CREATING'), await found('CREATED')], [0, 1])
    shows('huawei-vod', 'confirm and searches')
  })
})

describe('huawei-vod: media facts of a confirm', () => {
  let rig: Rig
  before(async () => {
    rig = await startRig()
  })
  after(() => rig.stop())

  const made = async (video_type: string, contentType: string, bytes: Uint8Array) =>
    rig.info(await rig.make(bytes, { video_type }, contentType))

  test('a confirmed video is told with the facts of its own headers', async () => {
    const bytes = mediaFixture('video.mp4')
    const { base_info, description } = await made('MP4', 'video/mp4', bytes)
    assert.equal(description, 'Asset meta is created')
    assert.deepEqual(base_info.meta_data, {
      pack_type: 'MP4',
      codec: 'H.264',
      audio_codec: 'AAC',
      duration: 1,
      duration_ms: 1000,
      video_size: bytes.byteLength,
      width: 160,
      hight: 90,
      height: 90,
      bit_rate: Math.floor((bytes.byteLength * 8) / 1000),
      frame_rate: 10,
      quality: 'FLUENT',
      audio_channels: 1,
    })
    shows('huawei-vod', 'meta_data')
  })

  test('files that are what their type says have nothing told against them', async () => {
    const right: readonly (readonly [string, string, string, string, string])[] = [
      ['MOV', 'video/quicktime', 'video.mov', 'MOV', 'H.264'],
      ['MKV', 'video/x-matroska', 'video.mkv', 'MKV', 'H.264'],
      ['WEBM', 'video/webm', 'vp8.webm', 'WEBM', 'UNKNOWN'],
      ['TS', 'video/mp2t', 'video.ts', 'TS', 'H.264'],
      ['MP3', 'audio/mp3', 'cbr-tagged.mp3', 'MP3', 'MP3'],
      ['WAV', 'audio/wav', 's16.wav', 'WAV', 'PCM'],
      ['FLAC', 'audio/flac', 'tone.flac', 'FLAC', 'FLAC'],
      ['OGG', 'audio/ogg', 'vorbis.ogg', 'OGG', 'Vorbis'],
      ['M4A', 'audio/m4a', 'audio.m4a', 'M4A', 'AAC'],
      ['AAC', 'audio/aac', 'tone.aac', 'AAC', 'AAC'],
    ]
    for (const [type, contentType, file, pack, codec] of right) {
      const { base_info, description } = await made(type, contentType, mediaFixture(file))
      const told = [description, base_info.meta_data?.pack_type, base_info.meta_data?.codec]
      assert.deepEqual(told, ['Asset meta is created', pack, codec], type)
    }
  })

  test('a file that is not what its type says is told so', async () => {
    const wav = await made('MP4', 'video/mp4', mediaFixture('s16.wav'))
    assert.deepEqual(
      [wav.status, wav.description, wav.base_info.meta_data?.pack_type],
      ['CREATED', 'Asset meta is created. The file is WAV, not MP4.', 'WAV'],
    )
    const text = await made('MP3', 'audio/mp3', Buffer.from('this is no sound'))
    assert.deepEqual(
      [text.status, text.description, text.base_info.meta_data],
      ['CREATED', 'Asset meta is created. The file cannot be read as MP3.', null],
    )
    shows('huawei-vod', 'description of a lying file')
    const { assets } = await rig.expect(200, 'GET', 'asset/list', { query: { asset_id: wav.asset_id } })
    assert.equal(assets[0]?.exec_desc, 'asset_exec_desc:Asset meta is created. The file is WAV, not MP4.;')
  })

  test('a file of a type that cannot be measured is taken without facts', async () => {
    for (const [type, contentType] of [
      ['MXF', 'application/mxf'],
      ['MMF', 'audio/mmf'],
    ] as const) {
      const { status, description, base_info } = await made(type, contentType, Buffer.from('of its own kind'))
      assert.deepEqual([status, description, base_info.meta_data], ['CREATED', 'Asset meta is created', null])
    }
    shows('huawei-vod', 'meta_data of files that are not measured')
  })
})
