import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { assertFailure, type Params, type Rig, startRig } from './rig.ts'
import { type Tree, treeOf } from './tree.ts'

let rig: Rig
let tree: Tree
/** What the directory `all` has, made in this order, one second after the other. */
const DIRECTORIES = ['d2', 'D1', 'd10'] as const
const FILES = [
  ['b.txt', 30, '2021-03-01T00:00:00.000Z'],
  ['a.txt', 10, '2021-01-01T00:00:00.000Z'],
  ['c.jpg', 20, '2021-02-01T00:00:00.000Z'],
  ['B.txt', 10, null],
] as const

before(async () => {
  rig = await startRig()
  tree = await treeOf(rig)
  for (const name of DIRECTORIES) {
    await tree.makeDirectory(`all/${name}`)
    rig.clock.advance(1000)
  }
  for (const [name, size, localCreationTime] of FILES) {
    await tree.makeVirtual(`all/${name}`, {}, { size, localCreationTime })
    rig.clock.advance(1000)
  }
})
after(() => rig.stop())

/** All names of a list by markers of `limit` each. */
async function namesByMarkers(path: string, query: Params, limit: number): Promise<readonly string[]> {
  const names: string[] = []
  let marker: string | undefined
  do {
    const page = await tree.list(path, { ...query, limit, ...(marker === undefined ? {} : { marker }) })
    assert.ok(page.contents.length <= limit)
    names.push(...page.contents.map(({ name }) => name))
    marker = page.nextMarker
  } while (marker !== undefined)
  return names
}

/** All names of a list by pages of `page_size` each. */
async function namesByPages(path: string, query: Params, page_size: number): Promise<readonly string[]> {
  const names: string[] = []
  for (let page = 1; ; page++) {
    const { contents, nextMarker } = await tree.list(path, { 'by-page': 1, ...query, page, page_size })
    assert.equal(nextMarker, undefined)
    if (contents.length === 0) return names
    names.push(...contents.map(({ name }) => name))
  }
}

const ORDERS: readonly (readonly [Params, readonly string[]])[] = [
  [{}, ['D1', 'd10', 'd2', 'B.txt', 'a.txt', 'b.txt', 'c.jpg']],
  [{ order_by: 'name' }, ['D1', 'd10', 'd2', 'B.txt', 'a.txt', 'b.txt', 'c.jpg']],
  [{ order_by: 'name', order_by_type: 'desc' }, ['d2', 'd10', 'D1', 'c.jpg', 'b.txt', 'a.txt', 'B.txt']],
  [{ order_by: 'creationTime' }, ['d2', 'D1', 'd10', 'b.txt', 'a.txt', 'c.jpg', 'B.txt']],
  [
    { order_by: 'modificationTime', order_by_type: 'desc' },
    ['d10', 'D1', 'd2', 'B.txt', 'c.jpg', 'a.txt', 'b.txt'],
  ],
]

test('lists are in the order asked for, by markers and by pages of any size', async () => {
  for (const [query, names] of ORDERS) {
    for (const size of [1, 2, 3, 7, 100]) {
      const what = JSON.stringify([query, size])
      assert.deepEqual(await namesByMarkers('all', query, size), names, what)
      assert.deepEqual(await namesByPages('all', query, size), names, what)
    }
  }
  shows('tencent-smh', 'order_by, order_by_type', 'GET /directory/{L}/{S}/{Path}')
})

test('lists by size and by local time go by these, in both directions', async () => {
  const isAscending = (values: readonly number[]) =>
    values.every((value, at) => at === 0 || (values[at - 1] ?? 0) <= value)
  const sizes = new Map<string, number>(FILES.map(([name, size]) => [name, size]))
  const localTimes = new Map(
    FILES.flatMap(([name, , time]) => (time === null ? [] : [[name, Date.parse(time)]])),
  )
  for (const [order_by, values] of [
    ['size', sizes],
    ['localCreationTime', localTimes as Map<string, number>],
  ] as const) {
    const ascending = await namesByMarkers('all', { order_by, filter: 'onlyFile' }, 2)
    assert.equal(ascending.length, FILES.length)
    const known = ascending.flatMap((name) => values.get(name) ?? [])
    assert.equal(known.length, values.size)
    assert.ok(isAscending(known), order_by)
    const descending = { order_by, order_by_type: 'desc', filter: 'onlyFile' }
    assert.deepEqual(await namesByMarkers('all', descending, 3), ascending.toReversed())
    shows('tencent-smh', 'order_by size, localCreationTime')
  }
})

test('order_by and order_by_type may be spelled as orderBy and orderByType', async () => {
  const names = await tree.names('all', { orderBy: 'name', orderByType: 'desc' })
  assert.deepEqual(names, ['d2', 'd10', 'D1', 'c.jpg', 'b.txt', 'a.txt', 'B.txt'])
  shows('tencent-smh', 'orderBy, orderByType')
})

test('OrderByNotAllowed and OrderByTypeNotAllowed: orders that there are not', async () => {
  const failure = async (query: Params) => (await tree.directory(400, 'GET', 'all', query)).code
  assert.equal(await failure({ order_by: 'path' }), 'OrderByNotAllowed')
  assert.equal(await failure({ orderBy: 'Name' }), 'OrderByNotAllowed')
  assert.equal(await failure({ order_by_type: 'up' }), 'OrderByTypeNotAllowed')
  shows('tencent-smh', 'OrderByNotAllowed, OrderByTypeNotAllowed')
})

test('sort_type=union mixes directories and files', async () => {
  const expected = ['B.txt', 'D1', 'a.txt', 'b.txt', 'c.jpg', 'd10', 'd2']
  for (const size of [1, 3, 100]) {
    assert.deepEqual(await namesByMarkers('all', { sort_type: 'union' }, size), expected)
    assert.deepEqual(await namesByPages('all', { sort_type: 'union' }, size), expected)
  }
  const descending = { sort_type: 'union', order_by_type: 'desc' }
  assert.deepEqual(await namesByMarkers('all', descending, 2), expected.toReversed())
  shows('tencent-smh', 'sort_type=union')
})

test('filter shows directories alone or files alone', async () => {
  for (const size of [1, 2, 100]) {
    assert.deepEqual(await namesByMarkers('all', { filter: 'onlyDir' }, size), ['D1', 'd10', 'd2'])
    const files = await namesByMarkers('all', { filter: 'onlyFile' }, size)
    assert.deepEqual(files, ['B.txt', 'a.txt', 'b.txt', 'c.jpg'])
  }
  shows('tencent-smh', 'filter')
  const { fileCount, subDirCount, totalNum } = await tree.list('all', { 'by-page': 1, filter: 'onlyDir' })
  assert.deepEqual({ fileCount, subDirCount, totalNum }, { fileCount: 4, subDirCount: 3, totalNum: 3 })
  assert.equal((await tree.directory(400, 'GET', 'all', { filter: 'none' })).code, 'ParamInvalid')
})

test('prefix shows the names that begin so, in every order', async () => {
  assert.deepEqual(await namesByMarkers('all', { prefix: 'd1' }, 1), ['d10'])
  assert.deepEqual(await namesByMarkers('all', { prefix: 'd' }, 1), ['d10', 'd2'])
  assert.deepEqual(await namesByMarkers('all', { prefix: 'd', order_by: 'creationTime' }, 1), ['d2', 'd10'])
  assert.deepEqual(await namesByMarkers('all', { prefix: 'b', sort_type: 'union' }, 1), ['b.txt'])
  shows('tencent-smh', 'prefix')
  assert.deepEqual(await tree.names('all', { prefix: '%' }), [])
})

test('start_name begins a list by name after that name, which is left out itself', async () => {
  const union = { sort_type: 'union' }
  const after = ['c.jpg', 'd10', 'd2']
  for (const start_name of ['b.txt', 'bz']) {
    assert.deepEqual(await namesByMarkers('all', { ...union, start_name }, 2), after)
    assert.deepEqual(await namesByPages('all', { ...union, start_name }, 2), after)
  }
  const down = { ...union, order_by_type: 'desc' }
  assert.deepEqual(await namesByMarkers('all', { ...down, start_name: 'b.txt' }, 1), ['a.txt', 'D1', 'B.txt'])
  assert.deepEqual(await namesByMarkers('all', { start_name: 'a.txt', order_by: 'name' }, 2), [
    ...['d10', 'd2', 'b.txt', 'c.jpg'],
  ])
  shows('tencent-smh', 'start_name')
  assert.deepEqual(await namesByMarkers('all', { ...union, start_name: 'd2' }, 2), [])
})

test('start_name is without effect in another order than by name', async () => {
  for (const order_by of ['size', 'modificationTime', 'creationTime', 'localCreationTime']) {
    const all = await namesByMarkers('all', { order_by }, 100)
    assert.equal(all.length, 7)
    assert.deepEqual(await namesByMarkers('all', { order_by, start_name: 'c' }, 3), all)
  }
  shows('tencent-smh', 'start_name, other orders')
})

test('a list by pages counts, and one by markers does not', async () => {
  const paged = await tree.list('all', { 'by-page': null, page_size: 2 })
  const { fileCount, subDirCount, totalNum, contents, path } = paged
  assert.deepEqual({ fileCount, subDirCount, totalNum }, { fileCount: 4, subDirCount: 3, totalNum: 7 })
  assert.deepEqual([contents.length, path], [2, ['all']])
  const older = await tree.list('all', { page: 2, page_size: 3 })
  assert.deepEqual([older.totalNum, older.contents.length], [7, 3])
  shows('tencent-smh', 'by-page, page, page_size')
  const marked = await tree.list('all', { 'by-marker': 1, page: 1, limit: 2 })
  assert.equal('totalNum' in marked, false)
  shows('tencent-smh', 'fileCount, subDirCount, totalNum')
  assert.equal(typeof marked.nextMarker, 'string')
})

test('a page beyond 10,000 entries is refused', async () => {
  const query = (page: number, page_size: number) => ({ 'by-page': 1, page, page_size })
  assert.deepEqual((await tree.list('all', query(10, 1000))).contents, [])
  for (const [page, size] of [
    [11, 1000],
    [101, 100],
    [10_001, 1],
    [0, 20],
    [1, 0],
    [1, 1001],
  ] as const) {
    const { code } = await tree.directory(400, 'GET', 'all', query(page, size))
    assert.equal(code, 'ParamInvalid', `${page} ${size}`)
  }
  shows('tencent-smh', 'page × page_size')
})

test('a list has 20 items where nothing is said, and at most 1000', async () => {
  await tree.makeDirectory('many')
  await Promise.all(Array.from({ length: 1001 }, (_, at) => tree.makeVirtual(`many/${at}`)))
  assert.equal((await tree.list('many')).contents.length, 20)
  assert.equal((await tree.list('many', { 'by-page': 1 })).contents.length, 20)
  for (const limit of [1000, 5000]) {
    const { contents, nextMarker } = await tree.list('many', { limit })
    assert.equal(contents.length, 1000)
    assert.equal(typeof nextMarker, 'string')
  }
  shows('tencent-smh', 'limit')
  const names = await namesByMarkers('many', { order_by: 'creationTime' }, 300)
  assert.equal(new Set(names).size, 1001)
  for (const limit of [0, -1, 'x', '1.5']) {
    assert.equal((await tree.directory(400, 'GET', 'many', { limit })).code, 'ParamInvalid')
  }
})

test('a list goes on after its marker though entries came, went and changed meanwhile', async () => {
  for (const name of ['a', 'b', 'c', 'd', 'e'])
    await tree.makeVirtual(`moving/${name}`.replace('moving/', 'all-moving-'))
  await tree.makeDirectory('moving')
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    await tree.file(200, 'PUT', `moving/${name}`, {}, { from: `all-moving-${name}` })
  }
  const { nextMarker: marker = '' } = await tree.list('moving', { limit: 3 })
  await tree.file(200, 'DELETE', 'moving/c')
  await tree.makeVirtual('moving/aa')
  await tree.makeVirtual('moving/dd')
  assert.deepEqual(await tree.names('moving', { marker }), ['d', 'dd', 'e'])
  shows('tencent-smh', 'marker, nextMarker')
})

test('MarkerInvalid: a marker of another order, or that no list gave', async () => {
  const { nextMarker: marker = '' } = await tree.list('all', { limit: 1 })
  const failure = async (query: Params) => (await tree.directory(400, 'GET', 'all', query)).code
  assert.equal(await failure({ marker, order_by: 'size' }), 'MarkerInvalid')
  assert.equal(await failure({ marker, order_by_type: 'desc' }), 'MarkerInvalid')
  assert.equal(await failure({ marker, sort_type: 'union' }), 'MarkerInvalid')
  const id = '0'.repeat(32)
  const forged = [
    ...[
      ['name asc', 'directories', 5, id],
      ['name asc', 'all', 'x', id],
      ['name asc', 'others', 'x'],
    ],
    ...[['name asc', 'others', 'x', 'id'], ['name asc', 'others', 'x', id, 1], { id }, 7, null],
  ].map((each) => Buffer.from(JSON.stringify(each)).toString('base64url'))
  for (const each of [...forged, 'x', '12', 'é', '{}', `${marker}.`, 'A'.repeat(5000)]) {
    assert.equal(await failure({ marker: each }), 'MarkerInvalid', each.slice(0, 80))
  }
  shows('tencent-smh', 'MarkerInvalid')
})

test('items of a list have what the reference names', async () => {
  const { contents } = await tree.list('all', { limit: 100 })
  const [directory] = contents
  const file = contents.find(({ name }) => name === 'a.txt')
  const keys = (item: object | undefined) => Object.keys(item ?? {}).sort()
  const common = [
    'creationTime',
    'eTag',
    'labels',
    'modificationTime',
    'name',
    'removedByQuota',
    'type',
    'userId',
  ]
  assert.deepEqual(keys(directory), common)
  const files = [
    'contentType',
    'fileType',
    'localCreationTime',
    'previewAsIcon',
    'previewByCI',
    'previewByDoc',
    'size',
  ]
  assert.deepEqual(keys(file), [...common, ...files].sort())
  assert.deepEqual(
    [file?.size, file?.fileType, file?.contentType],
    ['10', 'text', 'application/octet-stream'],
  )
  shows('tencent-smh', 'contents[]')
  const more = await tree.list('all', { with_inode: 1, with_favorite_status: 1, with_path: 1, limit: 1 })
  const [item] = more.contents
  assert.match(String(item?.inode), /^[0-9a-f]{32}$/)
  assert.deepEqual([item?.isFavorite, item?.path], [false, ['all', 'D1']])
  shows('tencent-smh', 'with_path, with_favorite_status')
})

test('If-None-Match with the eTag of a list that is the same is answered with 304', async () => {
  const path = `directory/${tree.base}/tagged`
  const query = { access_token: tree.token }
  await tree.makeDirectory('tagged/a')
  const { body, headers } = await rig.call('GET', path, query)
  const { etag = '' } = headers
  assert.match(etag, /^".+"$/)
  assert.equal(body?.eTag, etag)
  const again = (tag: string) => rig.call('GET', path, query, { headers: { 'if-none-match': tag } })
  for (const tag of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
    const { status, bytes, headers: same } = await again(tag)
    assert.deepEqual([status, bytes.byteLength, same.etag], [304, 0, etag])
  }
  assert.equal((await again('"other"')).status, 200)
  await tree.directory(204, 'POST', 'tagged/a', { update: null }, { labels: ['new'] })
  assert.equal((await again(etag)).status, 200)
  shows('tencent-smh', 'If-None-Match')
})

test('a list of something else than a directory is DirectoryNotFound', async () => {
  for (const path of ['none', 'all/none', 'all/a.txt', 'all/a.txt/below']) {
    assert.equal((await tree.directory(404, 'GET', path)).code, 'DirectoryNotFound')
    assert.equal((await tree.directory(404, 'GET', path, { 'by-page': 1 })).code, 'DirectoryNotFound')
  }
  shows('tencent-smh', 'DirectoryNotFound')
})

test('an empty directory has an empty list without a marker', async () => {
  await tree.makeDirectory('empty')
  const { path, contents, nextMarker } = await tree.list('empty')
  assert.deepEqual({ path, contents, nextMarker }, { path: ['empty'], contents: [], nextMarker: undefined })
  assertFailure(
    await rig.call('POST', `directory/${tree.base}/empty`, { access_token: tree.token }),
    404,
    'RouteNotFound',
  )
})
