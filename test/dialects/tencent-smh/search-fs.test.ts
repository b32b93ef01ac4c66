import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { JavaScriptClient } from './javascript-client.ts'
import { assertFailure, type Body, LIBRARIES, type Params, type Rig, startRig } from './rig.ts'
import { type ListedItem, type Tree, treeOf } from './tree.ts'

let rig: Rig
let tree: Tree
let client: JavaScriptClient

interface Page extends Body {
  readonly nextMarker?: string
  readonly contents: readonly ListedItem[]
}

const FILES = [
  ['reports/年度报告.pdf', 300, { labels: ['a'], category: 'doc' }],
  ['reports/Report 2.pdf', 100, { labels: ['b'] }],
  ['reports/report 3.DOCX', 200, {}],
  ['other report.xlsx', 50, { category: 'sheet' }],
  ['plain', 5, {}],
] as const

before(async () => {
  rig = await startRig()
  tree = await treeOf(rig)
  client = new JavaScriptClient(rig, { onTokenRefresh: async () => rig.token('admin') })
  await tree.makeDirectory('reports')
  for (const [path, size, fields] of FILES) await tree.makeVirtual(encodeURI(path), {}, { size, ...fields })
  await tree.file(200, 'PUT', 'link%20to%20report', {}, { linkTo: 'plain' })
})
after(() => rig.stop())

/** As the vendor's JavaScript client calls it. */
const search = async (json: unknown, query: Params = {}): Promise<Page> =>
  (await client.call('POST', 'search', 'search-fs', query, json)) as Page

const names = ({ contents }: Page): readonly string[] => contents.map(({ name }) => name)
const found = async (json: unknown, query: Params = {}) => names(await search(json, query))
const refused = async (json: unknown, code: string, query: Params = {}, call = 'search-fs') => {
  const access_token = tree.token
  const answer = await rig.call('POST', `search/${tree.base}/${call}`, { ...query, access_token }, { json })
  assertFailure(answer, 400, code)
}

test('search-fs finds by keywords, scope, extensions, types, sizes, labels and categories, in both spellings', async () => {
  const pdfs = ['Report 2.pdf', '年度报告.pdf']
  const searches: readonly (readonly [object, readonly string[]])[] = [
    [{ keywords: ['报告', 'REPORT 2'] }, pdfs],
    [{ keyword: ['报告', 'REPORT 2'] }, pdfs],
    [{ type: 'filename', inExtnames: ['.pdf'] }, pdfs],
    [{ extname: ['pdf'] }, pdfs],
    [
      { keywords: ['report'], excludeExtnames: ['.pdf', '.docx'], fileTypes: ['file'] },
      ['other report.xlsx'],
    ],
    [{ keyword: ['report'], excludeExtName: ['.pdf', '.docx'], fileType: ['file'] }, ['other report.xlsx']],
    [{ fileTypes: ['dir', 'symlink'] }, ['link to report', 'reports']],
    [{ scope: '/reports', fileTypes: ['file', 'dir'] }, ['Report 2.pdf', 'report 3.DOCX', '年度报告.pdf']],
    [{ minFileSize: 100, maxFileSize: 200 }, ['Report 2.pdf', 'report 3.DOCX']],
    [{ labels: ['a', 'b'] }, pdfs],
    [{ categories: ['sheet', 'doc'] }, ['other report.xlsx', '年度报告.pdf']],
    [
      { keywords: ['report'], orderBy: 'size', orderByType: 'desc', fileTypes: ['file'] },
      [...['report 3.DOCX', 'Report 2.pdf', 'other report.xlsx']],
    ],
    [
      { keywords: [], fileTypes: [], labels: [], inExtnames: [], scope: 'reports' },
      [...['Report 2.pdf', 'report 3.DOCX', '年度报告.pdf']],
    ],
  ]
  for (const [json, expected] of searches) assert.deepEqual(await found(json), expected, JSON.stringify(json))
  shows('tencent-smh', 'POST /search/{L}/{S}/search-fs')
})

test('search-fs goes on by its marker, of the query or the body, until there is none', async () => {
  const json = { keywords: ['report'] }
  const all = await found(json)
  assert.equal(all.length, 5)
  const pages: string[] = []
  let marker: string | undefined
  for (let turn = 0; turn === 0 || marker !== undefined; turn++) {
    const at = marker === undefined ? {} : { marker }
    const page: Page =
      turn % 2 === 0
        ? await search(json, { limit: 2, ...at })
        : await search({ ...json, ...at }, { limit: 2 })
    pages.push(...names(page))
    marker = page.nextMarker
  }
  assert.deepEqual(pages, all)
  const { nextMarker } = await search(json, { limit: 1 })
  await refused({ ...json, orderBy: 'size' }, 'MarkerInvalid', { marker: String(nextMarker) })
  await refused(json, 'MarkerInvalid', { marker: 'nothing' })
  await refused(json, 'ParamInvalid', { limit: 0 })
  await refused(json, 'ParamInvalid', { limit: 101 })
  assert.deepEqual(await found(json, { limit: 100 }), all)
  shows('tencent-smh', 'search-fs: marker, limit', 'search-fs.limit', 'MarkerInvalid of search-fs')
})

test('items of search-fs have the fields that the SDK names, inodes only where they are asked for', async () => {
  const [item] = (await search({ keywords: ['年度'] }, { with_inode: 1, with_favorite_status: 1 })).contents
  const { name, type, size, labels, category, isFavorite, fileType, inode } = item ?? assert.fail()
  assert.deepEqual(
    { name, type, size, labels, category, isFavorite, fileType },
    {
      name: '年度报告.pdf',
      type: 'virtual',
      size: '300',
      labels: ['a'],
      category: 'doc',
      isFavorite: false,
      fileType: 'portable',
    },
  )
  assert.match(String(inode), /^[0-9a-f]{32}$/)
  const [plain] = (await search({ keywords: ['年度'] }, { with_inode: 0 })).contents
  assert.equal(plain?.inode, undefined)
  shows('tencent-smh', 'search-fs: with_inode')
})

test('a search of contents and by meaning is not offered', async () => {
  await refused({ type: 'filecontent', keywords: ['a'] }, 'FunctionNotEnabled')
  await refused({ type: 'text', keywords: 'a' }, 'FunctionNotEnabled', { limit: 10 }, 'search-ai')
  await refused({ type: 'nothing' }, 'ParamInvalid')
  assert.deepEqual(await found({ type: 'filename', keywords: ['plain'] }), ['plain'])
  await refused({ keywords: 'a' }, 'ParamInvalid')
  await refused({ keywords: Array.from({ length: 101 }, String) }, 'ParamInvalid')
  assert.deepEqual(await found({ keywords: Array.from({ length: 100 }, (_, at) => `none ${at}`) }), [])
  await refused({ fileTypes: ['folder'] }, 'ParamInvalid')
  shows('tencent-smh', 'POST /search/{L}/{S}/search-ai', 'search-fs: type', 'search-fs.keywords')
})

test('a public space is searched without a token', async () => {
  const { id } = LIBRARIES.spaces
  const access_token = await rig.token('admin', { library: 'spaces' })
  for (const [space_id, isPublicRead] of [
    ['open-space', true],
    ['closed-space', false],
  ] as const) {
    await rig.expect(201, 'POST', `space/${id}`, { space_id, access_token }, { json: { isPublicRead } })
  }
  const answer = await rig.expect(200, 'POST', `search/${id}/open-space/search-fs`, {}, { json: {} })
  assert.deepEqual(answer.contents, [])
  const closed = await rig.call('POST', `search/${id}/closed-space/search-fs`, {}, { json: {} })
  assertFailure(closed, 400, 'EmptyAccessToken')
  shows('tencent-smh', 'no token, public space')
})

/** As the vendor's JavaScript client calls it. */
const stats = async (json: object) =>
  client.call(
    'POST',
    'search',
    'search-fs-stats',
    {},
    { keywords: ['report', '报告'], fileTypes: ['file'], ...json },
  )

const sum = (field: string, operation: string) => ({ field, operation })

test('search-fs-stats counts, groups and sums up what a search finds', async () => {
  const operations = ['count', 'distinct', 'sum', 'min', 'max', 'average'] as const
  for (let at = 0; at < operations.length; at += 3) {
    const aggregations = operations.slice(at, at + 3).map((operation) => sum('size', operation))
    const values = { count: 4, distinct: 4, sum: 650, min: 50, max: 300, average: 162.5 }
    assert.deepEqual(await stats({ aggregations }), {
      isTruncated: false,
      aggregations: aggregations.map((each) => ({
        ...each,
        value: values[each.operation as keyof typeof values],
      })),
    })
  }
  const grouped = {
    ...sum('extName', 'group'),
    subAggregations: [sum('size', 'sum'), sum('name', 'count')],
  }
  const { aggregations } = await stats({
    aggregations: [grouped, sum('category', 'group'), sum('extName', 'distinct')],
  })
  const group = (value: string, count: number, size: number) => ({
    ...{ value, count },
    subAggregations: [
      { field: 'size', operation: 'sum', value: size },
      { field: 'name', operation: 'count', value: count },
    ],
  })
  assert.deepEqual(aggregations, [
    {
      ...sum('extName', 'group'),
      groups: [group('.pdf', 2, 400), group('.docx', 1, 200), group('.xlsx', 1, 50)],
    },
    {
      ...sum('category', 'group'),
      groups: [
        { value: 'doc', count: 1 },
        { value: 'sheet', count: 1 },
      ],
    },
    { ...sum('extName', 'distinct'), value: 3 },
  ])
  shows('tencent-smh', 'POST /search/{L}/{S}/search-fs-stats')
})

test('search-fs-stats groups by the values that records have, and leaves out who has none', async () => {
  const { contents } = await search({}, { limit: 100 })
  for (const field of ['category', 'contentType', 'userId', 'fileType']) {
    const values = contents.map((item) => item[field]).filter((value) => value !== undefined && value !== '')
    const counts = Map.groupBy(values, (value) => value)
    const all = { keywords: [], fileTypes: [], aggregations: [sum(field, 'group'), sum(field, 'distinct')] }
    const groups = [...counts]
      .map(([value, { length: count }]) => ({ value, count }))
      .toSorted((a, b) => b.count - a.count || (String(a.value) < String(b.value) ? -1 : 1))
    assert.deepEqual((await stats(all)).aggregations, [
      { ...sum(field, 'group'), groups },
      { ...sum(field, 'distinct'), value: counts.size },
    ])
  }
  shows('tencent-smh', 'search-fs-stats: field')
})

test('search-fs-stats refuses what its fields do not have', async () => {
  const wrong: readonly object[] = [
    {},
    { aggregations: [] },
    { aggregations: Array.from({ length: 6 }, () => sum('size', 'sum')) },
    { aggregations: [sum('size', 'group')] },
    { aggregations: [sum('name', 'group')] },
    { aggregations: [sum('extName', 'sum')] },
    { aggregations: [sum('colour', 'count')] },
    { aggregations: [{ ...sum('size', 'sum'), subAggregations: [sum('size', 'sum')] }] },
    { aggregations: [{ ...sum('extName', 'group'), subAggregations: [sum('category', 'group')] }] },
    {
      aggregations: [
        { ...sum('extName', 'group'), subAggregations: Array.from({ length: 4 }, () => sum('size', 'sum')) },
      ],
    },
  ]
  for (const json of wrong) await refused(json, 'ParamInvalid', {}, 'search-fs-stats')
  const sums = (length: number) => Array.from({ length }, () => sum('size', 'sum'))
  const most = [{ ...sum('extName', 'group'), subAggregations: sums(3) }, ...sums(4)]
  const { aggregations } = await stats({ aggregations: most })
  assert.ok(Array.isArray(aggregations) && aggregations.length === 5)
  shows('tencent-smh', 'search-fs-stats: aggregations')
})
