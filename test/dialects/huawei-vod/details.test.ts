import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { shows } from '../../support/shows.ts'
import { sendWire } from '../../support/volcengine.ts'
import {
  assertFailure,
  assertIllegal,
  OTHER_ACCOUNT,
  OTHER_PROJECT,
  PROJECTS,
  type Query,
  type Rig,
  startRig,
} from './rig.ts'

const PNG = { 'content-type': 'image/png' }
const SRT = { 'content-type': 'application/octet-stream' }
const ALL = ['asset_id', 'base_info', 'transcode_info', 'play_info_array']

describe('huawei-vod: details of an asset', () => {
  let rig: Rig
  before(async () => {
    rig = await startRig()
  })
  after(() => rig.stop())

  const asking = (query: Query, options = {}) => rig.call('GET', 'asset/details', { query, ...options })

  test('the details of an asset have the fields of the document, with all that was said of it', async () => {
    const created = await rig.create({
      ...{ title: '标题', description: 'words', tags: 'a,b', cover_type: 'PNG' },
      subtitles: [{ id: 1, type: 'SRT', language: 'CN' }],
    })
    const { asset_id, target } = created
    const bytes = mediaFixture('video.mp4')
    await rig.put(created.video_upload_url, bytes)
    await rig.put(String(created.cover_upload_url), Buffer.from('png'), PNG)
    await rig.put(String(created.subtitle_upload_urls[0]), Buffer.from('srt'), SRT)
    const { base_info: before } = (await asking({ asset_id })).body ?? assert.fail()
    assert.deepEqual([before.cover_info_array, before.subtitle_info], [[], []])
    await rig.confirm(asset_id)
    const { status, body } = await asking({ asset_id })
    assert.equal(status, 200)
    assert.deepEqual(Object.keys(body ?? {}), ALL)
    const { create_time, last_modified, meta_data, sign_url, ...base } = body?.base_info ?? assert.fail()
    const url = `${rig.url}/asset/${target.object}`
    const beside = (name: string) => url.replace(/[^/]*$/, name)
    assert.deepEqual(base, {
      ...{ title: '标题', video_name: 'a.mp4', description: 'words' },
      ...{ category_id: -1, category_name: '其他', video_type: 'MP4', tags: 'a,b' },
      video_url: url,
      cover_info_array: [{ cover_url: beside('cover/Cover0.png') }],
      subtitle_info: [{ url: beside('subtitle/1.srt'), id: 1, type: 'SRT', language: 'CN' }],
      ...{ source_path: null, output_path: null },
    })
    shows('huawei-vod', 'covers and subtitles')
    assert.match(String(create_time), /^20\d{12}$/)
    assert.match(String(last_modified), /^20\d{12}$/)
    assert.equal(meta_data?.video_size, bytes.byteLength)
    const read = await sendWire(String(sign_url), { method: 'GET' })
    assert.ok(read.bytes.equals(bytes))
    assert.equal(read.headers['content-type'], 'video/mp4')
    shows('huawei-vod', 'GET /v1.0/{project_id}/asset/details')
  })

  test('covers and subtitles that did not come are not told of', async () => {
    const created = await rig.create({
      ...{ cover_type: 'PNG', subtitles: [{ id: 1, type: 'SRT', language: 'CN' }] },
    })
    await rig.put(created.video_upload_url, Buffer.from('bytes'))
    await rig.confirm(created.asset_id)
    const { base_info } = (await asking({ asset_id: created.asset_id })).body ?? assert.fail()
    assert.deepEqual([base_info.cover_info_array, base_info.subtitle_info], [[], []])
    shows('huawei-vod', 'covers and subtitles that did not come')
  })

  test('categories name the parts of the details, repeated or with commas', async () => {
    const asset_id = await rig.make(Buffer.from('bytes'))
    const keysOf = async (categories?: string | readonly string[]) =>
      Object.keys(
        (await asking({ asset_id, ...(categories === undefined ? {} : { categories }) })).body ?? {},
      )
    assert.deepEqual(await keysOf(), ALL)
    assert.deepEqual(await keysOf(''), ALL)
    assert.deepEqual(await keysOf('transcode_info,base_info'), ALL)
    assert.deepEqual(await keysOf('transcode_info'), ['asset_id', 'transcode_info', 'play_info_array'])
    assert.deepEqual(await keysOf(['review_info', 'base_info']), ['asset_id', 'base_info'])
    for (const none of ['thumbnail_info', 'review_info']) {
      assert.deepEqual(await keysOf(none), ['asset_id'])
    }
    assertIllegal(await asking({ asset_id, categories: 'play_info' }), 'categories')
    shows('huawei-vod', 'details: categories')
  })

  test('what was asked to be done with a video is not told as done', async () => {
    const asset_id = await rig.make(Buffer.from('bytes'), {
      ...{ workflow_name: 'w', thumbnail: { type: 'time', time: 3 }, auto_encrypt: 1, auto_preheat: '1' },
      review: { template_id: 't' },
    })
    const { body } = await asking({ asset_id })
    assert.deepEqual(Object.keys(body ?? {}), ALL)
    const { output, ...transcoded } = (body ?? assert.fail()).transcode_info as Readonly<
      Record<string, unknown>
    >
    const untouched = { template_group_name: null, exec_desc: null, transcode_status: 'UN_TRANSCODE' }
    assert.deepEqual([transcoded, Array.isArray(output) && output.length], [untouched, 1])
    assert.doesNotMatch(JSON.stringify(await rig.info(asset_id)), /thumbnail|review|"encrypted":1/i)
    const { assets } = await rig.expect(200, 'GET', 'asset/list', { query: { asset_id } })
    const [{ transcode_status, thumbnail_status, review_status } = assert.fail()] = assets
    assert.deepEqual(
      [transcode_status, thumbnail_status, review_status],
      ['UN_TRANSCODE', 'UN_THUMBNAIL', 'UN_REVIEW'],
    )
    shows(
      'huawei-vod',
      'create: workflow_name, auto_encrypt, auto_preheat, thumbnail, review',
      'details, info, list: thumbnails, reviews; transcoding that nobody asked for',
    )
  })

  test('details are asked for by the id of an asset of the project that is there', async () => {
    const asset_id = await rig.make(Buffer.from('bytes'))
    for (const id of ['f'.repeat(32), 'x']) {
      assertFailure(
        ...([await asking({ asset_id: id }), 400, 'VOD.10062'] as const),
        '媒资或资源不存在，请检查。',
      )
    }
    assertIllegal(await asking({}), 'asset_id')
    assertIllegal(await asking({ asset_id: [asset_id, asset_id] }), 'asset_id')
    assert.equal((await asking({ asset_id })).status, 200)
    shows('huawei-vod', 'details: asset_id')
    const as = { keys: OTHER_ACCOUNT }
    assertFailure(await asking({ asset_id }, { as, project: OTHER_PROJECT.id }), 400, 'VOD.10062')
    assertFailure(await asking({ asset_id }, { project: PROJECTS.second.id }), 400, 'VOD.10062')
    assertFailure(await asking({ asset_id }, { as }), 403, 'VOD.10057')
    await rig.expect(200, 'DELETE', 'asset', { query: { asset_id } })
    assertFailure(await asking({ asset_id }), 404, 'VOD.10062')
    shows('huawei-vod', 'VOD.10062 of details')
  })

  test('a signed URL of a video lives for an hour', async () => {
    const other = await startRig()
    const asset_id = await other.make(Buffer.from('bytes'))
    const { base_info } = await other.expect(200, 'GET', 'asset/details', { query: { asset_id } })
    const status = async () => (await sendWire(String(base_info.sign_url), { method: 'GET' })).status
    assert.equal(await status(), 200)
    other.clock.advance(3590_000)
    assert.equal(await status(), 200)
    other.clock.advance(10_000)
    assert.equal(await status(), 403)
    shows('huawei-vod', 'life of sign_url')
    await other.stop()
  })
})
