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
import { fill, namesOf, timeText } from './searches.ts'

describe('huawei-vod: the list of assets', () => {
  let rig: Rig
  let ids: Readonly<Record<string, string>>
  let times: Readonly<Record<string, string>>
  before(async () => {
    rig = await startRig()
    ;({ ids, times } = await fill(rig))
  })
  after(() => rig.stop())

  const asking = (query: Query, options = {}) => rig.call('GET', 'asset/list', { query, ...options })
  /** Names of what is found, and how many there are. */
  const found = async (query: Query): Promise<string> => {
    const { assets, total } = await rig.expect(200, 'GET', 'asset/list', { query })
    return `${namesOf(
      ids,
      assets.map(({ asset_id }) => asset_id),
    )}/${total}`
  }
  const id = (name: string): string => ids[name] ?? assert.fail(name)
  const time = (name: string): string => times[name] ?? assert.fail(name)

  test('an asset in the list has the fields of the document', async () => {
    const bytes = mediaFixture('video.mp4')
    const rig2 = await startRig()
    const asset_id = await rig2.make(bytes, { description: 'words' })
    const { status, body } = await rig2.call('GET', 'asset/list')
    assert.equal(status, 200)
    assert.deepEqual(Object.keys(body ?? {}), ['total', 'assets'])
    const { base_info } = await rig2.info(asset_id)
    assert.deepEqual(body?.assets, [
      {
        ...{ asset_id, title: 'a title', description: 'words', duration: 1, duration_ms: 1000 },
        ...{ size: bytes.byteLength, original_url: base_info.video_url, category: '其他', covers: [] },
        ...{ create_time: base_info.create_time, asset_status: 'CREATED' },
        ...{ transcode_status: 'UN_TRANSCODE', thumbnail_status: 'UN_THUMBNAIL', review_status: 'UN_REVIEW' },
        ...{ exec_desc: 'asset_exec_desc:Asset meta is created;', media_type: 'MP4' },
      },
    ])
    shows('huawei-vod', 'GET /v1.0/{project_id}/asset/list')
    await rig2.stop()
  })

  test('the list is newest first, without deleted assets', async () => {
    assert.equal(await found({}), 'edcba/5')
    assert.equal(await found({ order: 'desc' }), 'edcba/5')
    assert.equal(await found({ order: 'asc' }), 'abcde/5')
    shows('huawei-vod', 'list: order')
    assert.equal(await found({ asset_id: id('f') }), '/0')
    const { asset_info_array } = await rig.expect(200, 'GET', 'asset/info')
    const told = asset_info_array.map(({ asset_id }) => asset_id)
    assert.equal(namesOf(ids, told), 'edcba')
    shows('huawei-vod', 'list and info without ids')
    assertIllegal(await asking({ order: 'up' }), 'order')
  })

  test('the list names states as the document does', async () => {
    const { assets } = await rig.expect(200, 'GET', 'asset/list', { query: { order: 'asc' } })
    assert.deepEqual(
      assets.map(({ asset_status }) => asset_status),
      ['CREATING', 'FAILED', 'FAILED', 'CREATED', 'PUBLISHED'],
    )
    shows('huawei-vod', 'list: asset_status')
    assert.deepEqual([assets[0]?.duration, assets[0]?.size, assets[0]?.original_url], [0, 0, null])
  })

  test('the list is asked for states, several at a time', async () => {
    assert.equal(await found({ status: 'CREATING' }), 'a/1')
    assert.equal(await found({ status: 'FAILED' }), 'cb/2')
    assert.equal(await found({ status: ['CREATED', 'PUBLISHED'] }), 'ed/2')
    assert.equal(await found({ status: 'CREATED,CREATING' }), 'da/2')
    assert.equal(await found({ status: 'UN_REVIEW' }), 'edcba/5')
    const never = [
      ...['WAITING_TRANSCODE', 'TRANSCODING', 'TRANSCODE_SUCCEED', 'TRANSCODE_FAILED', 'THUMBNAILING'],
      ...['THUMBNAIL_SUCCEED', 'THUMBNAIL_FAILED', 'REVIEWING', 'REVIEW_SUSPICIOUS', 'REVIEW_PASSED'],
      ...['REVIEW_FAILED', 'REVIEW_BLOCKED'],
    ]
    for (const status of never) assert.equal(await found({ status }), '/0', status)
    shows('huawei-vod', 'list: status')
    for (const status of ['DELETED', 'UPLOAD_FAILED', 'created']) {
      assertIllegal(await asking({ status }), 'status')
    }
  })

  test('the list is asked for ids, at most ten', async () => {
    assert.equal(await found({ asset_id: [id('a'), id('d'), 'f'.repeat(32)] }), 'da/2')
    assert.equal(await found({ asset_id: `${id('a')},${id('d')}`, status: 'CREATED' }), 'd/1')
    const many = Array.from({ length: 11 }, (_, at) => String(at).padStart(32, '0'))
    assert.equal(await found({ asset_id: many.slice(1) }), '/0')
    assertIllegal(await asking({ asset_id: many }), 'asset_id')
    shows('huawei-vod', 'list: asset_id')
  })

  test('the list is asked for times of creation, both ends included', async () => {
    assert.equal(await found({ start_time: time('b'), end_time: time('d') }), 'dcb/3')
    assert.equal(await found({ start_time: time('e') }), 'e/1')
    assert.equal(await found({ end_time: time('a') }), 'a/1')
    assert.equal(await found({ start_time: time('d'), end_time: time('b') }), '/0')
    const near = (ms: number) => timeText(rig.clock.now() + ms)
    assert.equal(await found({ start_time: near(-600_000), end_time: near(600_000) }), 'edcba/5')
    assert.equal(await found({ start_time: near(600_000) }), '/0')
    for (const wrong of ['2018-02-09', '20181301000000', '20180230000000', '2018020902401', 'now']) {
      assertIllegal(await asking({ start_time: wrong }), 'start_time')
      assertIllegal(await asking({ end_time: wrong }), 'end_time')
    }
    shows('huawei-vod', 'list: start_time, end_time')
  })

  test('the list is asked for tags, any of them', async () => {
    assert.equal(await found({ tags: 'odd' }), 'eca/3')
    assert.equal(await found({ tags: 'first,even' }), 'dba/3')
    assert.equal(await found({ tags: 'od' }), '/0')
    const many = Array.from({ length: 17 }, (_, at) => `t${at}`).join(',')
    assertIllegal(await asking({ tags: many }), 'tags')
    shows('huawei-vod', 'list: tags')
  })

  test('the list is asked for words in titles, descriptions and names of categories', async () => {
    assert.equal(await found({ query_string: 'ASSET' }), 'dcba/4')
    assert.equal(await found({ query_string: 'größe' }), 'a/1')
    assert.equal(await found({ query_string: '0%' }), 'a/1')
    assert.equal(await found({ query_string: 'ähnlich' }), 'd/1')
    assert.equal(await found({ query_string: '_' }), '/0')
    assert.equal(await found({ query_string: '其' }), 'edcba/5')
    assert.equal(await found({ query_string: 'asset', tags: 'even', status: 'CREATED' }), 'd/1')
    shows('huawei-vod', 'list: query_string')
  })

  test('the list is asked for a category', async () => {
    assert.equal(await found({ category_id: -1 }), 'edcba/5')
    assert.equal(await found({ category_id: 4711 }), '/0')
    for (const category_id of [-2, 'x', 1.5]) assertIllegal(await asking({ category_id }), 'category_id')
    shows('huawei-vod', 'list: category_id')
  })

  test('the list is asked for types of files, at most 20', async () => {
    const other = await startRig()
    const put = async (video_type: string) => (await other.create({ video_type })).asset_id
    const [mp4, mov, mp3] = [await put('MP4'), await put('MOV'), await put('MP3')]
    const of = async (media_type: Query['x']) => {
      const { assets } = await other.expect(200, 'GET', 'asset/list', {
        query: { media_type: media_type ?? '' },
      })
      return assets.map(({ asset_id, media_type: type }) => [asset_id, type])
    }
    assert.deepEqual(await of('MOV'), [[mov, 'MOV']])
    assert.deepEqual((await of(['MP4', 'MP3'])).map(([asset_id]) => asset_id).sort(), [mp4, mp3].sort())
    assert.equal((await of('MP3,MP4,MOV')).length, 3)
    const types = 'MP4,TS,MOV,MXF,MPG,FLV,WMV,AVI,M4V,F4V,MPEG,MP3,OGG,WAV,WMA,APE,FLAC,AAC,AC3,MMF'
    assert.equal((await of(types)).length, 3)
    assertIllegal(await asking({ media_type: `${types},AMR` }), 'media_type')
    assertIllegal(await asking({ media_type: 'GIF' }), 'media_type')
    shows('huawei-vod', 'list: media_type')
    await other.stop()
  })

  test('the list has pages of 1 to 100 assets, and reaches 20000', async () => {
    assert.equal(await found({ size: 2 }), 'ed/5')
    assert.equal(await found({ size: 2, page: 1 }), 'cb/5')
    assert.equal(await found({ size: 2, page: 2 }), 'a/5')
    assert.equal(await found({ size: 2, page: 3 }), '/5')
    assert.equal(await found({ size: 1 }), 'e/5')
    for (const size of [0, 101, 'x', -1]) assertIllegal(await asking({ size }), 'size')
    for (const page of [-1, 'x', 1.5]) assertIllegal(await asking({ page }), 'page')
    assert.equal((await asking({ page: 199, size: 100 })).status, 200)
    assertIllegal(await asking({ page: 200, size: 100 }), 'page')
    assert.equal((await asking({ page: 1999 })).status, 200)
    assertIllegal(await asking({ page: 2000 }), 'page')
    shows('huawei-vod', 'list: page, size')
  })

  test('a page of the list has ten assets where none is said', async () => {
    const other = await startRig()
    for (let count = 0; count < 11; count++) await other.create()
    const { assets, total } = await other.expect(200, 'GET', 'asset/list')
    assert.deepEqual([assets.length, total], [10, 11])
    shows('huawei-vod', 'list: size')
    await other.stop()
  })

  test('the list is of the caller’s own project', async () => {
    const at = async (options: object) => (await asking({}, options)).body?.total
    assert.equal(await at({ project: PROJECTS.second.id }), 0)
    const as = { keys: OTHER_ACCOUNT }
    assert.equal(await at({ as, project: OTHER_PROJECT.id }), 0)
    assertFailure(await asking({}, { as }), 403, 'VOD.10057')
    assertFailure(await asking({}, { as: { nobody: true } }), 401, 'APIGW.0301')
    shows('huawei-vod', 'list')
  })
})
