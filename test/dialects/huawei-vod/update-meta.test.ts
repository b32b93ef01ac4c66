import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { shows } from '../../support/shows.ts'
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
const PNG = { 'content-type': 'image/png' }

describe('huawei-vod: changing what is said of assets', () => {
  let rig: Rig
  before(async () => {
    rig = await startRig()
  })
  after(() => rig.stop())

  const updating = (json: unknown, options = {}) => rig.call('PUT', 'asset/info', { json, ...options })
  const told = async (assetId: string) => {
    const { title, description, category_id, tags } = (await rig.info(assetId)).base_info
    return [title, description, category_id, tags]
  }

  test('an update of the meta data is answered 204 without a body', async () => {
    const asset_id = await rig.make(BYTES)
    const { status, bytes, headers } = await updating({
      ...{ asset_id, title: '新标题', description: 'new', category_id: '-1', tags: 'x,y' },
    })
    assert.deepEqual([status, bytes.byteLength], [204, 0])
    assert.match(String(headers['x-request-id']), /^[0-9a-f]{32}$/)
    assert.deepEqual(await told(asset_id), ['新标题', 'new', -1, 'x,y'])
    shows('huawei-vod', 'PUT /v1.0/{project_id}/asset/info')
  })

  test('what an update does not name stays', async () => {
    const asset_id = await rig.make(BYTES, { title: 'old', description: 'words', tags: 'a' })
    const after = async (change: object) => {
      assert.equal((await updating({ asset_id, ...change })).status, 204)
      return told(asset_id)
    }
    assert.deepEqual(await after({}), ['old', 'words', -1, 'a'])
    assert.deepEqual(await after({ title: 'new' }), ['new', 'words', -1, 'a'])
    assert.deepEqual(await after({ description: '' }), ['new', '', -1, 'a'])
    assert.deepEqual(await after({ tags: '' }), ['new', '', -1, null])
    assert.deepEqual(await after({ tags: 'b', title: null }), ['new', '', -1, 'b'])
    assert.equal((await rig.info(asset_id)).status, 'CREATED')
    shows('huawei-vod', 'updateAssetMeta: what is not named')
  })

  test('searches go by what was updated', async () => {
    const asset_id = await rig.make(BYTES, { title: 'before the update', tags: 'before' })
    await updating({ asset_id, title: 'after it', tags: 'after' })
    const total = async (query: Record<string, string>) =>
      (await rig.expect(200, 'GET', 'asset/list', { query })).total
    assert.deepEqual([await total({ tags: 'before' }), await total({ tags: 'after' })], [0, 1])
    assert.deepEqual(
      [await total({ query_string: 'before the' }), await total({ query_string: 'AFTER IT' })],
      [0, 1],
    )
    shows('huawei-vod', 'updateAssetMeta and searches')
  })

  test('an update moves last_modified and not create_time', async () => {
    const asset_id = await rig.make(BYTES)
    const { base_info: old } = await rig.info(asset_id)
    rig.clock.advance(60_000)
    await updating({ asset_id, title: 'new' })
    const { base_info } = await rig.info(asset_id)
    assert.equal(base_info.create_time, old.create_time)
    assert.ok(String(base_info.last_modified) > String(old.last_modified))
    shows('huawei-vod', 'updateAssetMeta: last_modified')
  })

  test('the limits of an update are those of a creation', async () => {
    const asset_id = await rig.make(BYTES)
    const wrong: readonly (readonly [string, unknown])[] = [
      ['title', ''],
      ['title', '测'.repeat(43)],
      ['title', 7],
      ['description', 'a'.repeat(1025)],
      ['category_id', 'x'],
      ['tags', Array.from({ length: 17 }, (_, at) => `t${at}`).join(',')],
      ['tags', 'a'.repeat(25)],
      ['asset_id', null],
      ['asset_id', ''],
    ]
    for (const [field, value] of wrong) assertIllegal(await updating({ asset_id, [field]: value }), field)
    shows('huawei-vod', 'updateAssetMeta')
    const unknown = await updating({ asset_id, category_id: 4711 })
    assertFailure(unknown, 400, 'VOD.10064')
    const json = { title: 't', video_name: 'v', video_type: 'MP4', category_id: 4711 }
    assertFailure(await rig.call('POST', 'asset', { json }), 403, 'VOD.10064')
    shows('huawei-vod', 'VOD.10064')
    assert.deepEqual(await told(asset_id), ['a title', null, -1, null])
  })

  test('updates are of assets of the project that are there', async () => {
    const asset_id = await rig.make(BYTES)
    const json = { asset_id, title: 'new' }
    assertFailure(
      ...([await updating({ ...json, asset_id: 'f'.repeat(32) }), 400, 'VOD.10062'] as const),
      '媒资或资源不存在，请检查。',
    )
    const as = { keys: OTHER_ACCOUNT }
    assertFailure(await updating(json, { project: PROJECTS.second.id }), 400, 'VOD.10062')
    assertFailure(await updating(json, { as, project: OTHER_PROJECT.id }), 400, 'VOD.10062')
    assertFailure(await updating(json, { as }), 403, 'VOD.10057')
    await rig.expect(200, 'DELETE', 'asset', { query: { asset_id } })
    assertFailure(await updating(json), 400, 'VOD.10062')
    shows('huawei-vod', 'VOD.10062 of updateAssetMeta')
  })

  test('updates side by side are all kept', async () => {
    const asset_id = await rig.make(BYTES)
    const changes = [{ title: 'new' }, { description: 'new' }, { tags: 'new' }]
    const answers = await Promise.all(changes.map((change) => updating({ asset_id, ...change })))
    assert.deepEqual(
      answers.map(({ status }) => status),
      [204, 204, 204],
    )
    assert.deepEqual(await told(asset_id), ['new', 'new', -1, 'new'])
    shows('huawei-vod', 'updates side by side')
  })

  test('the only cover that can be set is the one an asset has', async () => {
    const created = await rig.create({ cover_type: 'PNG' })
    await rig.put(created.video_upload_url, BYTES)
    const setting = (thumbnailUrl: unknown, options = {}) =>
      rig.call('PUT', 'asset/cover', { json: { thumbnailUrl }, ...options })
    const url = `${rig.url}/asset/${created.target.object.replace(/[^/]*$/, 'cover/Cover0.png')}`
    await rig.confirm(created.asset_id)
    assertFailure(await setting(url), 400, 'VOD.10062')
    await rig.put(String(created.cover_upload_url), Buffer.from('png'), PNG)
    const { status, bytes } = await setting(url)
    assert.deepEqual([status, bytes.byteLength], [204, 0])
    const video = (await rig.info(created.asset_id)).base_info.video_url
    const others = [video, `${rig.url}/x.png`, `${rig.url}/asset/%ff`, 'https://cdn.example/Sample_1.jpg']
    for (const other of others) assertFailure(await setting(other), 400, 'VOD.10062')
    assertFailure(await setting(url, { project: PROJECTS.second.id }), 400, 'VOD.10062')
    shows('huawei-vod', 'PUT /v1.0/{project_id}/asset/cover')
    for (const wrong of [undefined, '', 7, 'no url']) assertIllegal(await setting(wrong), 'thumbnailUrl')
  })
})
