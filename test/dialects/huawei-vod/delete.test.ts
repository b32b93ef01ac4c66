import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { auditOf } from '../../support/audit.ts'
import { shows } from '../../support/shows.ts'
import { sendWire } from '../../support/volcengine.ts'
import { PART_SIZE, partsOf } from './parts.ts'
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

const BYTES = Buffer.from('bytes')
const LARGE = Buffer.alloc(PART_SIZE, 7)
const PNG = { 'content-type': 'image/png' }

describe('huawei-vod: deleting assets', () => {
  let rig: Rig
  before(async () => {
    rig = await startRig()
  })
  after(() => rig.stop())

  const deleting = (query: Query, options = {}) => rig.call('DELETE', 'asset', { query, ...options })
  const resultOf = async (query: Query) =>
    (await rig.expect(200, 'DELETE', 'asset', { query })).delete_result_array.map(({ asset_id, status }) => [
      asset_id,
      status,
    ])
  const statusOf = async (assetId: string) => (await rig.info(assetId)).status
  const stored = async () => {
    await rig.server.jobs.runAll()
    const { live, missing, unreferenced } = await auditOf(rig.server.engine)
    assert.deepEqual([missing, unreferenced], [[], []])
    return live
  }
  const readStatus = async (url: unknown) => (await sendWire(String(url), { method: 'GET' })).status

  test('a delete is answered with the result of each asset', async () => {
    const asset_id = await rig.make(BYTES)
    const { status, body } = await deleting({ asset_id })
    assert.equal(status, 200)
    assert.deepEqual(body, { delete_result_array: [{ asset_id, status: 'DELETED' }] })
    assert.equal(await statusOf(asset_id), 'DELETED')
    shows('huawei-vod', 'DELETE /v1.0/{project_id}/asset')
  })

  test('ids are joined by commas, repeated, or both', async () => {
    const make = () => rig.make(BYTES)
    const [a, b, c, d] = [await make(), await make(), await make(), await make()]
    assert.deepEqual(await resultOf({ asset_id: `${a},${b}` }), [
      [a, 'DELETED'],
      [b, 'DELETED'],
    ])
    assert.equal((await resultOf({ asset_id: [`${c},${d}`, a] })).length, 3)
    for (const id of [a, b, c, d]) assert.equal(await statusOf(id), 'DELETED')
    shows('huawei-vod', 'delete: asset_id')
  })

  test('one to ten assets are deleted at a time', async () => {
    const asset_id = await rig.make(BYTES)
    const many = Array.from({ length: 10 }, (_, at) => String(at).padStart(32, '0'))
    assertIllegal(await deleting({ asset_id: [...many, asset_id] }), 'asset_id')
    assertIllegal(await deleting({}), 'asset_id')
    assertIllegal(await deleting({ asset_id: '' }), 'asset_id')
    assertIllegal(await deleting({ asset_id: `${asset_id},,` }), 'asset_id')
    assert.equal(await statusOf(asset_id), 'CREATED')
    assert.equal((await resultOf({ asset_id: [...many.slice(1), asset_id] })).length, 10)
    assert.equal(await statusOf(asset_id), 'DELETED')
    shows('huawei-vod', 'delete: asset_id')
  })

  test('assets that are not there fail, and only where none is there the call', async () => {
    const asset_id = await rig.make(BYTES)
    const unknown = 'f'.repeat(32)
    assert.deepEqual(await resultOf({ asset_id: [unknown, asset_id] }), [
      [unknown, 'FAILED'],
      [asset_id, 'DELETED'],
    ])
    for (const ids of [[unknown], [unknown, 'x']]) {
      assertFailure(
        ...([await deleting({ asset_id: ids }), 403, 'VOD.10062'] as const),
        '媒资或资源不存在，请检查。',
      )
    }
    shows('huawei-vod', 'VOD.10062 of delete')
  })

  test('a repeated delete is answered as the first', async () => {
    const asset_id = await rig.make(BYTES)
    for (let again = 0; again < 3; again++) {
      assert.deepEqual(await resultOf({ asset_id }), [[asset_id, 'DELETED']])
    }
    shows('huawei-vod', 'delete again')
  })

  test('a delete frees every byte of an asset, and nothing of it is read or written after', async () => {
    const before = await stored()
    const created = await rig.create({
      ...{ cover_type: 'PNG', auto_publish: 1, subtitles: [{ id: 1, type: 'SRT', language: 'CN' }] },
    })
    const { asset_id } = created
    const cover = () => rig.put(String(created.cover_upload_url), LARGE, PNG)
    const subtitle = () =>
      rig.put(String(created.subtitle_upload_urls[0]), LARGE, { 'content-type': 'application/octet-stream' })
    await rig.put(created.video_upload_url, LARGE)
    await cover()
    await subtitle()
    await rig.confirm(asset_id)
    const { base_info } = await rig.expect(200, 'GET', 'asset/details', { query: { asset_id } })
    const [shown] = base_info.cover_info_array as readonly { cover_url: string }[]
    const urls = [base_info.sign_url, base_info.video_url, shown?.cover_url]
    assert.deepEqual(await Promise.all(urls.map(readStatus)), [200, 200, 200])
    assert.equal(await stored(), before + 3)
    await resultOf({ asset_id })
    assert.equal(await stored(), before)
    assert.deepEqual(await Promise.all(urls.map(readStatus)), [404, 404, 404])
    const late = [await rig.put(created.video_upload_url, LARGE), await cover(), await subtitle()]
    for (const { bytes } of late) assert.match(bytes.toString(), /<Code>AccessDenied<\/Code>/)
    assert.equal(await stored(), before)
    shows('huawei-vod', 'delete')
  })

  test('a delete ends uploads that are under way', async () => {
    const before = await stored()
    const parts = partsOf(rig)
    const created = await rig.create()
    await rig.put(created.video_upload_url, LARGE)
    const uploadId = await parts.begin(created)
    await parts.put(created, uploadId, 1, LARGE)
    assert.equal(await stored(), before + 2)
    await resultOf({ asset_id: created.asset_id })
    assert.equal(await stored(), before)
    assertFailure(await rig.confirm(created.asset_id), 400, 'VOD.10062')
    shows('huawei-vod', 'delete of an asset being uploaded')
  })

  test('assets in every state are deleted', async () => {
    const failed = await rig.create()
    await rig.confirm(failed.asset_id, 'FAILED')
    const cancelled = await rig.create()
    await rig.confirm(cancelled.asset_id, 'CANCELLED')
    const published = await rig.make(BYTES, { auto_publish: 1 })
    for (const asset_id of [failed.asset_id, cancelled.asset_id, published]) {
      assert.deepEqual(await resultOf({ asset_id }), [[asset_id, 'DELETED']])
      assert.equal(await statusOf(asset_id), 'DELETED')
    }
  })

  test('delete_type origin frees the video alone', async () => {
    const before = await stored()
    const created = await rig.create({ auto_publish: 1, cover_type: 'PNG' })
    const { asset_id } = created
    await rig.put(created.video_upload_url, LARGE)
    await rig.put(String(created.cover_upload_url), BYTES, PNG)
    await rig.confirm(asset_id)
    const detailsOf = async () =>
      (await rig.expect(200, 'GET', 'asset/details', { query: { asset_id } })).base_info
    const { sign_url, video_url } = await detailsOf()
    for (let again = 0; again < 2; again++) {
      assert.deepEqual(await resultOf({ asset_id, delete_type: 'origin' }), [[asset_id, 'DELETED']])
    }
    assert.equal(await stored(), before)
    assert.deepEqual([await readStatus(sign_url), await readStatus(video_url)], [404, 404])
    const after = await detailsOf()
    assert.deepEqual([after.sign_url, after.video_url, after.title], [null, null, 'a title'])
    const [cover] = after.cover_info_array as readonly { cover_url: string }[]
    assert.equal(await readStatus(cover?.cover_url), 200)
    assert.equal(await statusOf(asset_id), 'PUBLISHED')
    shows('huawei-vod', 'delete: delete_type=origin')
    const waiting = await rig.create()
    const query = { asset_id: waiting.asset_id, delete_type: 'origin' }
    assert.deepEqual(await resultOf(query), [[waiting.asset_id, 'FAILED']])
    assert.equal(await statusOf(waiting.asset_id), 'CREATING')
    assertIllegal(await deleting({ asset_id, delete_type: 'all' }), 'delete_type')
  })

  test('assets are deleted of the caller’s own project alone', async () => {
    const asset_id = await rig.make(BYTES)
    const query = { asset_id }
    assertFailure(await deleting(query, { project: PROJECTS.second.id }), 403, 'VOD.10062')
    const as = { keys: OTHER_ACCOUNT }
    assertFailure(await deleting(query, { as, project: OTHER_PROJECT.id }), 403, 'VOD.10062')
    assertFailure(await deleting(query, { as }), 403, 'VOD.10057')
    assertFailure(await deleting(query, { as: { nobody: true } }), 401, 'APIGW.0301')
    assert.equal(await statusOf(asset_id), 'CREATED')
    shows('huawei-vod', 'delete')
  })
})
