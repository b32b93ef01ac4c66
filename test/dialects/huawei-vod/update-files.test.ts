import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { auditOf } from '../../support/audit.ts'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { shows } from '../../support/shows.ts'
import { sendWire } from '../../support/volcengine.ts'
import { PART_SIZE, partsOf, placeOfUrl } from './parts.ts'
import {
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
const LARGE = Buffer.alloc(PART_SIZE, 7)
const VIDEO = { video_name: 'b.mov', video_type: 'MOV' }
const MOV = { 'content-type': 'video/quicktime' }
const PNG = { 'content-type': 'image/png' }
const JPG = { 'content-type': 'image/jpg' }
const SRT = { 'content-type': 'application/octet-stream' }

describe('huawei-vod: sending files of assets anew', () => {
  let rig: Rig
  before(async () => {
    rig = await startRig()
  })
  after(() => rig.stop())

  const updating = (json: unknown, options = {}) => rig.call('PUT', 'asset', { json, ...options })
  const update = (asset_id: string, change: object) =>
    rig.expect(200, 'PUT', 'asset', { json: { asset_id, ...change } })
  const ended = async (outcome = 'CANCELLED', fields = {}): Promise<Body> => {
    const created = await rig.create(fields)
    await rig.put(created.video_upload_url, BYTES)
    assert.equal((await rig.confirm(created.asset_id, outcome)).status, 200)
    return created
  }
  const read = async (url: unknown) => {
    const { status, bytes } = await sendWire(String(url), { method: 'GET' })
    return status === 200 ? bytes.toString() : status
  }
  const detailsOf = async (asset_id: string) =>
    (await rig.expect(200, 'GET', 'asset/details', { query: { asset_id } })).base_info

  test('the video of an asset whose upload failed or was cancelled is sent anew and confirmed', async () => {
    for (const outcome of ['FAILED', 'CANCELLED']) {
      const created = await ended(outcome)
      const { asset_id } = created
      const body = await update(asset_id, VIDEO)
      assert.deepEqual(Object.keys(body), ['asset_id', 'video_upload_url'])
      assert.equal((await rig.info(asset_id)).status, 'CREATING')
      const bytes = mediaFixture('video.mov')
      assert.equal((await rig.put(body.video_upload_url, bytes, MOV)).status, 200)
      assert.equal((await rig.confirm(asset_id)).status, 200)
      const { status, description, base_info } = await rig.info(asset_id)
      assert.deepEqual([status, description], ['CREATED', 'Asset meta is created'])
      assert.deepEqual(
        [base_info.video_name, base_info.video_type, base_info.meta_data?.pack_type],
        ['b.mov', 'MOV', 'MOV'],
      )
      assert.match(String(base_info.video_url), /\.mov$/)
    }
    shows('huawei-vod', 'PUT /v1.0/{project_id}/asset')
  })

  test('URLs of before write nothing into the new upload', async () => {
    const created = await ended()
    const { video_upload_url } = await update(created.asset_id, VIDEO)
    assert.notEqual(new URL(video_upload_url).pathname, new URL(created.video_upload_url).pathname)
    const late = await rig.put(created.video_upload_url, Buffer.from('late'))
    assert.match(late.bytes.toString(), /<Code>AccessDenied<\/Code>/)
    assertFailure(await rig.confirm(created.asset_id), 400, 'VOD.10126')
    await rig.confirm(created.asset_id, 'FAILED')
    const again = await update(created.asset_id, VIDEO)
    const later = await rig.put(video_upload_url, Buffer.from('later'), MOV)
    assert.match(later.bytes.toString(), /<Code>AccessDenied<\/Code>/)
    await rig.put(again.video_upload_url, BYTES, MOV)
    assert.equal((await rig.confirm(created.asset_id)).status, 200)
    assert.equal(await read((await detailsOf(created.asset_id)).sign_url), 'bytes')
    shows('huawei-vod', 'updateAsset: video_name, video_type, video_md5')
  })

  test('a new video may come in parts, to the bucket and key of its URL', async () => {
    const { asset_id } = await ended()
    const { video_upload_url } = await update(asset_id, VIDEO)
    await partsOf(rig).send(placeOfUrl(video_upload_url), [LARGE, BYTES])
    assert.equal((await rig.confirm(asset_id)).status, 200)
    assert.equal(await read((await detailsOf(asset_id)).sign_url), `${LARGE}${BYTES}`)
    shows('huawei-vod', 'updateAsset: video in parts')
  })

  test('a digest of the new video has to come with its bytes', async () => {
    const { asset_id } = await ended('CANCELLED', { video_md5: 'AAAAAAAAAAAAAAAAAAAAAA==' })
    const video_md5 = createHash('md5').update(BYTES).digest('base64')
    const { video_upload_url } = await update(asset_id, { ...VIDEO, video_md5 })
    assert.equal((await rig.put(video_upload_url, BYTES, MOV)).status, 403)
    const headers = { ...MOV, 'content-md5': video_md5 }
    assert.equal((await rig.put(video_upload_url, BYTES, headers)).status, 200)
    shows('huawei-vod', 'updateAsset: video_md5')
  })

  test('a video is not sent anew where none is missing', async () => {
    const message = '操作失败,当前媒资状态不允许更新。'
    const waiting = await rig.create()
    const confirmed = await rig.make(BYTES)
    const published = await rig.make(BYTES, { auto_publish: 1 })
    for (const asset_id of [waiting.asset_id, confirmed, published]) {
      assertFailure(await updating({ asset_id, ...VIDEO }), 403, 'VOD.10061', message)
    }
    assert.equal(await read((await detailsOf(confirmed)).sign_url), 'bytes')
    shows('huawei-vod', 'VOD.10061')
  })

  test('a video is not sent anew twice', async () => {
    const { asset_id } = await ended()
    const answers = await Promise.all(Array.from({ length: 4 }, () => updating({ asset_id, ...VIDEO })))
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 403, 403, 403])
    for (const answer of answers) if (answer.status !== 200) assertFailure(answer, 403, 'VOD.10061')
    shows('huawei-vod', 'VOD.10061')
  })

  test('a cover is sent anew at any time, without a confirm', async () => {
    const asset_id = await rig.make(BYTES)
    const first = await update(asset_id, { cover_type: 'PNG', cover_id: '0' })
    assert.deepEqual(Object.keys(first), ['asset_id', 'cover_upload_url'])
    await rig.put(String(first.cover_upload_url), Buffer.from('png'), PNG)
    const shown = async () =>
      ((await detailsOf(asset_id)).cover_info_array as readonly Body[]).map(({ cover_url }) =>
        String(cover_url),
      )
    const [png = ''] = await shown()
    assert.match(png, /\/cover\/Cover0\.png$/)
    assert.equal(await read(png), 'png')
    await rig.put(String(first.cover_upload_url), Buffer.from('again'), PNG)
    assert.equal(await read(png), 'again')

    const second = await update(asset_id, { cover_type: 'JPG' })
    assert.deepEqual([await shown(), await read(png)], [[], 404])
    assert.equal((await rig.put(String(first.cover_upload_url), BYTES, PNG)).status, 403)
    await rig.put(String(second.cover_upload_url), Buffer.from('jpg'), JPG)
    const [jpg = ''] = await shown()
    assert.equal(await read(jpg), 'jpg')
    assert.equal((await rig.info(asset_id)).status, 'CREATED')
    const cover_md5 = createHash('md5').update(BYTES).digest('base64')
    const third = String((await update(asset_id, { cover_type: 'JPG', cover_md5 })).cover_upload_url)
    const sent = [JPG, { ...JPG, 'content-md5': cover_md5 }].map((headers) => rig.put(third, BYTES, headers))
    assert.deepEqual(
      (await Promise.all(sent)).map(({ status }) => status),
      [403, 200],
    )
    shows('huawei-vod', 'updateAsset: cover_type, cover_id, cover_md5')
  })

  test('a cover of another type leaves no bytes of the one before', async () => {
    const usage = async () => {
      await rig.server.jobs.runAll()
      const { live, unreferenced } = await auditOf(rig.server.engine)
      assert.deepEqual(unreferenced, [])
      return live
    }
    const asset_id = await rig.make(BYTES, { cover_type: 'PNG' })
    const before = await usage()
    const first = await update(asset_id, { cover_type: 'PNG' })
    await rig.put(String(first.cover_upload_url), LARGE, PNG)
    assert.equal(await usage(), before + 1)
    await update(asset_id, { cover_type: 'JPG' })
    assert.equal(await usage(), before)
  })

  test('subtitles are sent anew by their ids, others stay', async () => {
    const asset_id = await rig.make(BYTES)
    const send = async (subtitles: readonly object[], text: string) => {
      const body = await update(asset_id, { subtitles })
      assert.deepEqual(Object.keys(body), ['asset_id', 'subtitle_upload_urls'])
      for (const url of body.subtitle_upload_urls) await rig.put(url, Buffer.from(text), SRT)
    }
    await send(
      [
        { id: 2, type: 'SRT', language: 'CN' },
        { id: 1, type: 'SRT', language: 'EN' },
      ],
      'one',
    )
    await send([{ id: 2, type: 'SRT', language: 'EN' }], 'two')
    const shown = (await detailsOf(asset_id)).subtitle_info as readonly Body[]
    const told = await Promise.all(
      shown.map(async ({ id, type, language, url }) => [id, type, language, await read(url)]),
    )
    assert.deepEqual(told, [
      [1, 'SRT', 'EN', 'one'],
      [2, 'SRT', 'EN', 'two'],
    ])
    shows('huawei-vod', 'updateAsset: subtitles')
  })

  test('video, cover and subtitles can be sent anew together', async () => {
    const { asset_id } = await ended()
    const subtitles = [{ id: 8, type: 'SRT', language: 'CN' }]
    const body = await update(asset_id, { ...VIDEO, cover_type: 'JPG', subtitles })
    assert.deepEqual(Object.keys(body), [
      ...['asset_id', 'video_upload_url', 'cover_upload_url', 'subtitle_upload_urls'],
    ])
    shows('huawei-vod', 'updateAsset: several at once', 'updateAsset')
  })

  test('something has to be sent anew, with all that belongs to it', async () => {
    const { asset_id } = await ended()
    const right = { id: 1, type: 'SRT', language: 'CN' }
    const wrong: readonly (readonly [string, object])[] = [
      ['asset_id', { asset_id: null, ...VIDEO }],
      ['video_name', {}],
      ['video_name', { subtitles: [] }],
      ['video_name', { video_type: 'MP4' }],
      ['video_name', { ...VIDEO, video_name: 'a'.repeat(129) }],
      ['video_type', { video_name: 'a.mp4' }],
      ['video_type', { ...VIDEO, video_type: 'GIF' }],
      ['video_md5', { ...VIDEO, video_md5: 'x' }],
      ['cover_type', { cover_type: 'GIF' }],
      ['cover_id', { cover_type: 'PNG', cover_id: 8 }],
      ['cover_id', { cover_type: 'PNG', cover_id: -1 }],
      ['cover_md5', { cover_type: 'PNG', cover_md5: 'x' }],
      ['subtitles.language', { subtitles: [{ ...right, language: null }] }],
      ['subtitles.id', { subtitles: [right, right] }],
    ]
    for (const [field, change] of wrong) assertIllegal(await updating({ asset_id, ...change }), field)
    shows('huawei-vod', 'updateAsset: none, or half of one')
    for (const cover_id of [0, 7]) await update(asset_id, { cover_type: 'PNG', cover_id })
    shows('huawei-vod', 'cover_id')
    assert.equal((await rig.info(asset_id)).status, 'CANCELLED')
  })

  test('files are sent anew of assets of the project that are there', async () => {
    const { asset_id } = await ended()
    assertFailure(await updating({ asset_id: 'f'.repeat(32), ...VIDEO }), 403, 'VOD.10062')
    const as = { keys: OTHER_ACCOUNT }
    const json = { asset_id, ...VIDEO }
    assertFailure(await updating(json, { as, project: OTHER_PROJECT.id }), 403, 'VOD.10062')
    assertFailure(await updating(json, { project: PROJECTS.second.id }), 403, 'VOD.10062')
    assertFailure(await updating(json, { as }), 403, 'VOD.10057')
    await rig.expect(200, 'DELETE', 'asset', { query: { asset_id } })
    assertFailure(await updating(json), 403, 'VOD.10062')
    shows('huawei-vod', 'VOD.10062 of updateAsset')
  })
})
