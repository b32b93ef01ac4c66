import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { ACCOUNT, assertFailure, type Body, LIBRARIES, type Params, type Rig, startRig } from './rig.ts'
import { treeOf } from './tree.ts'

const { file, spaces, media } = LIBRARIES

/** A library of albums with many spaces, beside those of every rig. */
const ALBUMS = { id: 'smh0albumspaces01', secret: 'c2VjcmV0IG9mIGFsYnVtcw' } as const

let rig: Rig
let admin: string
before(async () => {
  rig = await startRig()
  admin = await rig.token('admin', { library: 'spaces' })
})
after(() => rig.stop())

const base = `space/${spaces.id}`
const create = (query: Params = {}, json?: unknown) =>
  rig.call('POST', base, { access_token: admin, ...query }, { json })
const make = async (space_id: string, json?: unknown): Promise<void> => {
  const { status, bytes } = await create({ space_id }, json)
  assert.equal(status, 201, bytes.toString())
}
const get = (path: string, query: Params = {}): Promise<Body> =>
  rig.expect(200, 'GET', path, { access_token: admin, ...query })
const listed = async (query: Params = {}): Promise<readonly string[]> => {
  const { list } = await get(`${base}/list`, query)
  assert.ok(Array.isArray(list))
  return list.map(({ spaceId }) => spaceId)
}
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

test('a space is made with an id of the server’s own', async () => {
  const { status, body } = await create()
  assert.equal(status, 201)
  assert.deepEqual(Object.keys(body ?? {}), ['spaceId'])
  assert.match(String(body?.spaceId), /^space[0-9a-z]{13}$/)
  shows('tencent-smh', 'POST /space/{L}')
  const again = await create({}, {})
  assert.notEqual(again.body?.spaceId, body?.spaceId)
})

test('a space is made with the id that is asked for', async () => {
  for (const space_id of ['ab', '0-1', 'a'.repeat(32), 'with-dash']) {
    const { status, body } = await create({ space_id })
    assert.deepEqual([status, body], [201, { spaceId: space_id }])
  }
  shows('tencent-smh', 'space.create.space_id')
})

test('a space id has 2 to 32 of a-z, 0-9 and dashes within', async () => {
  for (const space_id of ['a', 'a'.repeat(33), '-ab', 'ab-', 'Ab', 'a_b', 'a b', 'ä-ä', 'list', 'count']) {
    assertFailure(await create({ space_id }), 400, 'SpaceIdInvalid')
  }
  shows('tencent-smh', 'SpaceIdInvalid')
  for (const space_id of ['z9', 'z'.repeat(32), '9-z']) assert.equal((await create({ space_id })).status, 201)
  shows('tencent-smh', 'space_id')
})

test('a space id that is taken gives way to one of the server’s own, as clients with a default space need it', async () => {
  await make('taken', { spaceTag: 'first' })
  const access_token = await rig.token('admin', { library: 'spaces', query: { space_id: 'taken' } })
  const { status, body } = await create({ space_id: 'taken', access_token }, { spaceTag: 'second' })
  assert.equal(status, 201)
  assert.match(String(body?.spaceId), /^space[0-9a-z]{13}$/)
  const tagOf = async (space: unknown) => (await get(`${base}/${space}/extension`)).spaceTag
  assert.deepEqual([await tagOf('taken'), await tagOf(body?.spaceId)], ['first', 'second'])
  shows('tencent-smh', 'space.create.space_id, taken')
})

test('spaces of a library that has one only are no matter of calls', async () => {
  const access_token = await rig.token()
  for (const [method, path] of [
    ['POST', `space/${file.id}`],
    ['GET', `space/${file.id}`],
    ['GET', `space/${file.id}/list`],
    ['GET', `space/${file.id}/count`],
    ['DELETE', `space/${file.id}/-`],
  ] as const) {
    assertFailure(await rig.call(method, path, { access_token }), 400, 'NotMultiSpaceLibrary')
  }
  shows('tencent-smh', 'NotMultiSpaceLibrary')
  assertFailure(await rig.call('GET', `directory/${file.id}/other`, { access_token }), 404, 'SpaceNotFound')
})

test('a space’s properties are kept as they were made, and changed but for isMultiAlbum', async () => {
  const made = {
    isPublicRead: true,
    isMultiAlbum: true,
    allowPhoto: true,
    allowVideo: false,
    allowPhotoExtname: ['.jpg', 'png'],
    allowVideoExtname: [],
    allowFileExtname: [],
    recognizeSensitiveContent: true,
    spaceTag: 'team',
  }
  await make('with-facts', { ...made, unknown: 'left out' })
  const path = `${base}/with-facts/extension`
  assert.deepEqual(await get(path), made)
  const change = { isPublicRead: false, allowVideo: true, spaceTag: 'other', isMultiAlbum: true }
  await rig.expect(204, 'POST', path, { access_token: admin }, { json: change })
  assert.deepEqual(await get(path), { ...made, ...change })
  const fixed = await rig.call('POST', path, { access_token: admin }, { json: { isMultiAlbum: false } })
  assertFailure(fixed, 400, 'ParamInvalid')
  shows('tencent-smh', 'POST /space/{L}/{S}/extension')
})

test('a space that says nothing has the vendor’s defaults', async () => {
  await make('bare')
  assert.deepEqual(await get(`${base}/bare/extension`), {
    isPublicRead: false,
    isMultiAlbum: false,
    allowPhoto: false,
    allowVideo: false,
    allowPhotoExtname: [],
    allowVideoExtname: [],
    allowFileExtname: [],
    recognizeSensitiveContent: false,
    spaceTag: '',
  })
  shows('tencent-smh', 'GET /space/{L}/{S}/extension')
  const access_token = await rig.token('admin', { library: 'media' })
  const { isMultiAlbum } = await rig.expect(200, 'GET', `space/${media.id}/-/extension`, { access_token })
  assert.equal(isMultiAlbum, true)
})

test('a property of a wrong type is refused, and nothing is made', async () => {
  for (const json of [
    { isPublicRead: 'yes' },
    { isMultiAlbum: 1 },
    { allowPhotoExtname: 'jpg' },
    { allowFileExtname: ['a/b'] },
    { allowVideoExtname: [1] },
    { spaceTag: 5 },
    { spaceTag: 'x'.repeat(256) },
  ]) {
    assertFailure(await create({ space_id: 'refused' }, json), 400, 'ParamInvalid')
  }
  shows('tencent-smh', 'ParamInvalid')
  assertFailure(await create({ space_id: 'refused' }, []), 400, 'BadRequest')
  assert.equal((await listed()).includes('refused'), false)
})

test('only who may create spaces does', async () => {
  await make('for-grants')
  const query = { space_id: 'for-grants' }
  for (const grant of ['', 'space_admin', 'delete_space', 'upload_file']) {
    const access_token = await rig.token(grant, { library: 'spaces', query })
    assertFailure(await rig.call('POST', base, { access_token }), 403, 'NoPermission')
  }
  const access_token = await rig.token('create_space', { library: 'spaces' })
  assert.equal((await rig.call('POST', base, { access_token })).status, 201)
  shows('tencent-smh', 'create_space')
})

test('spaces are listed in the order of their ids, page by page', async () => {
  for (const name of ['page-b', 'page-a', 'page-c', 'page-ab']) await make(name)
  const query = { prefix: 'page-', ordered: 1 }
  assert.deepEqual(await listed(query), ['page-a', 'page-ab', 'page-b', 'page-c'])
  const first = await get(`${base}/list`, { ...query, limit: 3 })
  assert.ok(Array.isArray(first.list))
  assert.deepEqual(Object.keys(first.list[0]), ['spaceId', 'userId', 'creationTime'])
  assert.match(first.list[0].creationTime, ISO)
  assert.equal(first.nextMarker, first.marker)
  const second = await get(`${base}/list`, { ...query, limit: 3, marker: String(first.marker) })
  assert.ok(Array.isArray(second.list))
  assert.deepEqual(
    second.list.map(({ spaceId }) => spaceId),
    ['page-c'],
  )
  assert.equal('marker' in second, false)
  shows('tencent-smh', 'GET /space/{L}/list')
  assert.deepEqual(await listed({ ...query, limit: 4 }), ['page-a', 'page-ab', 'page-b', 'page-c'])
})

test('an ordered list of spaces begins after the name that is asked for', async () => {
  for (const name of ['start-a', 'start-aa0', 'start-ab', 'start-b']) await make(name)
  const from = (start_name: string) => listed({ ordered: 1, prefix: 'start-', start_name })
  assert.deepEqual(await from('start-ab'), ['start-b'])
  assert.deepEqual(await from('start-aa'), ['start-aa0', 'start-ab', 'start-b'])
  assert.deepEqual(await from('start-a'), ['start-aa0', 'start-ab', 'start-b'])
  assert.deepEqual(await from('start-b'), [])
  shows('tencent-smh', 'space.list.start_name')
  const { marker } = await get(`${base}/list`, { ordered: 1, prefix: 'start-', limit: 2 })
  const later = { ordered: 1, prefix: 'start-', start_name: 'start-b', marker: String(marker) }
  assert.deepEqual(await listed(later), ['start-ab', 'start-b'])
})

test('prefix and start_name of spaces count with ordered=1 alone', async () => {
  await make('zz-last')
  const all = await listed()
  for (const query of [{}, { ordered: 0 }]) {
    assert.deepEqual(await listed({ ...query, prefix: 'zz-', start_name: 'zz' }), all)
    assert.deepEqual(await listed({ ...query, prefix: 'No Id!' }), all)
  }
  assert.deepEqual(await listed({ ordered: 1, prefix: 'zz-' }), ['zz-last'])
  shows('tencent-smh', 'space.list.prefix, start_name without ordered=1')
})

test('the older list of spaces is a bare array', async () => {
  await make('bare-array')
  const { bytes } = await rig.call('GET', base, { access_token: admin })
  const items: unknown = JSON.parse(bytes.toString())
  assert.ok(Array.isArray(items))
  const { list } = await get(`${base}/list`)
  assert.deepEqual(items, list)
  shows('tencent-smh', 'GET /space/{L}')
})

test('who is no admin lists and counts the spaces of their own user', async () => {
  await make('of-anybody')
  const query = { user_id: 'ida' }
  const access_token = await rig.token('create_space', { library: 'spaces', query })
  await rig.expect(201, 'POST', base, { access_token, space_id: 'of-ida' })
  const { list } = await get(`${base}/list`, { access_token })
  assert.ok(Array.isArray(list))
  assert.deepEqual(
    list.map(({ spaceId, userId }) => [spaceId, userId]),
    [['of-ida', 'ida']],
  )
  assert.deepEqual(await get(`${base}/count`, { access_token }), { total: 1 })
  shows('tencent-smh', 'list of spaces')
  const nobody = await rig.token('create_space', { library: 'spaces' })
  assert.deepEqual(await get(`${base}/list`, { access_token: nobody }), { list: [] })
  assert.deepEqual(await get(`${base}/count`, { access_token: nobody }), { total: 0 })
})

test('spaces are counted', async () => {
  const { total } = await get(`${base}/count`)
  await make('counted')
  assert.deepEqual(await get(`${base}/count`), { total: Number(total) + 1 })
  assert.equal((await listed()).length, Number(total) + 1)
  shows('tencent-smh', 'GET /space/{L}/count')
})

test('a list of spaces refuses bad limits, markers and names', async () => {
  const list = (query: Params) => rig.call('GET', `${base}/list`, { access_token: admin, ...query })
  for (const limit of ['0', '1001', '-1', 'x', '1.5'])
    assertFailure(await list({ limit }), 400, 'ParamInvalid')
  for (const marker of ['!', 'x', '%00']) assertFailure(await list({ marker }), 400, 'MarkerInvalid')
  assertFailure(await list({ ordered: 1, prefix: 'A' }), 400, 'ParamInvalid')
  assertFailure(await list({ ordered: 1, start_name: '../' }), 400, 'ParamInvalid')
  for (const limit of [1, 1000]) assert.equal((await list({ limit })).status, 200)
  shows('tencent-smh', 'space.list.limit')
})

test('a public space is read without a token, and written by none', async () => {
  await make('public', { isPublicRead: true })
  await make('private')
  await rig.expect(200, 'GET', `directory/${spaces.id}/public`)
  shows('tencent-smh', 'space.isPublicRead')
  assertFailure(await rig.call('GET', `directory/${spaces.id}/private`), 400, 'EmptyAccessToken')
  assertFailure(await rig.call('PUT', `directory/${spaces.id}/public/new`), 400, 'EmptyAccessToken')
  for (const path of [`recycled/${spaces.id}/public`, `${base}/list`, `task/${spaces.id}/public/1`]) {
    assertFailure(await rig.call('GET', path), 400, 'EmptyAccessToken')
  }
})

test('an empty space is deleted, and one that is not only by force', async () => {
  await make('doomed')
  const remove = (query: Params = {}) =>
    rig.call('DELETE', `${base}/doomed`, { access_token: admin, ...query })
  const tree = await treeOf(rig, 'spaces', { space: 'doomed' })
  await tree.makeDirectory('in-it')
  assertFailure(await remove(), 409, 'SpaceNotEmpty')
  assertFailure(await remove({ force: 0 }), 409, 'SpaceNotEmpty')
  shows('tencent-smh', 'SpaceNotEmpty')
  await tree.directory(200, 'DELETE', 'in-it')
  assertFailure(await remove(), 409, 'SpaceNotEmpty')
  assert.equal((await remove({ force: 1 })).status, 204)
  assertFailure(await remove({ force: 1 }), 404, 'SpaceNotFound')
  assert.equal((await listed()).includes('doomed'), false)
  shows('tencent-smh', 'DELETE /space/{L}/{S}')
  await make('doomed')
  assert.deepEqual(await tree.names(''), [])
  assert.equal((await remove()).status, 204)
})

test('only who may delete spaces does', async () => {
  await make('kept')
  const query = { space_id: 'kept' }
  for (const grant of ['', 'space_admin', 'create_space', 'delete_directory']) {
    const access_token = await rig.token(grant, { library: 'spaces', query })
    assertFailure(await rig.call('DELETE', `${base}/kept`, { access_token }), 403, 'NoPermission')
  }
  const access_token = await rig.token('delete_space', { library: 'spaces', query })
  assert.equal((await rig.call('DELETE', `${base}/kept`, { access_token })).status, 204)
  shows('tencent-smh', 'delete_space')
})

test('changing a space takes an admin', async () => {
  await make('unchanged')
  const query = { space_id: 'unchanged' }
  const access_token = await rig.token('space_admin,create_space,delete_space', { library: 'spaces', query })
  for (const [path, json] of [
    ['extension', { isPublicRead: true }],
    ['traffic-limit', { downloadTrafficLimit: 204_800 }],
  ] as const) {
    const answer = await rig.call('POST', `${base}/unchanged/${path}`, { access_token }, { json })
    assertFailure(answer, 403, 'NoPermission')
  }
  assert.equal((await get(`${base}/unchanged/extension`)).isPublicRead, false)
  shows('tencent-smh', 'space_admin')
})

test('a space’s size and counts tell of files, directories and what is in the bin', async () => {
  await make('measured')
  const tree = await treeOf(rig, 'spaces', { space: 'measured' })
  const counts = () => get(`${base}/measured/file-count`)
  const empty = { fileNum: '0', dirNum: '0', recycledFileNum: '0', recycledDirNum: '0', historyFileNum: '0' }
  assert.deepEqual(await counts(), empty)
  assert.deepEqual(await get(`${base}/measured/size`), { size: '0' })
  await tree.makeDirectory('one/two')
  const options = { library: 'spaces', space: 'measured', token: admin } as const
  await rig.upload('one/a.txt', Buffer.from('12345'), options)
  await rig.upload('one/two/b.txt', Buffer.from('1234567'), options)
  assert.deepEqual(await counts(), { ...empty, fileNum: '2', dirNum: '2' })
  assert.deepEqual(await get(`${base}/measured/size`), { size: '12' })
  await tree.directory(200, 'DELETE', 'one/two')
  assert.deepEqual(await counts(), {
    ...empty,
    fileNum: '1',
    dirNum: '1',
    recycledFileNum: '1',
    recycledDirNum: '1',
  })
  shows('tencent-smh', 'GET /space/{L}/{S}/file-count')
  assert.deepEqual(await get(`${base}/measured/size`), { size: '12' })
  shows('tencent-smh', 'GET /space/{L}/{S}/size')
  const usage = JSON.parse(
    (await rig.call('GET', `usage/${spaces.id}/measured`, { access_token: admin })).bytes.toString(),
  )
  assert.deepEqual(usage, [{ spaceId: 'measured', capacity: null, availableSpace: null, size: '12' }])
})

test('usage is told of the library, and of the spaces that are named', async () => {
  for (const name of ['usage-a', 'usage-b']) await make(name)
  const before = Number((await get(`usage/${spaces.id}`)).totalFileSize)
  await rig.upload('u.bin', Buffer.alloc(100), { library: 'spaces', space: 'usage-a' })
  assert.deepEqual(await get(`usage/${spaces.id}`), { totalFileSize: String(before + 100) })
  shows('tencent-smh', 'GET /usage/{L}')
  const { bytes } = await rig.call('GET', `usage/${spaces.id}/usage-b,usage-a`, { access_token: admin })
  const sizes = JSON.parse(bytes.toString()).map((each: Body) => [each.spaceId, each.size])
  assert.deepEqual(sizes, [
    ['usage-b', '0'],
    ['usage-a', '100'],
  ])
  const json = { spaces: ['usage-a'], capacity: '1000' }
  await rig.expect(201, 'POST', `quota/${spaces.id}`, { access_token: admin }, { json })
  const limited = await rig.call('GET', `usage/${spaces.id}/usage-a`, { access_token: admin })
  assert.deepEqual(JSON.parse(limited.bytes.toString()), [
    { spaceId: 'usage-a', capacity: '1000', availableSpace: '900', size: '100' },
  ])
  shows('tencent-smh', 'GET /usage/{L}/{S1,S2}')
  const query = { space_id: 'usage-a' }
  const access_token = await rig.token('space_admin', { library: 'spaces', query })
  assertFailure(await rig.call('GET', `usage/${spaces.id}`, { access_token }), 403, 'NoPermission')
  assert.equal((await rig.call('GET', `usage/${spaces.id}/usage-a`, { access_token })).status, 200)
  assertFailure(
    await rig.call('GET', `usage/${spaces.id}/usage-a,usage-b`, { access_token }),
    403,
    'AccessTokenNotMatchSpace',
  )
  assertFailure(
    await rig.call('GET', `usage/${spaces.id}/usage-a,no-such`, { access_token: admin }),
    404,
    'SpaceNotFound',
  )
  const many = Array.from({ length: 101 }, (_, at) => `s${at}`).join(',')
  const tooMany = await rig.call('GET', `usage/${spaces.id}/${many}`, { access_token: admin })
  assertFailure(tooMany, 400, 'TooManyItems')
})

test('sizes of spaces are told by their tags, for who may see all spaces', async () => {
  for (const [name, spaceTag, size] of [
    ['tag-a', 'team', 10],
    ['tag-b', 'team', 5],
    ['tag-c', 'personal', 7],
  ] as const) {
    await make(name, { spaceTag })
    await rig.upload('t.bin', Buffer.alloc(size), { library: 'spaces', space: name })
  }
  const path = `stats/${spaces.id}/space-size`
  const sizes = async (query: Params = {}) => {
    const { status, bytes } = await rig.call('GET', path, { access_token: admin, ...query })
    assert.equal(status, 200, bytes.toString())
    return JSON.parse(bytes.toString()) as readonly unknown[]
  }
  assert.deepEqual(await sizes({ space_tag: 'team' }), [{ spaceTag: 'team', size: '15' }])
  assert.deepEqual(await sizes({ space_tag: 'none' }), [])
  const all = await sizes()
  for (const [spaceTag, size] of [
    ['team', '15'],
    ['personal', '7'],
  ]) {
    assert.deepEqual(
      all.filter((each) => (each as Body).spaceTag === spaceTag),
      [{ spaceTag, size }],
    )
  }
  shows('tencent-smh', 'GET /stats/{L}/space-size')
  const query = { space_id: 'tag-a' }
  const access_token = await rig.token('space_admin', { library: 'spaces', query })
  assertFailure(await rig.call('GET', path, { access_token }), 403, 'NoPermission')
  const own = await rig.call('GET', `stats/${file.id}/space-size`, { access_token: await rig.token() })
  assert.equal(own.status, 200)
})

test('all files of a space are listed flat, in every order, page by page', async () => {
  await make('flat')
  const tree = await treeOf(rig, 'spaces', { space: 'flat' })
  await tree.makeDirectory('deep/deeper')
  for (const [name, size] of [
    ['c.txt', 1],
    ['deep/b.txt', 3],
    ['deep/deeper/a.txt', 2],
  ] as const) {
    await rig.upload(name, Buffer.alloc(size), { library: 'spaces', space: 'flat' })
  }
  const view = async (query: Params = {}) => {
    const { contents, nextMarker } = await get(`${base}/flat/contents-view`, query)
    assert.ok(Array.isArray(contents))
    return { names: contents.map(({ name }) => name), contents, nextMarker }
  }
  assert.deepEqual((await view()).names, ['a.txt', 'b.txt', 'c.txt'])
  assert.deepEqual((await view({ order_by: 'name', order_by_type: 'desc' })).names, [
    'c.txt',
    'b.txt',
    'a.txt',
  ])
  assert.deepEqual((await view({ order_by: 'size' })).names, ['c.txt', 'a.txt', 'b.txt'])
  assert.deepEqual((await view({ order_by: 'creationTime' })).names, ['c.txt', 'b.txt', 'a.txt'])
  const [first] = (await view({ with_path: 1 })).contents
  assert.deepEqual([first.path, first.size], [['deep', 'deeper', 'a.txt'], '2'])
  const page = await view({ limit: 2 })
  assert.deepEqual(page.names, ['a.txt', 'b.txt'])
  const rest = await view({ limit: 2, marker: String(page.nextMarker) })
  assert.deepEqual([rest.names, rest.nextMarker], [['c.txt'], undefined])
  shows('tencent-smh', 'GET /space/{L}/{S}/contents-view')
  assert.deepEqual((await view({ filter: 'onlyDir' })).names, [])
  assert.deepEqual((await view({ filter: 'onlyFile' })).names.length, 3)
})

test('the flat list of a space finds a category, and refuses what is no order, filter or marker', async () => {
  await make('categories')
  const tree = await treeOf(rig, 'spaces', { space: 'categories' })
  for (const name of ['a', 'b', 'c', 'd']) {
    await rig.upload(name, Buffer.from(name), { library: 'spaces', space: 'categories' })
    if (name !== 'b') await tree.directory(204, 'POST', name, { update: null }, { category: 'kept' })
  }
  const path = `${base}/categories/contents-view`
  const first = await get(path, { category: 'kept', limit: 2 })
  assert.ok(Array.isArray(first.contents))
  const rest = await get(path, { category: 'kept', limit: 2, marker: String(first.nextMarker) })
  assert.ok(Array.isArray(rest.contents))
  const found = [...first.contents, ...rest.contents].map(({ name }) => name)
  assert.deepEqual(found, ['a', 'c', 'd'])
  assert.deepEqual((await get(path, { category: 'other' })).contents, [])
  shows('tencent-smh', 'space.contents-view.category')
  const call = (query: Params) => rig.call('GET', path, { access_token: admin, ...query })
  assertFailure(await call({ order_by: 'colour' }), 400, 'OrderByNotAllowed')
  assertFailure(await call({ order_by_type: 'up' }), 400, 'OrderByTypeNotAllowed')
  assertFailure(await call({ filter: 'onlyLinks' }), 400, 'ParamInvalid')
  assertFailure(await call({ marker: 'nonsense' }), 400, 'MarkerInvalid')
})

test('a space’s traffic limit is set within its range, and cleared by -1', async () => {
  await make('slow')
  const path = `${base}/slow/traffic-limit`
  const set = (downloadTrafficLimit: unknown) =>
    rig.call('POST', path, { access_token: admin }, { json: { downloadTrafficLimit } })
  for (const limit of [102_400, 104_857_600, -1]) assert.equal((await set(limit)).status, 204)
  for (const limit of [0, 102_399, 104_857_601, -2, '204800', 204_800.5, null]) {
    assertFailure(await set(limit), 400, 'ParamInvalid')
  }
  await rig.upload('f', Buffer.from('x'), { library: 'spaces', space: 'slow' })
  const download = async () => {
    const answer = await rig.call('GET', `file/${spaces.id}/slow/f`, { access_token: admin })
    return new URL(String(answer.headers.location)).searchParams.get('x-cos-traffic-limit')
  }
  assert.equal(await download(), null)
  await set(204_800)
  assert.equal(await download(), '204800')
  shows('tencent-smh', 'POST /space/{L}/{S}/traffic-limit')
  await set(-1)
  assert.equal(await download(), null)
})

test('parts of the vendor’s API that are left out say so', async () => {
  const access_token = await rig.token()
  for (const [method, path] of [
    ['GET', `directory-history/${file.id}/library-history`],
    ['POST', `favorite/${file.id}/-`],
    ['POST', `recent/${file.id}/-/recently-used-file`],
    ['POST', `search/${file.id}/-/search-ai`],
    ['GET', `fs-delta/${file.id}/-/cursor`],
    ['POST', `share/${file.id}`],
    ['GET', `hls/${file.id}/-/x`],
    ['GET', `office/${file.id}/-/edit/x`],
    ['PUT', `directory-local-sync/${file.id}/-`],
  ] as const) {
    assertFailure(await rig.call(method, path, { access_token }), 400, 'FunctionNotEnabled')
  }
  shows('tencent-smh', 'what is left out', 'FunctionNotEnabled')
})

test('a call that there is not is told, and so is a wrong method', async () => {
  const access_token = await rig.token()
  assertFailure(await rig.call('GET', 'nothing/of/the/kind', { access_token }), 404, 'RouteNotFound')
  assertFailure(await rig.call('PUT', `batch/${file.id}/-`, { access_token }), 405, 'MethodNotAllowed')
  shows('tencent-smh', 'RouteNotFound, MethodNotAllowed')
})

test('spaces of media say themselves whether they have albums', async () => {
  const libraries = [{ ...ALBUMS, kind: 'media', multi_space: true, recycle_bin: false } as const]
  const own = await startRig({ accounts: [{ ...ACCOUNT, libraries }] })
  try {
    const query = { library_id: ALBUMS.id, library_secret: ALBUMS.secret, grant: 'admin' }
    const { accessToken: access_token } = await own.expect(200, 'GET', 'token', query)
    const json = { isMultiAlbum: true }
    await own.expect(201, 'POST', `space/${ALBUMS.id}`, { access_token, space_id: 'many' }, { json })
    await own.expect(201, 'POST', `space/${ALBUMS.id}`, { access_token, space_id: 'single' })
    await own.expect(201, 'PUT', `directory/${ALBUMS.id}/many/album`, { access_token })
    assertFailure(
      await own.call('PUT', `directory/${ALBUMS.id}/single/album`, { access_token }),
      400,
      'DirectoryNotAllowed',
    )
  } finally {
    await own.stop()
  }
  shows('tencent-smh', 'space.isMultiAlbum')
})
