import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { projectCredential } from '../../../src/dialects/huawei-vod/credentials.ts'
import { assetsBucket } from '../../../src/dialects/huawei-vod/model/asset.ts'
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

const PATH = 'asset/category'

let rig: Rig
before(async () => {
  rig = await startRig()
})
beforeEach(() => rig.expect(204, 'DELETE', PATH, { query: { id: 0 } }))
after(() => rig.stop())

const post = (json: unknown) => rig.call('POST', PATH, { json })
const add = async (name: string, parent_id?: number): Promise<number> => {
  const json = parent_id === undefined ? { name } : { name, parent_id }
  return Number((await rig.expect(200, 'POST', PATH, { json })).id)
}
const remove = (id: number) => rig.expect(204, 'DELETE', PATH, { query: { id } })
const listed = async (query: Query = { id: 0 }): Promise<unknown> => {
  const answer = await rig.call('GET', PATH, { query })
  assert.equal(answer.status, 200, answer.bytes.toString())
  return answer.body
}
const listedV2 = async (query: Query): Promise<unknown> => {
  const answer = await rig.call('GET', 'asset/categories', { version: 'v2', query })
  assert.equal(answer.status, 200, answer.bytes.toString())
  return answer.body
}
const createIn = async (category_id: number | string) => (await rig.create({ category_id })).asset_id
const categoryOf = async (assetId: string) => {
  const { base_info } = await rig.info(assetId)
  return [base_info.category_id, base_info.category_name]
}
const inCategory = async (category_id: number): Promise<readonly string[]> => {
  const query = { category_id, size: 100 }
  const [info, list] = [
    await rig.expect(200, 'GET', 'asset/info', { query }),
    await rig.expect(200, 'GET', 'asset/list', { query }),
  ]
  const ids = info.asset_info_array.map(({ asset_id }) => asset_id)
  assert.deepEqual(
    list.assets.map(({ asset_id }) => asset_id),
    ids,
  )
  return ids
}
const BUILT_IN = [-1, '其他']

test('a category is created with its level and the project', async () => {
  const first = await rig.expect(200, 'POST', PATH, { json: { name: '电影' } })
  const { id } = first
  assert.deepEqual(first, { id, name: '电影', parent_id: 0, level: 1, projectId: PROJECTS.main.id })
  assert.ok(Number.isSafeInteger(id) && Number(id) > 0)
  shows('huawei-vod', 'POST /v1.0/{project_id}/asset/category')
  const second = await rig.expect(200, 'POST', PATH, { json: { name: '电视', parent_id: String(id) } })
  assert.deepEqual([second.parent_id, second.level], [id, 2])
  const root = await rig.expect(200, 'POST', PATH, { json: { name: 'of the root', parent_id: 0 } })
  assert.deepEqual([root.parent_id, root.level], [0, 1])
  shows('huawei-vod', 'category: name, parent_id')
  const third = await add('3', Number(second.id))
  assertFailure(await post({ name: '4', parent_id: third }), 400, 'VOD.10066')
  shows('huawei-vod', 'VOD.10066')
})

test('a category is listed with all below it, ids as texts', async () => {
  const films = await add('films')
  const music = await add('music', 0)
  const series = await add('series', films)
  const old = await add('old', series)
  const oldRecord = { id: String(old), name: 'old', children: [] }
  const seriesRecord = { id: String(series), name: 'series', children: [oldRecord] }
  const filmsRecord = { id: String(films), name: 'films', children: [seriesRecord] }
  assert.deepEqual(await listed(), [filmsRecord, { id: String(music), name: 'music', children: [] }])
  assert.deepEqual(await listed({}), await listed())
  assert.deepEqual(await listed({ id: films }), [filmsRecord])
  assert.deepEqual(await listed({ id: old }), [oldRecord])
  assert.deepEqual(await listed({ id: -1 }), [{ id: '-1', name: '其他', children: [] }])
  shows('huawei-vod', 'GET /v1.0/{project_id}/asset/category')
})

test('version 2 lists up to ten categories, each with the level below it', async () => {
  const films = await add('films')
  const series = await add('series', films)
  await add('old', series)
  const top = { id: 0, name: '', sub_categories: [{ id: films, name: 'films' }] }
  const below = { id: films, name: 'films', sub_categories: [{ id: series, name: 'series' }] }
  assert.deepEqual(await listedV2({ id: 0 }), [top])
  assert.deepEqual(await listedV2({}), [top])
  assert.deepEqual(await listedV2({ id: [0, films] }), [top, below])
  assert.deepEqual(await listedV2({ id: `${films},-1` }), [
    below,
    { id: -1, name: '其他', sub_categories: [] },
  ])
  shows('huawei-vod', 'GET /v2/{project_id}/asset/categories')
  const eleven = [0, -1, films, series]
  while (eleven.length < 11) eleven.push(await add(`n${eleven.length}`))
  const ten = (await listedV2({ id: eleven.slice(1) })) as readonly unknown[]
  assert.equal(ten.length, 10)
  assertIllegal(await rig.call('GET', 'asset/categories', { version: 'v2', query: { id: eleven } }), 'id')
  shows('huawei-vod', 'categories v2: id')
  for (const id of ['x', '-2', '1.5']) {
    assertIllegal(await rig.call('GET', 'asset/categories', { version: 'v2', query: { id } }), 'id')
  }
})

test('a category gets another name', async () => {
  const id = await add('films')
  await add('music')
  const put = (json: unknown) => rig.call('PUT', PATH, { json })
  const answer = await put({ id, name: '影片' })
  const record = { id, name: '影片', parent_id: 0, level: 1, projectId: PROJECTS.main.id }
  assert.deepEqual([answer.status, answer.body], [200, record])
  assert.equal((await put({ id: String(id), name: '影片' })).status, 200)
  assert.deepEqual(await listed({ id }), [{ id: String(id), name: '影片', children: [] }])
  shows('huawei-vod', 'PUT /v1.0/{project_id}/asset/category')
  assertFailure(await put({ id, name: 'music' }), 400, 'VOD.10065')
  assertFailure(await put({ id: id + 100, name: 'a' }), 400, 'VOD.10064')
  for (const wrong of [undefined, -1, 0, 'x']) assertIllegal(await put({ id: wrong, name: 'a' }), 'id')
  assertIllegal(await put({ id }), 'name')
})

test('names of categories have 1 to 64 bytes', async () => {
  for (const name of [undefined, null, '', 'a'.repeat(65), '中'.repeat(22), 7, 'a\0b']) {
    assertIllegal(await post({ name }), 'name')
  }
  await add('a'.repeat(64))
  await add(`${'中'.repeat(21)}a`)
  await add('b')
  shows('huawei-vod', 'category: name')
})

test('a name is taken once below one parent', async () => {
  const id = await add('films')
  assertFailure(await post({ name: 'films' }), 400, 'VOD.10065')
  await add('films', id)
  assertFailure(await post({ name: 'films', parent_id: id }), 400, 'VOD.10065')
  shows('huawei-vod', 'VOD.10065')
})

test('categories that are not there are told by VOD.10064', async () => {
  const id = (await add('films')) + 1
  assertFailure(await post({ name: 'a', parent_id: id }), 400, 'VOD.10064')
  assertIllegal(await post({ name: 'a', parent_id: -1 }), 'parent_id')
  assertFailure(await rig.call('GET', PATH, { query: { id } }), 400, 'VOD.10064')
  assertIllegal(await rig.call('GET', PATH, { query: { id: 'x' } }), 'id')
  assertFailure(await rig.call('DELETE', PATH, { query: { id } }), 400, 'VOD.10064')
  const json = { title: 't', video_name: 'v', video_type: 'MP4', category_id: id }
  assertFailure(await rig.call('POST', 'asset', { json }), 403, 'VOD.10064')
  shows('huawei-vod', 'VOD.10064')
})

test('a category to be deleted has to be named, and the built-in one stays', async () => {
  for (const query of [{}, { id: '' }, { id: -1 }, { id: 'x' }]) {
    assertIllegal(await rig.call('DELETE', PATH, { query }), 'id')
  }
  shows('huawei-vod', 'category: id of DELETE, missing')
})

test('assets are in their category, or in the built-in one', async () => {
  const films = await add('films')
  const [inFilms, inNone] = [await createIn(films), await createIn(-1)]
  assert.deepEqual(await categoryOf(inFilms), [films, 'films'])
  assert.deepEqual(await categoryOf(inNone), BUILT_IN)
  assert.deepEqual(await inCategory(films), [inFilms])
  const inBuiltIn = await inCategory(-1)
  assert.deepEqual([inBuiltIn.includes(inNone), inBuiltIn.includes(inFilms)], [true, false])
  shows('huawei-vod', 'list: category_id', 'category_id -1')
  await rig.expect(204, 'PUT', 'asset/info', { json: { asset_id: inNone, category_id: String(films) } })
  assert.deepEqual(await categoryOf(inNone), [films, 'films'])
  const found = await rig.expect(200, 'GET', 'asset/list', { query: { query_string: 'ILM' } })
  assert.deepEqual(new Set(found.assets.map(({ asset_id }) => asset_id)), new Set([inFilms, inNone]))
  assert.deepEqual(new Set(found.assets.map(({ category }) => category)), new Set(['films']))
})

test('a deleted category leaves its assets to its parent, or to the built-in one', async () => {
  const films = await add('films')
  const series = await add('series', films)
  const old = await add('old', series)
  const assets = [await createIn(films), await createIn(series), await createIn(old)]
  await remove(series)
  assert.deepEqual(await listed(), [{ id: String(films), name: 'films', children: [] }])
  shows('huawei-vod', 'DELETE /v1.0/{project_id}/asset/category')
  for (const asset of assets) assert.deepEqual(await categoryOf(asset), [films, 'films'])
  assert.deepEqual(new Set(await inCategory(films)), new Set(assets))
  await remove(films)
  for (const asset of assets) assert.deepEqual(await categoryOf(asset), BUILT_IN)
  const others = await inCategory(-1)
  assert.ok(assets.every((asset) => others.includes(asset)))
  shows('huawei-vod', 'category delete')
})

test('id 0 deletes all categories', async () => {
  const films = await add('films')
  await add('series', films)
  await add('music')
  const asset = await createIn(films)
  assert.equal(((await listed({ id: 0 })) as readonly unknown[]).length, 2)
  await remove(0)
  assert.deepEqual(await listed(), [])
  assert.deepEqual(await categoryOf(asset), BUILT_IN)
  shows('huawei-vod', 'category: id=0')
  assert.ok((await add('films')) > films)
})

test('a category of many assets is deleted at once, and they are moved in the background', async () => {
  const { second } = PROJECTS
  const many = { project: second.id }
  const { id } = await rig.expect(200, 'POST', PATH, { json: { name: 'many' }, ...many })
  const assets: string[] = []
  for (let count = 0; count < 250; count += 10) {
    const ten = Array.from({ length: 10 }, () => rig.create({ category_id: id }, many))
    assets.push(...(await Promise.all(ten)).map(({ asset_id }) => asset_id))
  }
  await rig.expect(204, 'DELETE', PATH, { query: { id: String(id) }, ...many })
  const count = async (query: Query) => (await rig.expect(200, 'GET', 'asset/list', { query, ...many })).total
  const { core, accounts } = rig.server.engine
  const found = accounts.find(projectCredential, second.id)
  assert.ok(found !== null)
  const kept = async () => {
    const { objects } = await core.objects.list({
      ...{ account: found.account.id, bucket: assetsBucket(second), kind: null, status: null, keyword: null },
      ...{ order: 'newest-first', limit: 1000, offset: 0 },
    })
    return objects.filter(({ attributes }) => attributes.categoryId === id).length
  }
  assert.ok((await kept()) > 0, 'some wait for the background')
  assert.equal(await count({ category_id: -1 }), 250)
  assert.equal(await count({ category_id: Number(id) }), 0)
  await rig.server.jobs.runAll()
  assert.equal(await kept(), 0)
  assert.equal(await count({ category_id: -1 }), 250)
  rig.clock.advance(11 * 60_000)
  await rig.server.jobs.runAll()
  assert.equal(await count({ category_id: -1 }), 250)
  shows('huawei-vod', 'category delete of many assets', 'category with many assets')
})

test('a parent takes 128 children, also when they come all at once', async () => {
  const parent = await add('parent')
  const posts = Array.from({ length: 132 }, (_, at) => () => post({ name: `n${at}`, parent_id: parent }))
  const statuses: number[] = []
  for (let at = 0; at < posts.length; at += 12) {
    const answers = await Promise.all(posts.slice(at, at + 12).map((send) => send()))
    for (const answer of answers) {
      if (answer.status !== 200) assertFailure(answer, 400, 'VOD.10067')
      statuses.push(answer.status)
    }
  }
  assert.equal(statuses.filter((status) => status === 200).length, 128)
  const [{ children }] = (await listed({ id: parent })) as [
    { children: readonly { readonly name: string }[] },
  ]
  assert.equal(new Set(children.map(({ name }) => name)).size, 128)
  shows('huawei-vod', 'categories: children', 'VOD.10067')
})

test('of the same name at the same time one is made', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => post({ name: 'twin' })))
  const made = answers.filter(({ status }) => status === 200)
  assert.equal(made.length, 1)
  for (const answer of answers) if (answer.status !== 200) assertFailure(answer, 400, 'VOD.10065')
  shows('huawei-vod', 'category twice at the same time')
})

test('categories of projects and accounts are their own', async () => {
  const films = await add('films')
  const elsewhere = [
    { project: PROJECTS.second.id },
    { project: OTHER_PROJECT.id, as: { keys: OTHER_ACCOUNT, project: OTHER_PROJECT.id } },
  ]
  for (const options of elsewhere) {
    await rig.expect(204, 'DELETE', PATH, { query: { id: 0 }, ...options })
    assert.deepEqual(await rig.expect(200, 'GET', PATH, options), [])
    assertFailure(await rig.call('GET', PATH, { query: { id: films }, ...options }), 400, 'VOD.10064')
  }
  assert.deepEqual(await listed(), [{ id: String(films), name: 'films', children: [] }])
})
