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

const BUCKET = 'vod-bucket-1-cn-north-4'
const VIDEO = mediaFixture('video.mp4')

/** The requests of the official Terraform provider's resource huaweicloud_vod_media_asset, in its order. */
describe('the life of an asset of the Terraform provider', () => {
  let rig: Rig
  before(async () => {
    rig = await startRig()
  })
  after(() => rig.stop())

  const authorise = (json: unknown) => rig.call('PUT', 'asset/authority', { json })
  const reproduce = (json: unknown, options = {}) =>
    rig.call('POST', 'asset/reproduction', { json, ...options })
  const read = (asset_id: string) => rig.call('GET', 'asset/details', { query: { asset_id } })
  /** An object of the bucket, by its key. */
  const stored = async () => {
    const { asset_id, video_upload_url, target } = await rig.create()
    await rig.put(video_upload_url, VIDEO)
    await rig.confirm(asset_id)
    return target.object
  }
  const input = (object: string) => ({ bucket: BUCKET, location: 'cn-north-4', object })
  const asset = (object: string) => ({ video_type: 'MP4', title: 'copied', input: input(object) })

  test('goes from a bucket by authority, reproduction, read, update and publish to its delete', async () => {
    const object = await stored()
    const authority = await authorise({ bucket: BUCKET, operation: '1' })
    assert.deepEqual([authority.status, authority.bytes.length], [200, 0])
    shows('huawei-vod', 'PUT /v1.0/{project_id}/asset/authority')
    const { status, body } = await reproduce({
      ...{ video_type: 'MP4', title: 'test', description: 'test video', tags: 'label_1,label_2' },
      ...{ input: input(object), auto_publish: 0 },
      thumbnail: { type: 'time', time: 1, dots: [] },
    })
    assert.deepEqual([status, Object.keys(body ?? {})], [200, ['asset_id']])
    const id = String(body?.asset_id)

    const first = (await read(id)).body?.base_info ?? assert.fail()
    assert.deepEqual(first.source_path, { bucket: BUCKET, location: 'cn-north-4', object })
    shows('huawei-vod', 'base_info.source_path')
    assert.equal(first.output_path, null)
    await rig.server.jobs.runAll()
    const made = (await read(id)).body?.base_info ?? assert.fail()
    assert.deepEqual(
      [made.title, made.video_name, made.description, made.category_id, made.category_name],
      ['test', object.split('/').at(-1), 'test video', -1, '其他'],
    )
    assert.deepEqual([made.video_type, made.tags, made.meta_data?.codec], ['MP4', 'label_1,label_2', 'H.264'])
    const copied = await sendWire(String(made.sign_url), { method: 'GET' })
    assert.ok(copied.bytes.equals(VIDEO))

    const json = {
      asset_id: id,
      title: 'test-update',
      description: 'updated',
      category_id: -1,
      tags: 'label_1',
    }
    assert.equal((await rig.call('PUT', 'asset/info', { json })).status, 204)
    for (const [how, state] of [
      ['publish', 'PUBLISHED'],
      ['unpublish', 'CREATED'],
    ]) {
      await rig.expect(200, 'POST', `asset/status/${how}`, { json: { asset_id: [id] } })
      assert.equal((await rig.info(id)).status, state)
    }
    const updated = (await read(id)).body?.base_info
    assert.deepEqual(
      [updated?.title, updated?.description, updated?.tags],
      ['test-update', 'updated', 'label_1'],
    )

    await rig.expect(200, 'DELETE', 'asset', { query: { asset_id: id } })
    assertFailure(await read(id), 404, 'VOD.10062')
    shows('huawei-vod', 'VOD.10062 of the details of a deleted asset', 'Terraform provider')
  })

  test('a copy is an asset of its own, made without the bytes going out', async () => {
    const object = await stored()
    const { body } = await reproduce({ ...asset(object), auto_publish: 1, template_group_name: 'g' })
    const [, original = ''] = object.split('/')
    await rig.server.jobs.runAll()
    await rig.expect(200, 'DELETE', 'asset', { query: { asset_id: original } })
    await rig.server.jobs.runAll()
    const info = await rig.info(String(body?.asset_id))
    assert.equal(info.status, 'PUBLISHED')
    const { bytes } = await sendWire(String(info.base_info.video_url), { method: 'GET' })
    assert.ok(bytes.equals(VIDEO))
    const query = { asset_id: String(body?.asset_id) }
    const { results } = await rig.expect(200, 'GET', 'asset/tasks', { query, version: 'v1' })
    const [task] = results as readonly Record<string, unknown>[]
    assert.deepEqual([task?.type, task?.status], ['OBS_REPRODUCTION', 'SUCCEED'])
    shows('huawei-vod', 'POST /v1.0/{project_id}/asset/reproduction')
  })

  test('a source that goes before it is copied fails the asset', async () => {
    const object = await stored()
    const { body } = await reproduce(asset(object))
    const [, original = ''] = object.split('/')
    await rig.expect(200, 'DELETE', 'asset', { query: { asset_id: original } })
    await rig.server.jobs.runAll()
    const { status, description } = await rig.info(String(body?.asset_id))
    assert.equal(status, 'UPLOAD_FAILED')
    assert.match(description, /the object is not there/)
    shows('huawei-vod', 'reproduction of a source that goes')
  })

  test('a copy is of an object that is there and that the caller may read', async () => {
    const object = await stored()
    const message = 'The specified key does not exist.'
    const [projectId, assetId] = object.split('/')
    for (const key of [`${projectId}/${assetId}/x.mp4`, `${OTHER_PROJECT.id}/a/b.mp4`, 'x', `${object}x`]) {
      assertFailure(await reproduce(asset(key)), 400, 'VOD.10003', message)
    }
    const elsewhere = { ...asset(object), input: { ...input(object), bucket: 'no-bucket' } }
    assertFailure(await reproduce(elsewhere), 400, 'VOD.10003', message)
    const as = { keys: OTHER_ACCOUNT }
    const stranger = await reproduce(asset(object), { as, project: OTHER_PROJECT.id })
    assertFailure(stranger, 400, 'VOD.10003', message)
    assert.equal((await reproduce(asset(object), { project: PROJECTS.second.id })).status, 200)
    const unconfirmed = await rig.create()
    await rig.put(unconfirmed.video_upload_url, VIDEO)
    assertFailure(await reproduce(asset(unconfirmed.target.object)), 400, 'VOD.10003')
    shows('huawei-vod', 'VOD.10003')
  })

  test('fields of a copy and of an authority are checked by name', async () => {
    const good = asset(await stored())
    for (const [field, json] of [
      ['video_type', { ...good, video_type: 'X' }],
      ['title', { ...good, title: '' }],
      ['input', { ...good, input: null }],
      ['input.bucket', { ...good, input: { object: 'x' } }],
      ['input.object', { ...good, input: { bucket: 'x' } }],
      ['storage_mode', { ...good, storage_mode: 2 }],
      ['auto_publish', { ...good, auto_publish: 2 }],
    ] as const) {
      assertIllegal(await reproduce(json), field)
    }
    assertFailure(await reproduce({ ...good, category_id: 999 }), 400, 'VOD.10064')
    shows('huawei-vod', 'reproduction: input, video_type, title and the fields of a creation')
    assertIllegal(await authorise({ operation: '1' }), 'bucket')
    for (const operation of [undefined, '2', -1])
      assertIllegal(await authorise({ bucket: 'bucket', operation }), 'operation')
    for (const operation of ['0', '1'])
      assert.equal((await authorise({ bucket: 'bucket', operation })).status, 200)
    shows('huawei-vod', 'bucket authority: bucket, operation')
  })
})

/** The requests of its resource huaweicloud_vod_transcoding_template_group. */
describe('the life of a template group', () => {
  let rig: Rig
  before(async () => {
    rig = await startRig()
  })
  after(() => rig.stop())

  const PATH = 'asset/template_group/transcodings'
  const group = (name: string) => ({
    ...{ name, type: 'custom_template_group', description: 'a group', status: '1', auto_encrypt: 1 },
    common: { pvc: '0', video_codec: 'H264', audio_codec: 'AAC', hls_interval: 5 },
    quality_info_list: [{ video: { quality: 'HD', width: 1280, height: 720 }, format: 'HLS' }],
    watermark_template_ids: ['w1'],
  })
  const create = (json: unknown) => rig.call('POST', PATH, { json })
  const listed = async (query = {}) => rig.expect(200, 'GET', PATH, { query })

  test('is created, read, changed and deleted as it was sent', async () => {
    const { status, body } = await create(group('g1'))
    assert.equal(status, 200)
    const group_id = String(body?.group_id)
    assert.match(group_id, /^[0-9a-f]{32}$/)
    const { template_group_list, total } = await listed({ group_id })
    assert.deepEqual([template_group_list, total], [[{ group_id, ...group('g1') }], 1])
    const json = { group_id, name: 'g2', status: '0', description: 'another' }
    assert.equal((await rig.call('PUT', PATH, { json })).status, 200)
    const [changed] = (await listed({ group_id })).template_group_list as readonly Record<string, unknown>[]
    assert.deepEqual(
      [changed?.name, changed?.status, changed?.description, changed?.type, changed?.quality_info_list],
      ['g2', '0', 'another', 'custom_template_group', []],
    )
    assert.equal((await rig.call('DELETE', PATH, { query: { group_id } })).status, 204)
    assert.deepEqual((await listed({ group_id })).template_group_list, [])
    assertFailure(await rig.call('DELETE', PATH, { query: { group_id } }), 400, 'VOD.10062')
    assertFailure(await rig.call('PUT', PATH, { json }), 400, 'VOD.10062')
    shows(
      'huawei-vod',
      'POST, GET, PUT, DELETE /v1.0/{project_id}/asset/template_group/transcodings',
      'Terraform provider',
    )
  })

  test('has a name of its own, and is listed in pages and by its status', async () => {
    for (const name of ['a', 'b', 'c']) assert.equal((await create({ name })).status, 200)
    assertFailure(await create({ name: 'a' }), 400, 'VOD.10082', '模板组已存在。')
    shows('huawei-vod', 'VOD.10082')
    const names = async (query = {}) => {
      const { template_group_list } = await listed(query)
      return (template_group_list as readonly { readonly name: string }[]).map(({ name }) => name)
    }
    assert.deepEqual(await names(), ['c', 'b', 'a'])
    assert.deepEqual(await names({ size: 2, page: 1 }), ['a'])
    assert.equal((await create({ name: 'd', status: '1' })).status, 200)
    assert.deepEqual(await names({ status: '1' }), ['d'])
    assert.deepEqual(await names({ status: '0' }), ['c', 'b', 'a'])
    const stranger = { as: { keys: OTHER_ACCOUNT }, project: OTHER_PROJECT.id }
    assert.equal((await rig.expect(200, 'GET', PATH, stranger)).total, 0)
    assertIllegal(await create({}), 'name')
    assertIllegal(await create({ name: 'x', quality_info_list: 'no' }), 'quality_info_list')
    assertIllegal(await create({ name: 'x', common: 7 }), 'common')
    assertIllegal(
      await create({ name: 'x', quality_info_list: [{ a: 'a'.repeat(70_000) }] }),
      'quality_info_list',
    )
    shows('huawei-vod', 'template groups: name, status, common, quality_info_list')
  })

  test('a project has at most a hundred', async () => {
    const own = await startRig()
    const sized = (size: number) => ({ name: 'g', quality_info_list: [{ a: 'a'.repeat(size) }] })
    assertIllegal(await own.call('POST', PATH, { json: sized(64 * 1024) }), 'quality_info_list')
    await own.expect(200, 'POST', PATH, { json: sized(64 * 1024 - 200) })
    for (let at = 1; at < 100; at++) await own.expect(200, 'POST', PATH, { json: { name: `g${at}` } })
    assertFailure(await own.call('POST', PATH, { json: { name: 'more' } }), 400, 'VOD.10083')
    shows('huawei-vod', 'template groups')
    await own.stop()
  })
})
