import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { assertFailure, LIBRARIES, type Rig, startRig } from './rig.ts'
import { type Tree, treeOf } from './tree.ts'

let rig: Rig
let tree: Tree
before(async () => {
  rig = await startRig()
  tree = await treeOf(rig)
})
after(() => rig.stop())

const code = async (answer: Promise<{ readonly code: string }>): Promise<string> => (await answer).code
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

test('a directory is made with all that is missing above it', async () => {
  const body = await tree.makeDirectory('made/here/and%20there')
  assert.deepEqual(body.path, ['made', 'here', 'and there'])
  assert.match(String(body.creationTime), ISO)
  assert.equal('inode' in body, false)
  assert.deepEqual(await tree.names('made'), ['here'])
  assert.deepEqual(await tree.names('made/here'), ['and there'])
  shows('tencent-smh', 'PUT /directory/…')
  const { inode } = await tree.makeDirectory('made/with-inode', { with_inode: 1 })
  assert.match(inode, /^[0-9a-f]{32}$/)
})

test('a directory is made with labels, category, local times and metadata', async () => {
  const facts = {
    labels: ['red', '蓝'],
    category: 'work',
    localCreationTime: '2021-02-01T08:21:47.000Z',
    localModificationTime: '2021-02-02T08:21:47.000Z',
    metaData: { 'x-smh-meta-foo': 'bar' },
  }
  const body = await tree.makeDirectory('with-facts/inner', {}, facts)
  for (const each of [body, await tree.info('with-facts/inner')]) {
    const { labels, category, localCreationTime, localModificationTime, metaData } = each
    assert.deepEqual({ labels, category, localCreationTime, localModificationTime, metaData }, facts)
  }
  shows('tencent-smh', 'labels, category, localCreationTime, localModificationTime, metaData')
})

test('making a directory that exists is refused with ask, and numbered at its last level with rename', async () => {
  await tree.makeDirectory('twice/bar')
  for (const query of [{}, { conflict_resolution_strategy: 'ask' }]) {
    assert.equal(await code(tree.directory(409, 'PUT', 'twice/bar', query)), 'SameNameDirectoryOrFileExists')
  }
  const rename = { conflict_resolution_strategy: 'rename' }
  assert.deepEqual((await tree.makeDirectory('twice/bar', rename)).path, ['twice', 'bar (1)'])
  assert.deepEqual((await tree.makeDirectory('twice/bar', rename)).path, ['twice', 'bar (2)'])
  assert.deepEqual((await tree.makeDirectory('twice/v1.2', rename)).path, ['twice', 'v1.2'])
  assert.deepEqual((await tree.makeDirectory('twice/v1.2', rename)).path, ['twice', 'v1.2 (1)'])
  shows('tencent-smh', 'conflict_resolution_strategy of directories')
})

test('a file in the way of a directory or of one above it is a conflict', async () => {
  await tree.makeDirectory('way')
  await tree.makeVirtual('way/file')
  for (const conflict_resolution_strategy of ['ask', 'rename']) {
    const below = tree.directory(409, 'PUT', 'way/file/below', { conflict_resolution_strategy })
    assert.equal(await code(below), 'SameNameDirectoryOrFileExists')
  }
  assert.equal(await code(tree.directory(409, 'PUT', 'way/file')), 'SameNameDirectoryOrFileExists')
  shows('tencent-smh', 'SameNameDirectoryOrFileExists')
  const renamed = await tree.makeDirectory('way/file', { conflict_resolution_strategy: 'rename' })
  assert.deepEqual(renamed.path, ['way', 'file (1)'])
})

test('InvalidConflictResolutionStrategy: directories know ask and rename', async () => {
  for (const conflict_resolution_strategy of ['overwrite', 'other']) {
    for (const json of [{}, { from: 'a' }, { copyFrom: 'a' }]) {
      await tree.makeDirectory('a', { conflict_resolution_strategy: 'rename' })
      const refused = tree.directory(400, 'PUT', 'strategy', { conflict_resolution_strategy }, json)
      assert.equal(await code(refused), 'InvalidConflictResolutionStrategy')
    }
  }
  shows('tencent-smh', 'InvalidConflictResolutionStrategy')
})

test('RootDirectoryNotAllowed: the root is neither made nor deleted nor replaced', async () => {
  for (const path of ['', '%2F']) {
    assert.equal(await code(tree.directory(400, 'PUT', path)), 'RootDirectoryNotAllowed')
    assert.equal(await code(tree.directory(400, 'DELETE', path)), 'RootDirectoryNotAllowed')
  }
  await tree.makeDirectory('not-root')
  assert.equal(
    await code(tree.directory(400, 'PUT', '', {}, { from: 'not-root' })),
    'RootDirectoryNotAllowed',
  )
  shows('tencent-smh', 'RootDirectoryNotAllowed')
  assert.equal(await code(tree.directory(400, 'PUT', 'x', {}, { from: '/' })), 'InvalidSourceDirectory')
})

test('names in every script are kept as they are', async () => {
  const names = [
    ...[
      '文件夹 报告',
      'папка',
      'مجلد',
      'תיקייה',
      'โฟลเดอร์',
      'फ़ोल्डर',
      'フォルダー',
      '폴더',
      'φάκελος',
      'թղթապանակ',
    ],
    ...[
      '😀👩‍👩‍👧‍👦',
      'e\u0301',
      '\u00e9',
      'İıſß',
      '\u202eabc',
      '𠮷',
      "it's (1) & [2] {3}",
      'a+b=c;d,e@f$g!~^`',
      '100%',
      '%41',
      '#1',
      '-',
      'constructor',
    ],
  ]
  await tree.makeDirectory('scripts')
  for (const name of names) {
    const made = await tree.makeDirectory(`scripts/${encodeURIComponent(name)}`)
    assert.deepEqual(made.path, ['scripts', name])
  }
  const expected = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  assert.deepEqual(await tree.names('scripts', { limit: 100 }), expected)
  shows('tencent-smh', 'path of directories')
  for (const name of names) {
    assert.equal((await tree.info(`scripts/${encodeURIComponent(name)}`)).name, name)
  }
})

test('slashes of a path are raw or encoded, and one at the front or the end counts for nothing', async () => {
  await tree.makeDirectory('slash%2Fone%2Ftwo')
  const spellings = [
    ...['slash/one/two', 'slash%2fone%2Ftwo', '%2Fslash%2Fone%2Ftwo', '/slash/one/two', 'slash/one%2Ftwo/'],
    ...['%73lash/one/two', 'slash/one/two%2F'],
  ]
  for (const path of spellings) {
    assert.deepEqual((await tree.info(path)).path, ['slash', 'one', 'two'], path)
  }
  const root = `directory/${LIBRARIES.file.id}/-`
  const access_token = tree.token
  for (const path of [root, `${root}/`, `${root}/%2F`]) {
    assert.deepEqual((await rig.expect(200, 'GET', path, { access_token })).path, [])
  }
  shows('tencent-smh', 'path')
})

test('DirectoryNameLengthExceed: a level has at most 255 characters', async () => {
  const fits = '漢'.repeat(255)
  assert.deepEqual((await tree.makeDirectory(encodeURIComponent(fits))).path, [fits])
  const astral = '😀'.repeat(255)
  assert.deepEqual((await tree.makeDirectory(encodeURIComponent(astral))).path, [astral])
  for (const path of ['a'.repeat(256), `${'a'.repeat(256)}/b`, encodeURIComponent('漢'.repeat(256))]) {
    assert.equal(await code(tree.directory(400, 'PUT', path)), 'DirectoryNameLengthExceed')
  }
  shows('tencent-smh', "255 characters of a directory's name", 'DirectoryNameLengthExceed')
  const long = { from: 'a'.repeat(256) }
  assert.equal(await code(tree.directory(400, 'PUT', 'b', {}, long)), 'DirectoryNameLengthExceed')
})

test('IllegalFileName: forbidden and control characters, and names of dots', async () => {
  for (const bad of ['\\', ':', '*', '?', '"', '<', '>', '|', '\n', '\0', '\x7f', '\x1b']) {
    const path = `ill${encodeURIComponent(bad)}egal`
    assert.equal(await code(tree.directory(400, 'PUT', path)), 'IllegalFileName', JSON.stringify(bad))
    assert.equal(await code(tree.file(400, 'PUT', path, { virtual_file: null }, {})), 'IllegalFileName')
  }
  for (const path of ['a%2F..%2Fb', 'a%2F.', '..%2Fa']) {
    assert.equal(await code(tree.directory(400, 'PUT', path)), 'IllegalFileName', path)
  }
  assert.equal(await code(tree.directory(400, 'PUT', 'a%2F%2Fb')), 'EmptyFileName')
  shows('tencent-smh', 'IllegalFileName, EmptyFileName')
})

test('InvalidSpaceOrDirectoryPath: a path has at most 128 levels', async () => {
  const levels = (count: number) => Array.from({ length: count }, () => 'd').join('/')
  await tree.makeDirectory(levels(128))
  assert.equal(await code(tree.directory(400, 'PUT', levels(129))), 'InvalidSpaceOrDirectoryPath')
  shows('tencent-smh', 'InvalidSpaceOrDirectoryPath')
})

test('a directory is moved with all in it, and what is missing above its new place is made', async () => {
  await tree.makeDirectory('move/old/deep')
  const { inode } = await tree.info('move/old', { with_inode: 1 })
  assert.deepEqual(await tree.directory(204, 'PUT', 'moved/far/new', {}, { from: 'move/old' }), {})
  assert.equal((await tree.info('moved/far/new', { with_inode: 1 })).inode, inode)
  assert.deepEqual(await tree.names('moved/far/new'), ['deep'])
  assert.equal(await code(tree.directory(404, 'GET', 'move/old')), 'DirectoryNotFound')
  shows('tencent-smh', 'PUT /directory/… {from}')
})

test('a move to a taken name is refused with ask, and numbered with rename', async () => {
  await tree.makeDirectory('clash/from')
  await tree.makeDirectory('clash/to')
  const from = { from: '/clash/from' }
  assert.equal(await code(tree.directory(409, 'PUT', 'clash/to', {}, from)), 'SameNameDirectoryOrFileExists')
  const rename = { conflict_resolution_strategy: 'rename' }
  const moved = await tree.directory(200, 'PUT', 'clash/to', rename, from)
  assert.deepEqual(moved, { path: ['clash', 'to (1)'] })
  assert.deepEqual(await tree.names('clash'), ['to', 'to (1)'])
  shows('tencent-smh', 'conflict_resolution_strategy of moved directories')
})

test('moves of directories fail by what is wrong with their source', async () => {
  await tree.makeDirectory('sources/inner')
  await tree.makeVirtual('sources/file')
  const move = (status: number, to: string, from: string) =>
    code(tree.directory(status, 'PUT', to, {}, { from }))
  assert.equal(await move(404, 'x', 'sources/none'), 'SourceDirectoryNotFound')
  assert.equal(await move(400, 'x', 'sources/file'), 'InvalidSourceDirectory')
  assert.equal(await move(400, 'sources/inner/x', 'sources'), 'SourceDirectoryIsParentOfDestination')
  assert.equal(await move(400, 'sources/new/x', 'sources'), 'SourceDirectoryIsParentOfDestination')
  shows(
    'tencent-smh',
    'InvalidSourceDirectory, SourceDirectoryNotFound, SourceDirectoryIsParentOfDestination',
  )
  assert.equal(await code(tree.directory(404, 'GET', 'sources/new')), 'DirectoryNotFound')
  const noText = tree.directory(400, 'PUT', 'x', {}, { from: 7 })
  assert.equal(await code(noText), 'ParamInvalid')
})

test('a directory is copied with all in it', async () => {
  await tree.makeDirectory('copy/one/two', {}, { labels: ['kept'] })
  await tree.makeVirtual('copy/one/file.txt', {}, { size: '7', category: 'kept' })
  assert.deepEqual(await tree.directory(204, 'PUT', 'copied/here', {}, { copyFrom: 'copy' }), {})
  assert.deepEqual(await tree.names('copied/here/one'), ['two', 'file.txt'])
  assert.deepEqual((await tree.info('copied/here/one/two')).labels, ['kept'])
  assert.equal((await tree.info('copied/here/one/file.txt')).size, '7')
  assert.deepEqual(await tree.names('copy/one'), ['two', 'file.txt'])
  shows('tencent-smh', 'PUT /directory/… {copyFrom}')
  const again = tree.directory(409, 'PUT', 'copied/here', {}, { copyFrom: 'copy' })
  assert.equal(await code(again), 'SameNameDirectoryOrFileExists')
  const rename = { conflict_resolution_strategy: 'rename' }
  const copied = await tree.directory(200, 'PUT', 'copied/here', rename, { copyFrom: 'copy' })
  assert.deepEqual(copied, { path: ['copied', 'here (1)'] })
})

test('a directory can be copied into itself as it was before', async () => {
  await tree.makeDirectory('self/inner')
  await tree.directory(204, 'PUT', 'self/copy', {}, { copyFrom: 'self' })
  assert.deepEqual(await tree.names('self/copy'), ['inner'])
})

test('copies of directories fail by what is wrong with their source', async () => {
  await tree.makeVirtual('copy-file')
  const copy = (status: number, copyFrom: unknown) =>
    code(tree.directory(status, 'PUT', 'copy-to', {}, { copyFrom }))
  assert.equal(await copy(404, 'none'), 'SourceDirectoryNotFound')
  assert.equal(await copy(400, 'copy-file'), 'InvalidSourceDirectory')
  assert.equal(await copy(400, ''), 'InvalidSourceDirectory')
  shows('tencent-smh', 'the same of copies')
  assert.equal(await copy(400, ['none']), 'ParamInvalid')
})

test('the copy of a large directory is a task', async () => {
  await tree.makeDirectory('large')
  await Promise.all(Array.from({ length: 1001 }, (_, at) => tree.makeVirtual(`large/${at}`)))
  const { taskId } = await tree.directory(202, 'PUT', 'large-copy', {}, { copyFrom: 'large' })
  assert.equal(Number.isSafeInteger(taskId), true)
  shows('tencent-smh', 'PUT /directory/… {copyFrom}, large')
  assert.equal(await code(tree.directory(404, 'GET', 'large-copy')), 'DirectoryNotFound')
})

test('a directory of another space is copied by the call for that', async () => {
  const access_token = await rig.token('admin', { library: 'spaces' })
  const { id } = LIBRARIES.spaces
  const space = async (space_id: string) => {
    await rig.expect(201, 'POST', `space/${id}`, { access_token, space_id })
    return treeOf(rig, 'spaces', { space: space_id, token: access_token })
  }
  const [from, to] = [await space('cross-a'), await space('cross-b')]
  await from.makeDirectory('album/inner')
  const path = `cross-space/directory/${id}/cross-b/copy/new%2Falbum`
  const json = { copyFrom: 'album', copyFromSpaceId: 'cross-a' }
  await rig.expect(204, 'PUT', path, { access_token }, { json })
  assert.deepEqual(await to.names('new/album'), ['inner'])
  shows('tencent-smh', 'PUT /cross-space/directory/{L}/{S}/copy/{Path}')
  const nowhere = { copyFrom: 'album', copyFromSpaceId: 'cross-none' }
  assertFailure(await rig.call('PUT', path, { access_token }, { json: nowhere }), 404, 'SpaceNotFound')
  const incomplete = await rig.call('PUT', path, { access_token }, { json: { copyFrom: 'album' } })
  assertFailure(incomplete, 400, 'ParamInvalid')
  const bound = await rig.token('copy_directory', { library: 'spaces', query: { space_id: 'cross-b' } })
  const foreign = await rig.call('PUT', path, { access_token: bound }, { json })
  assertFailure(foreign, 403, 'AccessTokenNotMatchSpace')
})

test('info of a directory is its item with its whole path', async () => {
  await tree.makeDirectory('info/dir')
  const token = await rig.token('admin', { query: { user_id: 'mia' } })
  const mine = await treeOf(rig, 'file', { token })
  await mine.makeDirectory('info/mine')
  const { creationTime, modificationTime, inode, eTag, ...rest } = await tree.info('info/mine', {
    with_inode: 1,
    with_favorite_status: 1,
  })
  assert.match(String(creationTime), ISO)
  assert.match(String(modificationTime), ISO)
  assert.match(inode, /^[0-9a-f]{32}$/)
  assert.match(String(eTag), /^\d+$/)
  assert.deepEqual(rest, {
    path: ['info', 'mine'],
    name: 'mine',
    type: 'dir',
    labels: [],
    removedByQuota: false,
    isFavorite: false,
    userId: 'mia',
  })
  shows('tencent-smh', 'GET /directory/…?info')
  const { path, name, type } = await tree.info('')
  assert.deepEqual({ path, name, type }, { path: [], name: '', type: 'dir' })
  assert.equal(await code(tree.directory(404, 'GET', 'info/none', { info: null })), 'DirectoryNotFound')
})

test('info below directory/ is of files as well', async () => {
  await tree.makeVirtual('info.docx', {}, { size: 12, contentType: 'application/msword' })
  const { path, name, type, size, contentType, fileType } = await tree.info('info.docx')
  assert.deepEqual(
    { path, name, type, size, contentType, fileType },
    {
      path: ['info.docx'],
      name: 'info.docx',
      type: 'virtual',
      size: '12',
      contentType: 'application/msword',
      fileType: 'word',
    },
  )
  await rig.upload('info.txt', Buffer.from('bytes'))
  const file = await tree.info('info.txt')
  assert.deepEqual([file.path, file.type, file.size], [['info.txt'], 'file', '5'])
  await tree.file(200, 'PUT', 'info-link', {}, { linkTo: 'info.txt' })
  const link = await tree.info('info-link')
  assert.deepEqual([link.path, link.type], [['info-link'], 'symlink'])
  shows('tencent-smh', 'GET /directory/…?info of a file')
})

test('HEAD of a directory tells whether it is there', async () => {
  await tree.makeDirectory('head')
  await tree.makeVirtual('head/file')
  const query = { access_token: tree.token }
  const head = (path: string) => rig.call('HEAD', `directory/${tree.base}/${path}`, query)
  for (const path of ['head', '']) {
    const { status, bytes } = await head(path)
    assert.deepEqual([status, bytes.byteLength], [200, 0])
  }
  for (const path of ['head/none', 'head/file']) {
    const { status, bytes } = await head(path)
    assert.deepEqual([status, bytes.byteLength], [404, 0])
  }
  shows('tencent-smh', 'HEAD /directory/…')
})

test('update changes what it names and leaves the rest', async () => {
  await tree.makeDirectory('update', {}, { labels: ['a'], category: 'first', metaData: { foo: '1' } })
  const update = (status: number, json: unknown, path = 'update') =>
    tree.directory(status, 'POST', path, { update: null }, json)
  await update(204, { labels: ['b', 'c'] })
  await update(204, { localModificationTime: '2020-01-02T03:04:05+08:00' })
  await update(204, {})
  const { labels, category, metaData, localModificationTime, localCreationTime } = await tree.info('update')
  assert.deepEqual(
    { labels, category, metaData, localModificationTime, localCreationTime },
    {
      labels: ['b', 'c'],
      category: 'first',
      metaData: { 'x-smh-meta-foo': '1' },
      localModificationTime: '2020-01-01T19:04:05.000Z',
      localCreationTime: undefined,
    },
  )
  await update(204, { category: '', labels: [], metaData: { 'X-SMH-Meta-Bar': '2' } })
  const cleared = await tree.info('update')
  assert.deepEqual([cleared.labels, 'category' in cleared], [[], false])
  assert.deepEqual(cleared.metaData, { 'x-smh-meta-bar': '2' })
  await tree.makeVirtual('update/file.txt')
  await update(204, { category: 'of a file' }, 'update/file.txt')
  assert.equal((await tree.info('update/file.txt')).category, 'of a file')
  shows('tencent-smh', 'POST /directory/…?update')
  assert.equal(await code(update(404, {}, 'update/none')), 'DirectoryNotFound')
  assert.equal(await code(tree.directory(404, 'POST', 'update', {}, {})), 'RouteNotFound')
})

test('ParamInvalid: a category over 16 bytes, labels and metadata of other shapes', async () => {
  await tree.makeDirectory('shapes')
  const update = (status: number, json: unknown) =>
    tree.directory(status, 'POST', 'shapes', { update: null }, json)
  await update(204, { category: 'exactly16bytes!!' })
  const wrong = [
    ...[{ category: '12345678901234567' }, { category: '六个汉字是多的' }, { category: 5 }],
    ...[{ labels: 'a' }, { labels: [1] }, { labels: Array.from({ length: 101 }, () => 'a') }],
    ...[{ metaData: [] }, { metaData: { a: 1 } }, { metaData: { 'a b': '1' } }, { metaData: { a: 'x\ny' } }],
    { metaData: { a: 'x'.repeat(9000) } },
  ]
  for (const json of wrong) {
    assert.equal(await code(update(400, json)), 'ParamInvalid', JSON.stringify(json).slice(0, 60))
  }
  shows('tencent-smh', 'category')
  assert.equal((await tree.info('shapes')).category, 'exactly16bytes!!')
})

test('InvalidTimeFormat: local times are ISO 8601', async () => {
  await tree.makeDirectory('times')
  for (const time of ['yesterday', '2021-13-01T00:00:00Z', 1612167707000, '', '2021-02-01 08:21:47']) {
    for (const name of ['localCreationTime', 'localModificationTime']) {
      const update = tree.directory(400, 'POST', 'times', { update: null }, { [name]: time })
      assert.equal(await code(update), 'InvalidTimeFormat', String(time))
    }
  }
  shows('tencent-smh', 'InvalidTimeFormat')
  const bare = { localCreationTime: '2021-02-01T08:21:47' }
  await tree.directory(204, 'POST', 'times', { update: null }, bare)
  assert.equal((await tree.info('times')).localCreationTime, '2021-02-01T08:21:47.000Z')
})

test('BadRequest: a body that is no JSON object', async () => {
  const path = `directory/${tree.base}/body`
  for (const raw of ['{', '[]', '"text"', '7', '{"a":1,"a":2}']) {
    const answer = await rig.call('PUT', path, { access_token: tree.token }, { raw })
    assertFailure(answer, 400, 'BadRequest')
  }
  shows('tencent-smh', 'BadRequest')
})

test('a deleted directory goes to the bin where there is one, and is gone for good with permanent', async () => {
  await tree.makeDirectory('delete/a/b')
  const { recycledItemId } = await tree.directory(200, 'DELETE', 'delete/a')
  assert.equal(Number.isSafeInteger(recycledItemId), true)
  assert.deepEqual(await tree.names('delete'), [])
  await tree.makeDirectory('delete/c')
  assert.deepEqual(await tree.directory(204, 'DELETE', 'delete/c', { permanent: 1 }), {})
  const plain = await treeOf(rig, 'plain')
  await plain.makeDirectory('delete/d')
  assert.deepEqual(await plain.directory(204, 'DELETE', 'delete'), {})
  assert.deepEqual(await plain.names(''), [])
  shows('tencent-smh', 'DELETE /directory/…')
})

test('deleting a directory that is not there, or a file as one, is DirectoryNotFound', async () => {
  await tree.makeVirtual('no-directory')
  for (const path of ['delete-none', 'no-directory', 'no-directory/below']) {
    assert.equal(await code(tree.directory(404, 'DELETE', path)), 'DirectoryNotFound')
  }
  shows('tencent-smh', 'DirectoryNotFound of DELETE')
})

test('stats sum up a directory whatever its depth', async () => {
  await tree.makeDirectory('stats/a/b')
  await tree.makeVirtual('stats/a/file1')
  await tree.makeVirtual('stats/a/b/file2')
  const expected = { userId: '', statsType: 'normal', storage: 0, fileCount: 2, dirCount: 2 }
  const stats = { stats: null, stats_type: 'normal' }
  assert.deepEqual(await tree.directory(200, 'GET', 'stats', stats), expected)
  assert.equal(await code(tree.directory(404, 'GET', 'stats/none', stats)), 'DirectoryNotFound')
  assert.deepEqual(await tree.directory(200, 'GET', 'stats', { stats: 1 }), expected)
  shows('tencent-smh', 'GET /directory/…?stats')
  const other = tree.directory(400, 'GET', 'stats', { stats: null, stats_type: 'other' })
  assert.equal(await code(other), 'InvalidDirectoryStatsType')
  shows('tencent-smh', 'InvalidDirectoryStatsType')
})

test('stats of history count nothing, for no history is kept', async () => {
  await tree.makeDirectory('kept/a')
  const stats = { stats: 1, stats_type: 'history' }
  const nothing = { userId: '', statsType: 'history', storage: 0, fileCount: 0, dirCount: 0 }
  assert.deepEqual(await tree.directory(200, 'GET', 'kept', stats), nothing)
  shows('tencent-smh', 'GET /directory/…?stats stats_type=history')
  assert.equal(await code(tree.directory(404, 'GET', 'kept/none', stats)), 'DirectoryNotFound')
})

test('stats of recycle sum up the bin, and an item of it', async () => {
  const own = await startRig()
  try {
    const bin = await treeOf(own)
    const stats = { stats: 1, stats_type: 'recycle' }
    const sums = async (query = {}, path = '') => {
      const { storage, fileCount, dirCount, statsType } = await bin.directory(200, 'GET', path, {
        ...{ ...stats, ...query },
      })
      assert.equal(statsType, 'recycle')
      return [storage, fileCount, dirCount]
    }
    assert.deepEqual(await sums(), [0, 0, 0])
    await bin.makeDirectory('gone/deep')
    for (const [path, size] of [
      ['gone/a', 3],
      ['gone/deep/b', 4],
      ['c', 5],
      ['stays', 9],
    ] as const) {
      await own.upload(path, Buffer.alloc(size))
    }
    const { recycledItemId: directory } = await bin.directory(200, 'DELETE', 'gone')
    const { recycledItemId: file } = await bin.file(200, 'DELETE', 'c')
    assert.deepEqual(await sums(), [12, 3, 2])
    assert.deepEqual(await sums({ recycled_id: String(directory) }, 'gone'), [7, 2, 1])
    assert.deepEqual(await sums({ recycled_id: String(file) }, 'c'), [5, 1, 0])
    shows('tencent-smh', 'GET /directory/…?stats stats_type=recycle')
    const missing = { ...stats, recycled_id: '999999' }
    assert.equal(await code(bin.directory(404, 'GET', '', missing)), 'RecycledItemNotFound')
    assert.equal(await code(bin.directory(400, 'GET', 'gone', stats)), 'ParamInvalid')
    const plain = await treeOf(own, 'plain')
    assert.equal(await code(plain.directory(400, 'GET', '', stats)), 'RecycleBinNotEnabled')
  } finally {
    await own.stop()
  }
})

test('each change of directories needs its grant, and reading needs any token', async () => {
  await tree.makeDirectory('grants/a')
  const plain = await treeOf(rig, 'plain')
  await plain.makeDirectory('grants/a')
  const changes: readonly (readonly [string, (as: Tree) => Promise<unknown>])[] = [
    ['create_directory', (as) => as.directory(201, 'PUT', 'grants/b')],
    ['create_directory', (as) => as.directory(204, 'POST', 'grants/b', { update: null }, {})],
    ['copy_directory', (as) => as.directory(204, 'PUT', 'grants/c', {}, { copyFrom: 'grants/a' })],
    ['move_directory', (as) => as.directory(204, 'PUT', 'grants/d', {}, { from: 'grants/c' })],
    ['delete_directory', (as) => as.directory(200, 'DELETE', 'grants/d')],
    ['delete_directory_permanent', (as) => as.directory(204, 'DELETE', 'grants/b', { permanent: 1 })],
  ]
  const all = [...new Set(changes.map(([grant]) => grant))]
  for (const [grant, change] of changes) {
    const others = await treeOf(rig, 'file', { grant: all.filter((each) => each !== grant).join() })
    await assert.rejects(change(others), /NoPermission/, grant)
    const reader = await treeOf(rig, 'file', { grant: '' })
    await assert.rejects(change(reader), /NoPermission/, grant)
    await change(await treeOf(rig, 'file', { grant }))
  }
  const keeper = await treeOf(rig, 'file', { grant: 'space_admin' })
  for (const [, change] of changes) await change(keeper)
  shows(
    'tencent-smh',
    'create_directory, copy_directory, move_directory, delete_directory, delete_directory_permanent, space_admin',
  )
  const deleter = await treeOf(rig, 'plain', { grant: 'delete_directory' })
  await deleter.directory(204, 'DELETE', 'grants/a', { permanent: 1 })
  const reader = await treeOf(rig, 'file', { grant: '' })
  assert.deepEqual(await reader.names('grants'), ['a'])
  assert.equal((await reader.info('grants/a')).name, 'a')
})

test('directories of one library or space are not those of another', async () => {
  await tree.makeDirectory('mine')
  const other = await rig.token('admin', { library: 'plain' })
  const path = `directory/${tree.base}/mine`
  assertFailure(await rig.call('GET', path, { access_token: other }), 403, 'AccessTokenNotMatchLibrary')
  assertFailure(await rig.call('DELETE', path, {}), 400, 'EmptyAccessToken')
  assertFailure(await rig.call('PUT', path, { access_token: 'x' }), 403, 'InvalidAccessToken')
  const space = `directory/${LIBRARIES.file.id}/space1/mine`
  assertFailure(await rig.call('GET', space, { access_token: tree.token }), 404, 'SpaceNotFound')
  const library = await rig.call('GET', 'directory/none/-/mine', { access_token: tree.token })
  assertFailure(library, 404, 'LibraryNotFound')
  shows('tencent-smh', 'AccessTokenNotMatchLibrary, SpaceNotFound, LibraryNotFound')
})
