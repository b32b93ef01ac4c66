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
  type Rig,
  startRig,
} from './rig.ts'

const BYTES = Buffer.from('bytes')

describe('huawei-vod: publishing assets', () => {
  let rig: Rig
  before(async () => {
    rig = await startRig()
  })
  after(() => rig.stop())

  const sending = (how: string, json: unknown, options = {}) =>
    rig.call('POST', `asset/status/${how}`, { json, ...options })
  const send = async (how: string, ...ids: readonly string[]) =>
    (await rig.expect(200, 'POST', `asset/status/${how}`, { json: { asset_id: ids } })).asset_info_array
  const get = (url: unknown, headers = {}) => sendWire(String(url), { method: 'GET', headers })

  test('publishing is answered with the assets as the meta query tells them', async () => {
    const ids = [await rig.make(BYTES), await rig.make(BYTES)]
    for (const [how, status] of [
      ['publish', 'PUBLISHED'],
      ['unpublish', 'CREATED'],
    ] as const) {
      const { status: code, body } = await sending(how, { asset_id: ids })
      assert.equal(code, 200)
      assert.deepEqual(Object.keys(body ?? {}), ['asset_info_array'])
      assert.deepEqual(
        body?.asset_info_array.map((info) => [info.asset_id, info.status]),
        ids.map((id) => [id, status]),
      )
      assert.deepEqual(body?.asset_info_array, await Promise.all(ids.map((id) => rig.info(id))))
    }
    shows(
      'huawei-vod',
      'POST /v1.0/{project_id}/asset/status/publish',
      'POST /v1.0/{project_id}/asset/status/unpublish',
    )
  })

  test('a published video is played by its URL, an unpublished one is not', async () => {
    const bytes = mediaFixture('video.mp4')
    const asset_id = await rig.make(bytes)
    const [{ base_info } = assert.fail()] = [await rig.info(asset_id)]
    const { video_url } = base_info
    assert.equal((await get(video_url)).status, 404)
    await send('publish', asset_id)
    const whole = await get(video_url)
    assert.ok(whole.bytes.equals(bytes))
    assert.deepEqual(
      [whole.headers['content-type'], whole.headers['access-control-allow-origin']],
      ['video/mp4', '*'],
    )
    const part = await get(video_url, { range: 'bytes=4-7' })
    assert.deepEqual([part.status, part.bytes.toString()], [206, 'ftyp'])
    const head = await sendWire(String(video_url), { method: 'HEAD' })
    assert.deepEqual([head.status, head.headers['content-length']], [200, String(bytes.byteLength)])
    await send('unpublish', asset_id)
    const gone = await get(video_url)
    assert.equal(gone.status, 404)
    assert.equal(JSON.parse(gone.bytes.toString()).error_code, 'APIGW.0101')
    const created = await rig.create({
      ...{ cover_type: 'PNG', subtitles: [{ id: 1, type: 'SRT', language: 'CN' }] },
    })
    await rig.put(String(created.cover_upload_url), BYTES, { 'content-type': 'image/png' })
    const plain = { 'content-type': 'application/octet-stream' }
    await rig.put(String(created.subtitle_upload_urls[0]), BYTES, plain)
    await rig.put(created.video_upload_url, BYTES)
    const beside = ['cover/Cover0.png', 'subtitle/1.srt'].map(
      (name) => `${rig.url}/asset/${created.target.object.replace(/[^/]*$/, name)}`,
    )
    const statuses = async () => Promise.all(beside.map(async (url) => (await get(url)).status))
    assert.deepEqual(await statuses(), [404, 404])
    await rig.confirm(created.asset_id)
    assert.deepEqual(await statuses(), [200, 200])
    shows('huawei-vod', 'GET video_url, cover_url, subtitle url')
  })

  test('a URL that differs from a published video’s by one character leads nowhere', async () => {
    const asset_id = await rig.make(BYTES, { auto_publish: 1 })
    const { video_url } = (await rig.info(asset_id)).base_info
    const { pathname } = new URL(String(video_url))
    const segments = pathname.split('/').slice(2)
    for (const [at, segment] of segments.entries()) {
      const other = segments.with(at, `${segment.startsWith('0') ? '1' : '0'}${segment.slice(1)}`)
      assert.equal((await get(`${rig.url}/asset/${other.join('/')}`)).status, 404)
    }
    for (const path of ['', '/', '/..', `${pathname.slice('/asset'.length)}/x`, '/%2e%2e/%00']) {
      assert.ok([400, 404].includes((await get(`${rig.url}/asset${path}`)).status), path)
    }
    assert.equal((await get(video_url)).status, 200)
    shows('huawei-vod', 'play URLs')
  })

  test('publishing again changes nothing', async () => {
    const asset_id = await rig.make(BYTES)
    const [first] = await send('publish', asset_id)
    rig.clock.advance(5000)
    assert.deepEqual(await send('publish', asset_id, asset_id), [first])
    shows('huawei-vod', 'publish again')
  })

  test('what cannot be published is told by its state', async () => {
    const waiting = (await rig.create()).asset_id
    const cancelled = (await rig.create()).asset_id
    await rig.confirm(cancelled, 'CANCELLED')
    const deleted = await rig.make(BYTES)
    await rig.expect(200, 'DELETE', 'asset', { query: { asset_id: deleted } })
    const unknown = 'f'.repeat(32)
    for (const how of ['publish', 'unpublish']) {
      const infos = await send(how, waiting, unknown, cancelled, deleted)
      assert.deepEqual(
        infos.map(({ asset_id, status, description }) => [asset_id, status, description]),
        [
          [waiting, 'CREATING', 'Asset meta is creating'],
          [unknown, 'UNCREATED', 'no asset'],
          [cancelled, 'CANCELLED', 'Asset upload is cancelled'],
          [deleted, 'DELETED', 'Asset is deleted'],
        ],
      )
    }
    shows('huawei-vod', 'publish of assets that are not confirmed')
  })

  test('where none of the assets is there publishing fails', async () => {
    for (const how of ['publish', 'unpublish']) {
      const answer = await sending(how, { asset_id: ['f'.repeat(32), 'x'] })
      assertFailure(answer, 403, 'VOD.10062', '媒资或资源不存在，请检查。')
    }
    shows('huawei-vod', 'VOD.10062 of publish')
  })

  test('publishing takes a list of ids, at most a hundred', async () => {
    for (const how of ['publish', 'unpublish']) {
      const wrong = [undefined, null, [], 'a', [''], [7], {}]
      for (const asset_id of wrong) assertIllegal(await sending(how, { asset_id }), 'asset_id')
      const many = Array.from({ length: 101 }, (_, at) => String(at).padStart(32, '0'))
      assertFailure(await sending(how, { asset_id: many }), 403, 'VOD.10137')
      assertFailure(await sending(how, { asset_id: many.slice(1) }), 403, 'VOD.10062')
    }
    shows('huawei-vod', 'publish: asset_id', 'VOD.10137')
  })

  test('assets are published of the caller’s own project alone', async () => {
    const asset_id = await rig.make(BYTES)
    const json = { asset_id: [asset_id] }
    assertFailure(await sending('publish', json, { project: PROJECTS.second.id }), 403, 'VOD.10062')
    const as = { keys: OTHER_ACCOUNT }
    assertFailure(await sending('publish', json, { as, project: OTHER_PROJECT.id }), 403, 'VOD.10062')
    assertFailure(await sending('publish', json, { as }), 403, 'VOD.10057')
    assert.equal((await rig.info(asset_id)).status, 'CREATED')
    shows('huawei-vod', 'publish')
  })
})
