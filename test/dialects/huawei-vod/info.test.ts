import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { shows } from '../../support/shows.ts'
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
import { fill, namesOf } from './searches.ts'

describe('huawei-vod: the meta query', () => {
  let rig: Rig
  let ids: Readonly<Record<string, string>>
  let times: Readonly<Record<string, string>>
  before(async () => {
    rig = await startRig()
    ;({ ids, times } = await fill(rig))
  })
  after(() => rig.stop())

  const asking = (query: Query, options = {}) => rig.call('GET', 'asset/info', { query, ...options })
  const infos = async (query: Query) => rig.expect(200, 'GET', 'asset/info', { query })
  /** Names of what is found, whether there is more, and how many there are. */
  const found = async (query: Query): Promise<string> => {
    const { asset_info_array, is_truncated, total } = await infos(query)
    const names = namesOf(
      ids,
      asset_info_array.map(({ asset_id }) => asset_id),
    )
    return `${names}/${is_truncated}/${total}`
  }
  const id = (name: string): string => ids[name] ?? assert.fail(name)
  const time = (name: string): string => times[name] ?? assert.fail(name)

  test('an asset in the meta query has the fields of the document', async () => {
    const bytes = mediaFixture('video.mp4')
    const other = await startRig()
    const asset_id = await other.make(bytes, { description: 'words', tags: 'a,b' })
    const { status, body } = await other.call('GET', 'asset/info')
    assert.equal(status, 200)
    assert.deepEqual(Object.keys(body ?? {}), ['asset_info_array', 'is_truncated', 'total'])
    const [{ base_info, ...info } = assert.fail()] = body?.asset_info_array ?? []
    assert.deepEqual(info, {
      ...{ asset_id, status: 'CREATED', description: 'Asset meta is created' },
      is_multi_transcode: false,
      play_info_array: [
        {
          ...{ play_type: 'mp4', group_id: null, group_name: null, url: base_info.video_url },
          ...{ encrypted: 0, meta_data: base_info.meta_data },
        },
      ],
    })
    const { sign_url, ...base } = (await other.expect(200, 'GET', 'asset/details', { query: { asset_id } }))
      .base_info
    assert.match(String(sign_url), /Signature=/)
    assert.deepEqual(base_info, base)
    shows('huawei-vod', 'GET /v1.0/{project_id}/asset/info')
    await other.stop()
  })

  test('the meta query tells states and what they mean', async () => {
    const { asset_info_array } = await infos({ asset_id: Object.values(ids) })
    assert.deepEqual(
      asset_info_array.map(({ status, description }) => [status, description]),
      [
        ['CREATING', 'Asset meta is creating'],
        ['UPLOAD_FAILED', 'Asset upload failed'],
        ['CANCELLED', 'Asset upload is cancelled'],
        ['CREATED', 'Asset meta is created. The file cannot be read as MP4.'],
        ['PUBLISHED', 'Asset meta is published. The file cannot be read as MP4.'],
        ['DELETED', 'Asset is deleted'],
      ],
    )
    shows('huawei-vod', 'info: status, description')
  })

  test('assets are told by their ids in the order of the request, deleted and unknown ones too', async () => {
    const unknown = 'f'.repeat(32)
    const { asset_info_array, is_truncated, total } = await infos({
      asset_id: [id('f'), unknown, id('a'), 'x', id('a')],
    })
    assert.deepEqual(
      asset_info_array.map(({ asset_id, status }) => [asset_id, status]),
      [
        [id('f'), 'DELETED'],
        [unknown, 'UNCREATED'],
        [id('a'), 'CREATING'],
        ['x', 'UNCREATED'],
      ],
    )
    assert.deepEqual([is_truncated, total], [0, 4])
    assert.deepEqual(asset_info_array[1], {
      ...{ asset_id: unknown, status: 'UNCREATED', description: 'no asset' },
      ...{ is_multi_transcode: null, base_info: null, play_info_array: null },
    })
    shows('huawei-vod', 'info of an unknown id')
  })

  test('a deleted asset is told without its bytes', async () => {
    const { status, base_info } = await rig.info(id('f'))
    assert.deepEqual(
      [status, base_info.title, base_info.video_url, base_info.meta_data, base_info.cover_info_array],
      ['DELETED', 'asset f', null, null, []],
    )
    assert.equal(await found({ status: 'DELETED' }), '/0/0')
    shows('huawei-vod', 'info of a deleted asset')
  })

  test('with ids, times and pages do not count, and other conditions do', async () => {
    const asset_id = [id('a'), id('b'), id('f')]
    const ignored = { start_time: '20010101000000', end_time: '20010101000000', page: 7, size: 1 }
    assert.equal(await found({ asset_id, ...ignored }), 'abf/0/3')
    assert.equal(await found({ asset_id, status: 'DELETED,CREATING' }), 'af/0/2')
    assert.equal(await found({ asset_id, tags: 'even' }), 'bf/0/2')
    assert.equal(await found({ asset_id, query_string: 'GRÖSSE' }), '/0/0')
    assert.equal(await found({ asset_id, query_string: 'größe' }), 'a/0/1')
    assert.equal(await found({ asset_id: [id('a'), 'x'], status: 'UNCREATED' }), '?/0/1')
    assert.equal(await found({ asset_id: [id('a'), 'x'], status: 'CREATING' }), 'a/0/1')
    shows('huawei-vod', 'info: asset_id')
  })

  test('at most ten ids are asked for at a time', async () => {
    const many = Array.from({ length: 11 }, (_, at) => String(at).padStart(32, '0'))
    assert.equal((await infos({ asset_id: many.slice(1) })).total, 10)
    assertIllegal(await asking({ asset_id: many }), 'asset_id')
    assertIllegal(await asking({ asset_id: many.join(',') }), 'asset_id')
    shows('huawei-vod', 'info: asset_id')
  })

  test('without ids the meta query is newest first, without deleted assets', async () => {
    assert.equal(await found({}), 'edcba/0/5')
    assert.equal(await found({ status: 'DELETED' }), '/0/0')
    assert.equal(await found({ status: 'UNCREATED' }), '/0/0')
  })

  test('the meta query is asked for states', async () => {
    assert.equal(await found({ status: 'CREATING' }), 'a/0/1')
    assert.equal(await found({ status: 'UPLOAD_FAILED' }), 'b/0/1')
    assert.equal(await found({ status: ['CANCELLED', 'CREATED'] }), 'dc/0/2')
    assert.equal(await found({ status: 'PUBLISHED' }), 'e/0/1')
    assert.equal(await found({ assetStatus: 'PUBLISHED' }), 'e/0/1')
    assert.equal(await found({ assetStatus: ['PUBLISHED', 'CREATED'] }), 'ed/0/2')
    assert.equal(await found({ transcodeStatus: 'UN_TRANSCODE' }), 'edcba/0/5')
    assert.equal(await found({ assetStatus: 'CREATED', transcodeStatus: 'UN_TRANSCODE' }), 'd/0/1')
    assert.equal(await found({ assetStatus: 'CREATED', status: 'PUBLISHED' }), '/0/0')
    const never = ['WAITING_TRANSCODE', 'TRANSCODING', 'TRANSCODE_FAILED', 'TRANSCODE_SUCCEED']
    for (const status of never) {
      assert.equal(await found({ status }), '/0/0')
      assert.equal(await found({ transcodeStatus: status }), '/0/0')
    }
    assert.equal(await found({ status: 'SERVER_ERROR' }), '/0/0')
    assertIllegal(await asking({ status: 'FAILED' }), 'status')
    assertIllegal(await asking({ assetStatus: 'CREATING' }), 'assetStatus')
    assertIllegal(await asking({ transcodeStatus: 'CREATED' }), 'transcodeStatus')
    shows('huawei-vod', 'info: status, assetStatus, transcodeStatus')
  })

  test('the meta query is asked for times, tags, words and a category', async () => {
    assert.equal(await found({ start_time: time('b'), end_time: time('c') }), 'cb/0/2')
    assertIllegal(await asking({ start_time: 'x' }), 'start_time')
    assertIllegal(await asking({ end_time: '20180230000000' }), 'end_time')
    assert.equal(await found({ tags: 'odd' }), 'eca/0/3')
    assert.equal(await found({ query_string: 'another' }), 'e/0/1')
    assert.equal(await found({ category_id: -1 }), 'edcba/0/5')
    assert.equal(await found({ category_id: 4711 }), '/0/0')
    assertIllegal(await asking({ category_id: 'x' }), 'category_id')
    shows('huawei-vod', 'info: start_time, end_time, tags, query_string, category_id')
  })

  test('the meta query has pages of 1 to 100 assets, and reaches 20000', async () => {
    assert.equal(await found({ size: 2 }), 'ed/1/5')
    assert.equal(await found({ size: 2, page: 1 }), 'cb/1/5')
    assert.equal(await found({ size: 2, page: 2 }), 'a/0/5')
    assert.equal(await found({ size: 2, page: 3 }), '/0/5')
    shows('huawei-vod', 'info: is_truncated, total')
    for (const size of [0, 101]) assertIllegal(await asking({ size }), 'size')
    assertIllegal(await asking({ page: -1 }), 'page')
    assertIllegal(await asking({ page: 200, size: 100 }), 'page')
    for (const last of [{ size: 1 }, { page: 199, size: 100 }]) assert.equal((await asking(last)).status, 200)
    shows('huawei-vod', 'info: page, size')
  })

  test('the meta query is of the caller’s own project', async () => {
    const query = { asset_id: id('d') }
    const status = async (options: object) =>
      (await asking(query, options)).body?.asset_info_array.map((info) => info.status)
    assert.deepEqual(await status({}), ['CREATED'])
    assert.deepEqual(await status({ project: PROJECTS.second.id }), ['UNCREATED'])
    const as = { keys: OTHER_ACCOUNT }
    assert.deepEqual(await status({ as, project: OTHER_PROJECT.id }), ['UNCREATED'])
    assertFailure(await asking(query, { as }), 403, 'VOD.10057')
    assertFailure(await asking({}, { as: { nobody: true } }), 401, 'APIGW.0301')
    shows('huawei-vod', 'info')
  })
})
