import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { assertFailure, type Body, LIBRARIES, type Params, type Rig, startRig } from './rig.ts'
import { type ListedItem, type Tree, treeOf } from './tree.ts'

let rig: Rig
let tree: Tree

interface Page extends Body {
  readonly searchId: string
  readonly searchFinished: boolean
  readonly hasMore: boolean
  readonly nextMarker?: number
  readonly contents: readonly (ListedItem & { readonly path: readonly string[] })[]
}

const FILES = [
  ['docs/季度报告 2025.docx', 2048, { labels: ['重要', 'q4'], category: 'doc' }],
  ['docs/deep/Quarterly Report.PDF', 1024, { labels: ['q4'] }],
  ['docs/deep/100%_done.txt', 10, {}],
  ['pics/报告 封面.png', 5000, { labels: ['重要'], category: 'image' }],
  ['pics/Holiday.MP4', 9000, {}],
  ['notes', 1, {}],
] as const

before(async () => {
  rig = await startRig()
  tree = await treeOf(rig)
  for (const path of ['docs/deep', 'pics']) await tree.makeDirectory(path)
  for (const [path, size, fields] of FILES) {
    await tree.makeVirtual(encodeURI(path), {}, { size, ...fields })
    rig.clock.advance(1000)
  }
})
after(() => rig.stop())

const search = async (body: unknown, query: Params = {}, own = tree): Promise<Page> =>
  (await rig.expect(
    200,
    'POST',
    `search/${own.base}/space-contents`,
    { ...query, access_token: own.token },
    { json: body },
  )) as Page

const goOn = (id: string, marker: number | string, own = tree) =>
  rig.call('GET', `search/${own.base}/${id}`, { marker, access_token: own.token })

const end = (id: string) => rig.call('DELETE', `search/${tree.base}/${id}`, { access_token: tree.token })

const names = ({ contents }: Pick<Page, 'contents'>): readonly string[] => contents.map(({ name }) => name)

const found = async (body: unknown): Promise<readonly string[]> => names(await search(body))

test('a search finds names that have its keyword anywhere, in Chinese and Latin scripts', async () => {
  assert.deepEqual(await found({ keyword: '报告' }), ['季度报告 2025.docx', '报告 封面.png'])
  assert.deepEqual(await found({ keyword: '度报' }), ['季度报告 2025.docx'])
  assert.deepEqual(await found({ keyword: 'RTERLY' }), ['Quarterly Report.PDF'])
  assert.deepEqual(await found({ keyword: '%' }), ['100%_done.txt'])
  assert.deepEqual(await found({ keyword: '_' }), ['100%_done.txt'])
  assert.deepEqual(await found({ keyword: 'nosuchname' }), [])
  shows('tencent-smh', 'search.keyword')
})

test('keywords between spaces are alternatives, and what has more of them comes first', async () => {
  const ranked = ['Quarterly Report.PDF', '100%_done.txt', 'Holiday.MP4']
  assert.deepEqual(await found({ keyword: ' report  quarterly done holiday ' }), ranked)
  const byName = { keyword: 'report quarterly done holiday', orderBy: 'name' }
  assert.deepEqual(await found(byName), ['100%_done.txt', 'Holiday.MP4', 'Quarterly Report.PDF'])
  shows('tencent-smh', 'search.keyword, several')
})

test('a search has an answer with all that the vendor names', async () => {
  const page = await search({ keyword: 'quarterly' }, { with_inode: 1, with_favorite_status: 1 })
  const { searchId, contents, ...rest } = page
  assert.match(searchId, /^[0-9a-f]{32}$/)
  assert.deepEqual(rest, { searchFinished: true, hasMore: false })
  const [item] = contents
  assert.deepEqual(item?.path, ['docs', 'deep', 'Quarterly Report.PDF'])
  const { inode } = await tree.info('docs/deep/Quarterly Report.PDF', { with_inode: 1 })
  assert.equal(item?.inode, inode)
  for (const field of ['type', 'creationTime', 'modificationTime', 'contentType', 'size', 'eTag', 'userId']) {
    assert.equal(typeof item?.[field], 'string', field)
  }
  assert.deepEqual([item?.fileType, item?.labels, item?.isFavorite], ['portable', ['q4'], false])
  const [plain] = (await search({ keyword: 'quarterly' })).contents
  assert.deepEqual([plain?.inode, plain?.isFavorite], [undefined, undefined])
  shows('tencent-smh', 'search.with_inode, with_favorite_status', 'search contents[]')
})

test('a search goes by scope, extensions, sizes, times, labels, categories and creators', async () => {
  const all = FILES.map(([path]) => path.split('/').at(-1))
  const searches: readonly (readonly [object, readonly (string | undefined)[]])[] = [
    [{}, [...all, 'deep', 'docs', 'pics']],
    [{ scope: 'docs' }, [...all.slice(0, 3), 'deep']],
    [{ scope: '/docs/deep/', keyword: 'o' }, all.slice(1, 3)],
    [{ scope: '/', keyword: 'holi' }, [all[4]]],
    [{ scope: '', keyword: 'holi' }, [all[4]]],
    [{ extname: ['.pdf', 'MP4'] }, [all[1], all[4]]],
    [{ minFileSize: 2048, maxFileSize: '5000' }, [all[0], all[3]]],
    [{ labels: ['重要', 'none'] }, [all[0], all[3]]],
    [{ labels: ['q4'], categories: ['doc', 'image'] }, [all[0]]],
    [{ creators: [{ userOrgId: 1, userId: 7 }] }, []],
  ]
  for (const [body, expected] of searches) {
    assert.deepEqual((await found(body)).toSorted(), expected.toSorted(), JSON.stringify(body))
  }
  const { modificationTime } = await tree.info('pics/Holiday.MP4')
  const at = String(modificationTime)
  assert.deepEqual(await found({ modificationTimeStart: at, modificationTimeEnd: at }), ['Holiday.MP4'])
  const ms = String(Date.parse(at))
  assert.deepEqual(await found({ modificationTimeStart: ms, modificationTimeEnd: ms }), ['Holiday.MP4'])
  shows('tencent-smh', 'POST /search/{L}/{S}/space-contents')
})

test('a search finds types, and with an exclamation mark what is of no such type', async () => {
  const searches: readonly (readonly [unknown, readonly string[]])[] = [
    ['image', ['报告 封面.png']],
    [
      ['doc', 'video'],
      ['Holiday.MP4', '季度报告 2025.docx'],
    ],
    ['dir', ['deep', 'docs', 'pics']],
    [
      ['dir', 'txt'],
      ['100%_done.txt', 'deep', 'docs', 'pics'],
    ],
    [
      ['file', '!doc', '!pdf', '!text'],
      ['Holiday.MP4', 'notes', '报告 封面.png'],
    ],
    ['!file', ['deep', 'docs', 'pics']],
    [
      ['!dir', '!image', '!video', '!word'],
      ['100%_done.txt', 'Quarterly Report.PDF', 'notes'],
    ],
    ['other', ['notes']],
    ['!all', []],
  ]
  for (const [type, expected] of searches) assert.deepEqual(await found({ type }), expected, String(type))
  for (const type of ['', [], 'all', ['all', '']]) assert.equal((await found({ type })).length, 9)
  shows('tencent-smh', 'search.type')
})

test('a search is in the order that is asked for', async () => {
  const files = { type: 'file' }
  const bySize = [
    'notes',
    '100%_done.txt',
    'Quarterly Report.PDF',
    '季度报告 2025.docx',
    '报告 封面.png',
    'Holiday.MP4',
  ]
  assert.deepEqual(await found({ ...files, orderBy: 'size', orderByType: 'asc' }), bySize)
  assert.deepEqual(await found({ ...files, orderBy: 'size', orderByType: 'desc' }), bySize.toReversed())
  const byTime = FILES.map(([path]) => path.split('/').at(-1))
  for (const orderBy of ['modificationTime', 'creationTime', 'localCreationTime', 'localModificationTime']) {
    assert.deepEqual(await found({ ...files, orderBy }), byTime, orderBy)
  }
  const byName = ['100%_done.txt', 'Holiday.MP4', 'Quarterly Report.PDF', 'notes']
  assert.deepEqual((await found({ ...files, orderBy: 'name' })).slice(0, 4), byName)
  await tree.makeDirectory('ordered')
  const [early, late] = ['2021-02-01T08:21:47.000Z', '2021-02-02T08:21:47.000Z']
  const local = { localCreationTime: late, localModificationTime: early }
  await tree.makeVirtual('ordered/a', {}, local)
  await tree.makeVirtual('ordered/b', {}, { localCreationTime: early, localModificationTime: late })
  for (const [orderBy, expected] of [
    ['localCreationTime', ['b', 'a']],
    ['localModificationTime', ['a', 'b']],
  ] as const)
    assert.deepEqual(await found({ scope: 'ordered', orderBy }), expected)
  shows('tencent-smh', 'search.orderBy, orderByType')
})

test('a search goes on by its id, 20 items a page, until nothing more follows', async () => {
  const own = await treeOf(rig, 'spaces', {
    space: 'search-pages',
    token: await rig.token('admin', { library: 'spaces' }),
  })
  await rig.expect(201, 'POST', `space/${LIBRARIES.spaces.id}`, {
    space_id: 'search-pages',
    access_token: own.token,
  })
  const all = Array.from({ length: 45 }, (_, at) => `page ${String(at).padStart(2, '0')}`)
  for (const name of all) await own.makeVirtual(name)
  const first = await search({ keyword: 'page' }, { with_inode: 1 }, own)
  assert.deepEqual([first.hasMore, first.nextMarker, first.contents.length], [true, 20, 20])
  const second = (await goOn(first.searchId, 20, own)).body as Page
  assert.deepEqual([second.searchId, second.hasMore, second.nextMarker], [first.searchId, true, 40])
  assert.equal(typeof second.contents[0]?.inode, 'string')
  await own.file(204, 'DELETE', 'page%2044', { permanent: 1 })
  const third = (await goOn(first.searchId, 40, own)).body as Page
  assert.deepEqual([third.hasMore, third.nextMarker], [false, undefined])
  assert.deepEqual([first, second, third].flatMap(names), all.slice(0, 44))
  assert.deepEqual(names((await goOn(first.searchId, 20, own)).body as Page), names(second))
  assertFailure(await goOn(first.searchId, 60, own), 404, 'MarkerNotFound')
  assertFailure(await goOn(first.searchId, 'x', own), 404, 'MarkerNotFound')
  assertFailure(await goOn(first.searchId, 20), 404, 'SearchIdNotFound')
  shows(
    'tencent-smh',
    'GET /search/{L}/{S}/{SearchId}',
    'searchId, searchFinished, hasMore, nextMarker',
    'MarkerNotFound',
  )
})

test('a deleted search is gone, and so is one that nobody goes on with', async () => {
  const { searchId } = await search({ keyword: 'notes' })
  assert.equal((await goOn(searchId, 0)).status, 200)
  assert.equal((await end(searchId)).status, 204)
  assertFailure(await goOn(searchId, 0), 404, 'SearchIdNotFound')
  assertFailure(await end(searchId), 404, 'SearchIdNotFound')
  assertFailure(await end('no-id'), 400, 'SearchIdInvalid')
  const late = await search({ keyword: 'notes' })
  rig.clock.advance(30 * 60_000)
  tree = await treeOf(rig)
  assertFailure(await goOn(late.searchId, 0), 404, 'SearchIdNotFound')
  shows('tencent-smh', 'DELETE /search/{L}/{S}/{SearchId}', 'SearchIdNotFound, SearchIdInvalid')
})

test('a search finds nothing in the bin, and what is restored again', async () => {
  const { inode: _, ...gone } = await tree.makeDirectory('thrown', { with_inode: 1 })
  assert.deepEqual(gone.path, ['thrown'])
  await tree.makeVirtual('thrown/binned file')
  assert.deepEqual(await found({ keyword: 'binned' }), ['binned file'])
  const { recycledItemId } = await tree.directory(200, 'DELETE', 'thrown')
  assert.deepEqual(await found({ keyword: 'binned' }), [])
  const access_token = tree.token
  await rig.expect(200, 'POST', `recycled/${tree.base}/${recycledItemId}`, { restore: null, access_token })
  assert.deepEqual(await found({ keyword: 'binned' }), ['binned file'])
  shows('tencent-smh', 'search and the bin')
})

test('a search follows renames, labels and overwrites at once', async () => {
  await tree.makeVirtual('changing.a', {}, { labels: ['old'] })
  await tree.file(200, 'PUT', 'changed.b', {}, { from: 'changing.a' })
  await tree.directory(204, 'POST', 'changed.b', { update: null }, { labels: ['fresh'] })
  assert.deepEqual(await found({ keyword: 'changing' }), [])
  assert.deepEqual(await found({ labels: ['old'] }), [])
  assert.deepEqual(await found({ labels: ['fresh'], extname: ['b'] }), ['changed.b'])
  await tree.makeVirtual('changed.b', { conflict_resolution_strategy: 'overwrite' }, { labels: ['over'] })
  assert.deepEqual(await found({ labels: ['fresh'] }), [])
  assert.deepEqual(await found({ labels: ['over'] }), ['changed.b'])
  shows('tencent-smh', 'search after changes')
})
