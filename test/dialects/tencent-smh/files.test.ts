import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { ACCOUNT, assertFailure, LIBRARIES, type Params, type Rig, startRig } from './rig.ts'
import { type Tree, treeOf } from './tree.ts'

let rig: Rig
let tree: Tree
before(async () => {
  rig = await startRig()
  tree = await treeOf(rig)
})
after(() => rig.stop())

const code = async (answer: Promise<{ readonly code: string }>): Promise<string> => (await answer).code
const strategy = (conflict_resolution_strategy: string): Params => ({ conflict_resolution_strategy })
/** The bytes at a path, as text. */
const read = async (path: string) => (await rig.download(path))?.toString()
const write = (path: string, text: string) =>
  rig.upload(path, Buffer.from(text), { query: strategy('overwrite') })
/** MD5 and CRC-64 of `123456789`. */
const DIGITS = { text: '123456789', md5: '"25f9e794323b453885f5181f1b624d0b"', crc64: '11051210869376104954' }

test('a download is a redirect to the bytes, with what is known of the file in headers', async () => {
  await tree.makeDirectory('down')
  await write('down/a.txt', DIGITS.text)
  await tree.directory(204, 'POST', 'down%2Fa.txt', { update: null }, { metaData: { foo: 'bär' } })
  const answer = await rig.call('GET', `file/${tree.base}/down/a.txt`, { access_token: tree.token })
  assert.deepEqual([answer.status, answer.bytes.byteLength], [302, 0])
  const { creationTime, modificationTime } = await tree.info('down/a.txt')
  const expected = {
    'x-smh-type': 'file',
    'x-smh-creation-time': creationTime,
    'x-smh-modification-time': modificationTime,
    'x-smh-content-type': 'text/plain',
    'x-smh-size': '9',
    'x-smh-etag': DIGITS.md5,
    'x-smh-crc64': DIGITS.crc64,
    'x-smh-meta-foo': 'b%C3%A4r',
  }
  const head = await rig.call('HEAD', `file/${tree.base}/down/a.txt`, { access_token: tree.token })
  assert.deepEqual([head.status, head.bytes.byteLength, head.headers.location], [200, 0, undefined])
  for (const { headers } of [answer, head]) {
    const known = Object.entries(headers).filter(([name]) => name.startsWith('x-smh-'))
    assert.deepEqual(Object.fromEntries(known), expected)
  }
  shows('tencent-smh', 'HEAD /file/…', 'x-smh-* headers')
  assert.equal(await read('down/a.txt'), DIGITS.text)
  shows('tencent-smh', 'GET /file/{L}/{S}/{Path}')
})

test('the info of a file has its facts and a link, but no name and no path', async () => {
  await write('info.docx', DIGITS.text)
  const { cosUrl, cosUrlExpiration, availableCosUrls, creationTime, modificationTime, ...rest } =
    await tree.file(200, 'GET', 'info.docx', { info: null })
  assert.deepEqual(availableCosUrls, [cosUrl])
  const leftS = (Date.parse(String(cosUrlExpiration)) - rig.clock.now()) / 1000
  assert.ok(leftS > 7190 && leftS <= 7200, String(leftS))
  shows('tencent-smh', 'cosUrl, cosUrlExpiration, availableCosUrls')
  assert.equal(creationTime, modificationTime)
  assert.deepEqual(rest, {
    type: 'file',
    versionId: rest.versionId,
    contentType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    size: '9',
    crc64: DIGITS.crc64,
    eTag: DIGITS.md5,
    fileType: 'word',
    previewByDoc: false,
    previewByCI: false,
    previewAsIcon: false,
    labels: [],
  })
  shows('tencent-smh', 'GET /file/…?info')
})

test('a second file of the longest name can be read, moved and deleted', async () => {
  const longest = `${'长'.repeat(251)}.txt`
  await rig.upload(longest, Buffer.from('first'))
  const { path } = await rig.upload(longest, Buffer.from('second'))
  const [name = ''] = path as readonly string[]
  assert.equal(name, `${'长'.repeat(247)} (1).txt`)
  assert.equal(await read(name), 'second')
  await tree.file(200, 'PUT', 'shorter.txt', {}, { from: name })
  assert.equal(await read('shorter.txt'), 'second')
  const again = await rig.upload(longest, Buffer.from('third'))
  assert.deepEqual(again.path, path)
  await tree.file(200, 'DELETE', encodeURI(name))
  assert.equal(await read(longest), 'first')
})

test('the link of an info lives for its period, and pre_check gives none', async () => {
  await write('period', 'x')
  const info = { info: null, period: 60, with_favorite_status: 1, with_inode: 1 }
  const { cosUrlExpiration, isFavorite, inode } = await tree.file(200, 'GET', 'period', info)
  const leftS = (Date.parse(String(cosUrlExpiration)) - rig.clock.now()) / 1000
  assert.ok(leftS > 50 && leftS <= 60, String(leftS))
  assert.deepEqual([isFavorite, inode], [false, (await tree.info('period', { with_inode: 1 })).inode])
  const checked = await tree.file(200, 'GET', 'period', { info: null, pre_check: 1 })
  assert.equal(checked.size, '1')
  for (const name of ['cosUrl', 'cosUrlExpiration', 'availableCosUrls']) assert.equal(name in checked, false)
  shows('tencent-smh', 'period, pre_check')
})

test('ParamInvalid: options of downloads out of their range', async () => {
  await write('options', 'x')
  const wrong: readonly Params[] = [
    ...[{ traffic_limit: 102399 }, { traffic_limit: 104857601 }, { traffic_limit: 'x' }],
    ...[{ content_disposition: 'other' }, { purpose: 'other' }],
  ]
  for (const query of wrong) {
    assert.equal(await code(tree.file(400, 'GET', 'options', query)), 'ParamInvalid')
    assert.equal(await code(tree.file(400, 'GET', 'options', { info: null, ...query })), 'ParamInvalid')
  }
  for (const period of [59, 7201, 'x']) {
    assert.equal(await code(tree.file(400, 'GET', 'options', { info: null, period })), 'ParamInvalid')
  }
  shows('tencent-smh', 'ParamInvalid')
})

test('reads of a file that is not there, or is a directory, are FileNotFound', async () => {
  await tree.makeDirectory('reads')
  for (const path of ['reads', 'reads/none', 'none/a', 'info.docx/below']) {
    assert.equal(await code(tree.file(404, 'GET', path)), 'FileNotFound')
    assert.equal(await code(tree.file(404, 'GET', path, { info: null })), 'FileNotFound')
    const { status, bytes } = await rig.call('HEAD', `file/${tree.base}/${path}`, {
      access_token: tree.token,
    })
    assert.deepEqual([status, bytes.byteLength], [404, 0])
  }
  shows('tencent-smh', 'FileNotFound')
  assert.equal(await code(tree.file(400, 'GET', '')), 'EmptyPath')
  shows('tencent-smh', 'EmptyPath')
})

test('FunctionNotEnabled: previews, templates and history are not offered', async () => {
  await write('functions.docx', 'x')
  for (const query of [{ preview: null }, { preview: 1, type: 'pic' }, { history_id: 1 }]) {
    assert.equal(await code(tree.file(400, 'GET', 'functions.docx', query)), 'FunctionNotEnabled')
  }
  const template = tree.file(400, 'PUT', 'new.docx', {}, { fromTemplate: 'word.docx' })
  assert.equal(await code(template), 'FunctionNotEnabled')
  shows('tencent-smh', 'FunctionNotEnabled')
})

test('a file is moved with its id, its facts and its bytes', async () => {
  await tree.makeDirectory('move/to')
  await write('move/a.txt', 'moved')
  await tree.directory(204, 'POST', 'move/a.txt', { update: null }, { labels: ['kept'] })
  const { inode } = await tree.info('move/a.txt', { with_inode: 1 })
  const moved = await tree.file(200, 'PUT', 'move/to/b.txt', {}, { from: '/move/a.txt' })
  assert.deepEqual(moved, { path: ['move', 'to', 'b.txt'] })
  const after = await tree.info('move/to/b.txt', { with_inode: 1 })
  assert.deepEqual([after.inode, after.labels], [inode, ['kept']])
  assert.equal(await read('move/to/b.txt'), 'moved')
  assert.equal(await read('move/a.txt'), undefined)
  shows('tencent-smh', 'PUT /file/… {from}')
})

test('a file that is moved or copied to a taken name follows the strategy, rename where none is given', async () => {
  await tree.makeDirectory('taken')
  for (const verb of ['from', 'copyFrom']) {
    const place = async (to: string, status: number, query: Params) => {
      await write('taken/source.txt', `${verb} ${JSON.stringify(query)}`)
      return tree.file(status, 'PUT', `taken/${to}`, query, { [verb]: 'taken/source.txt' })
    }
    await write(`taken/${verb}.txt`, 'first')
    const name = `${verb}.txt`
    assert.equal(await code(place(name, 409, strategy('ask'))), 'SameNameDirectoryOrFileExists')
    assert.deepEqual((await place(name, 200, {})).path, ['taken', `${verb} (1).txt`])
    assert.deepEqual((await place(name, 200, strategy('rename'))).path, ['taken', `${verb} (2).txt`])
    assert.equal(await read(`taken/${name}`), 'first')
    assert.deepEqual((await place(name, 200, strategy('overwrite'))).path, ['taken', name])
    assert.equal(await read(`taken/${name}`), `${verb} ${JSON.stringify(strategy('overwrite'))}`)
    await tree.makeDirectory(`taken/${verb}-dir`)
    const over = place(`${verb}-dir`, 409, strategy('overwrite'))
    assert.equal(await code(over), 'SameNameDirectoryOrFileExists')
    const other = place(name, 400, strategy('other'))
    assert.equal(await code(other), 'InvalidConflictResolutionStrategy')
  }
  shows('tencent-smh', 'conflict_resolution_strategy of moved and copied files')
})

test('moves and copies of files fail by what is wrong with source or place', async () => {
  await tree.makeDirectory('wrong/dir')
  await write('wrong/a', 'a')
  for (const verb of ['from', 'copyFrom']) {
    const put = (status: number, to: string, from: unknown) =>
      code(tree.file(status, 'PUT', to, {}, { [verb]: from }))
    assert.equal(await put(404, 'wrong/b', 'wrong/none'), 'SourceFileNotFound')
    assert.equal(await put(404, 'wrong/b', 'wrong/a/below'), 'SourceFileNotFound')
    assert.equal(await put(400, 'wrong/b', 'wrong/dir'), 'InvalidSourceFile')
    assert.equal(await put(400, 'wrong/b', '/'), 'InvalidSourceFile')
    assert.equal(await put(404, 'wrong/new/b', 'wrong/a'), 'DirectoryNotFound')
    assert.equal(await put(404, 'wrong/a/b', 'wrong/a'), 'DirectoryNotFound')
    assert.equal(await put(400, '', 'wrong/a'), 'EmptyPath')
    assert.equal(await put(400, 'wrong/b', ['wrong/a']), 'ParamInvalid')
  }
  shows('tencent-smh', 'InvalidSourceFile, SourceFileNotFound, DirectoryNotFound')
  assert.deepEqual(await tree.names('wrong'), ['dir', 'a'])
})

test('a copy has the bytes of its source, whatever becomes of that', async () => {
  await tree.makeDirectory('copies')
  await write('copies/a.txt', 'before')
  await tree.directory(204, 'POST', 'copies/a.txt', { update: null }, { category: 'kept' })
  await tree.file(200, 'PUT', 'copies/b.txt', {}, { copyFrom: 'copies/a.txt' })
  const info = await tree.info('copies/b.txt', { with_inode: 1 })
  assert.deepEqual([info.category, info.size], ['kept', '6'])
  assert.notEqual(info.inode, (await tree.info('copies/a.txt', { with_inode: 1 })).inode)
  await write('copies/a.txt', 'after')
  assert.equal(await read('copies/b.txt'), 'before')
  await tree.file(204, 'DELETE', 'copies/a.txt', { permanent: 1 })
  assert.equal(await read('copies/b.txt'), 'before')
  shows('tencent-smh', 'PUT /file/… {copyFrom}')
})

test('a link leads to its target wherever that is moved', async () => {
  await tree.makeDirectory('links/far')
  await write('links/target.txt', 'bytes')
  assert.deepEqual(await tree.file(200, 'PUT', 'links/link', {}, { linkTo: 'links/target.txt' }), {
    path: ['links', 'link'],
  })
  const { inode } = await tree.info('links/target.txt', { with_inode: 1 })
  const { type, linkTo, size } = await tree.info('links/link')
  assert.deepEqual({ type, linkTo, size }, { type: 'symlink', linkTo: inode, size: undefined })
  shows('tencent-smh', 'linkTo')
  await tree.file(200, 'PUT', 'links/far/renamed.txt', {}, { from: 'links/target.txt' })
  assert.equal(await read('links/link'), 'bytes')
  assert.equal((await tree.file(200, 'GET', 'links/link', { info: null })).size, '5')
  shows('tencent-smh', 'PUT /file/… {linkTo}')
  await write('links/far/renamed.txt', 'other bytes')
  assert.equal(await read('links/link'), 'other bytes')
})

test('a link to what is gone or in the bin is FileNotFound, and what is deleted is the link alone', async () => {
  await write('gone.txt', 'bytes')
  await tree.file(200, 'PUT', 'gone-link', {}, { linkTo: 'gone.txt' })
  await tree.file(200, 'DELETE', 'gone.txt')
  assert.equal(await code(tree.file(404, 'GET', 'gone-link')), 'FileNotFound')
  shows('tencent-smh', 'FileNotFound of a broken symlink')
  assert.equal((await tree.info('gone-link')).type, 'symlink')
  await write('stays.txt', 'bytes')
  await tree.file(200, 'PUT', 'stays-link', {}, { linkTo: 'stays.txt' })
  await tree.file(204, 'DELETE', 'stays-link', { permanent: 1 })
  assert.equal(await read('stays.txt'), 'bytes')
})

test('a link of a taken name follows the strategy, rename where none is given', async () => {
  await tree.makeDirectory('link-names')
  await write('link-names/target', 'target')
  await write('link-names/a.txt', 'a')
  const link = (status: number, query: Params) =>
    tree.file(status, 'PUT', 'link-names/a.txt', query, { linkTo: 'link-names/target' })
  assert.equal(await code(link(409, strategy('ask'))), 'SameNameDirectoryOrFileExists')
  assert.deepEqual((await link(200, {})).path, ['link-names', 'a (1).txt'])
  assert.deepEqual((await link(200, strategy('overwrite'))).path, ['link-names', 'a.txt'])
  assert.equal(await read('link-names/a.txt'), 'target')
  shows('tencent-smh', 'conflict_resolution_strategy of symlinks')
})

test('SymlinkDepthLimitExceeded: ten links lead to each other, and no more', async () => {
  await tree.makeDirectory('chain')
  await write('chain/0', 'end')
  const link = (status: number, at: number) =>
    tree.file(status, 'PUT', `chain/${at}`, {}, { linkTo: `chain/${at - 1}` })
  for (let at = 1; at <= 10; at++) await link(200, at)
  assert.equal(await read('chain/10'), 'end')
  assert.equal(await code(link(400, 11)), 'SymlinkDepthLimitExceeded')
  shows('tencent-smh', 'SymlinkDepthLimitExceeded')
})

test('CircleSymlink and SymlinkOverwriteConflict: a link does not replace what it leads through', async () => {
  await tree.makeDirectory('circle')
  await write('circle/a', 'a')
  await tree.file(200, 'PUT', 'circle/b', {}, { linkTo: 'circle/a' })
  await tree.file(200, 'PUT', 'circle/c', {}, { linkTo: 'circle/b' })
  const over = (status: number, at: string, linkTo: string) =>
    code(tree.file(status, 'PUT', at, strategy('overwrite'), { linkTo }))
  assert.equal(await over(400, 'circle/a', 'circle/a'), 'SymlinkOverwriteConflict')
  assert.equal(await over(409, 'circle/a', 'circle/c'), 'CircleSymlink')
  assert.equal(await over(409, 'circle/b', 'circle/c'), 'CircleSymlink')
  shows('tencent-smh', 'CircleSymlink, SymlinkOverwriteConflict')
  assert.equal(await read('circle/c'), 'a')
})

test('a circle of links that a copy closed is told to who reads', async () => {
  await tree.makeDirectory('closed')
  await write('closed/a', 'a')
  await tree.file(200, 'PUT', 'closed/b', {}, { linkTo: 'closed/a' })
  await tree.file(200, 'PUT', 'closed/a', strategy('overwrite'), { copyFrom: 'closed/b' })
  for (const path of ['closed/a', 'closed/b']) {
    assert.equal(await code(tree.file(409, 'GET', path)), 'CircleSymlink')
    assert.equal(await code(tree.file(409, 'GET', path, { info: null })), 'CircleSymlink')
  }
  shows('tencent-smh', 'CircleSymlink on reading')
})

test('links fail by what is wrong with their target or place', async () => {
  await tree.makeDirectory('link-wrong')
  await write('link-wrong/a', 'a')
  const link = (status: number, path: string, linkTo: unknown) =>
    code(tree.file(status, 'PUT', path, {}, { linkTo }))
  assert.equal(await link(400, 'link-wrong/b', 'link-wrong'), 'SymlinkToDirectoryNotAllowed')
  assert.equal(await link(400, 'link-wrong/b', ''), 'SymlinkToDirectoryNotAllowed')
  assert.equal(await link(404, 'link-wrong/b', 'link-wrong/none'), 'SourceFileNotFound')
  shows('tencent-smh', 'SymlinkToDirectoryNotAllowed, SourceFileNotFound')
  assert.equal(await link(404, 'link-wrong/none/b', 'link-wrong/a'), 'DirectoryNotFound')
  assert.equal(await link(400, 'link-wrong/b', 1), 'ParamInvalid')
})

test('a virtual file has facts and no bytes', async () => {
  const json = {
    size: '1099511627776',
    contentType: 'video/mp4',
    metaData: { 'x-smh-meta-where': 'tape 7' },
    labels: ['archive'],
    category: 'tape',
  }
  const record = await tree.makeVirtual('virtual.mp4', { with_inode: 1 }, json)
  assert.match(record.inode, /^[0-9a-f]{32}$/)
  for (const each of [record, await tree.file(200, 'GET', 'virtual.mp4', { info: null })]) {
    const { type, size, contentType, metaData, labels, category, fileType } = each
    const expected = { ...json, type: 'virtual', fileType: 'video' }
    assert.deepEqual({ type, size, contentType, metaData, labels, category, fileType }, expected)
    assert.equal('cosUrl' in each, false)
  }
  assert.deepEqual([record.path, record.isOverwritten], [['virtual.mp4'], false])
  shows('tencent-smh', 'PUT /file/…?virtual_file')
  assert.deepEqual((await tree.makeVirtual('virtual.mp4')).path, ['virtual (1).mp4'])
  assert.equal((await tree.makeVirtual('virtual.mp4', strategy('overwrite'))).isOverwritten, true)
  for (const size of [-1, 1.5, 'x', '1e3', {}]) {
    const refused = tree.file(400, 'PUT', 'virtual.mp4', { virtual_file: null }, { size })
    assert.equal(await code(refused), 'ParamInvalid')
  }
})

test('CosObjectNonexistent: a virtual file cannot be downloaded', async () => {
  await tree.makeVirtual('no-bytes')
  assert.equal(await code(tree.file(404, 'GET', 'no-bytes')), 'CosObjectNonexistent')
  shows('tencent-smh', 'CosObjectNonexistent')
})

test('an inode tells where its entry is now', async () => {
  await tree.makeDirectory('inodes/to')
  await write('inodes/a.txt', DIGITS.text)
  const { inode } = await tree.info('inodes/a.txt', { with_inode: 1 })
  await tree.file(200, 'PUT', 'inodes/to/b.txt', {}, { from: 'inodes/a.txt' })
  const of = (status: number, id: string) =>
    rig.expect(status, 'GET', `inode/${tree.base}/${id}`, { access_token: tree.token })
  const { creationTime, modificationTime, ...rest } = await of(200, inode)
  assert.equal(typeof creationTime, typeof modificationTime)
  assert.deepEqual(rest, {
    path: ['inodes', 'to', 'b.txt'],
    name: 'b.txt',
    type: 'file',
    contentType: 'text/plain',
    size: '9',
    crc64: DIGITS.crc64,
  })
  const directory = await tree.info('inodes/to', { with_inode: 1 })
  assert.equal((await of(200, directory.inode)).type, 'dir')
  shows('tencent-smh', 'GET /inode/{L}/{S}/{inode}')
  await tree.file(200, 'DELETE', 'inodes/to/b.txt')
  for (const id of [inode, '0'.repeat(32), 'none']) assert.equal(await code(of(404, id)), 'FileNotFound')
})

test('the deletion check knows of no file that a quota removed', async () => {
  await write('deleted', 'x')
  const { inode } = await tree.info('deleted', { with_inode: 1 })
  await tree.file(204, 'DELETE', 'deleted', { permanent: 1 })
  const path = (id: string) => `file-deletion-check/${tree.base}/${id}`
  const query = { access_token: tree.token }
  const { reason } = await rig.expect(200, 'GET', path(inode), query)
  assert.equal(reason, 'Unknown')
  shows('tencent-smh', 'GET /file-deletion-check/{L}/{S}/{inode}')
  assertFailure(await rig.call('GET', path('none'), query), 404, 'FileNotFound')
})

test('a deleted file goes to the bin where there is one, and is gone for good with permanent', async () => {
  await write('del.txt', 'x')
  const { recycledItemId } = await tree.file(200, 'DELETE', 'del.txt')
  assert.equal(Number.isSafeInteger(recycledItemId), true)
  await write('del.txt', 'x')
  assert.deepEqual(await tree.file(204, 'DELETE', 'del.txt', { permanent: 1 }), {})
  const bin = await rig.expect(200, 'GET', `recycled/${tree.base}`, { access_token: tree.token, limit: 100 })
  assert.ok(Array.isArray(bin.contents))
  const deleted = bin.contents.filter(({ name }: { readonly name: string }) => name === 'del.txt')
  assert.equal(deleted.length, 1)
  shows('tencent-smh', 'permanent')
  const plain = await treeOf(rig, 'plain')
  await rig.upload('del.txt', Buffer.from('x'), { library: 'plain' })
  assert.deepEqual(await plain.file(204, 'DELETE', 'del.txt'), {})
  shows('tencent-smh', 'DELETE /file/…')
  assert.equal(await code(tree.file(404, 'DELETE', 'del.txt')), 'FileNotFound')
  await tree.makeDirectory('del-dir')
  assert.equal(await code(tree.file(404, 'DELETE', 'del-dir')), 'FileNotFound')
  assert.equal(await code(tree.file(400, 'DELETE', '')), 'EmptyPath')
})

test('FileNameLengthExceed: a file name has at most 255 characters with its extension', async () => {
  const fits = `${'漢'.repeat(251)}.txt`
  const { path } = await tree.makeVirtual(encodeURIComponent(fits))
  assert.deepEqual(path, [fits])
  const long = `${'漢'.repeat(252)}.txt`
  const refused = tree.file(400, 'PUT', encodeURIComponent(long), { virtual_file: null }, {})
  assert.equal(await code(refused), 'FileNameLengthExceed')
  shows('tencent-smh', "255 characters of a file's name")
  const moved = tree.file(400, 'PUT', encodeURIComponent(long), {}, { from: fits })
  assert.equal(await code(moved), 'FileNameLengthExceed')
  shows('tencent-smh', 'FileNameLengthExceed')
  const directory = tree.file(400, 'PUT', `${'a'.repeat(256)}/b`, { virtual_file: null }, {})
  assert.equal(await code(directory), 'DirectoryNameLengthExceed')
})

test('FileNameLengthExceed: it is said by every call to a file, of the file alone', async () => {
  const long = 'x'.repeat(256)
  for (const method of ['GET', 'DELETE']) {
    assert.equal(await code(tree.file(400, method, long)), 'FileNameLengthExceed')
    assert.equal(await code(tree.file(400, method, `${long}/a`)), 'DirectoryNameLengthExceed')
  }
  for (const json of [{ from: long }, { copyFrom: long }, { linkTo: long }]) {
    assert.equal(await code(tree.file(400, 'PUT', 'from-long', {}, json)), 'FileNameLengthExceed')
  }
})

test('the contentType of a virtual file fits the headers that tell it', async () => {
  const longest = `a/${'b'.repeat(253)}`
  await tree.makeVirtual('typed', {}, { contentType: longest })
  const { headers } = await rig.call('HEAD', `file/${tree.base}/typed`, { access_token: tree.token })
  assert.equal(headers['x-smh-content-type'], longest)
  for (const contentType of [`${longest}b`, 'a/b\r\nx: y', 'ä/b', 7]) {
    const refused = tree.file(400, 'PUT', 'typed', { virtual_file: null }, { contentType })
    assert.equal(await code(refused), 'ParamInvalid')
  }
})

test('scripts in browsers may read the facts of a file that stand in headers', async () => {
  await write('exposed.txt', 'x')
  const { headers } = await rig.call('HEAD', `file/${tree.base}/exposed.txt`, { access_token: tree.token })
  const exposed = String(headers['access-control-expose-headers']).split(', ')
  const facts = Object.keys(headers).filter((name) => name.startsWith('x-smh-'))
  assert.equal(facts.length, 7)
  assert.deepEqual(
    facts.filter((name) => !exposed.includes(name)),
    [],
  )
  assert.ok(exposed.includes('*'), 'custom metadata is not exposed')
})

test('files of names in every script are read by any encoding of their path', async () => {
  await tree.makeDirectory('скрипты 文件')
  const names = [
    'отчёт.pdf',
    '图片 1.jpg',
    'ملف.txt',
    'e\u0301.txt',
    '😀.txt',
    '100%.txt',
    "a'(1)&=+;#?".replace('?', ''),
  ]
  for (const name of names) {
    const path = `скрипты 文件/${name}`
    const target = encodeURIComponent(path)
    const access_token = tree.token
    const task = await rig.expect(201, 'PUT', `file/${tree.base}/${target}`, { access_token })
    await rig.put(task, Buffer.from(name))
    const done = { confirm: null, access_token }
    const record = await rig.expect(200, 'POST', `file/${tree.base}/${task.confirmKey}`, done)
    assert.deepEqual([record.path, record.name], [['скрипты 文件', name], name])
    for (const spelling of [
      target,
      `%2F${target}`,
      target.replaceAll('%2F', '/'),
      `/${target.toLowerCase()}`,
    ]) {
      assert.equal(
        (await tree.file(200, 'GET', spelling, { info: null })).size,
        String(Buffer.byteLength(name)),
      )
    }
  }
  shows('tencent-smh', 'path of files')
})

test('each change of files needs its grant, overwriting that with force, and reading needs any token', async () => {
  await tree.makeDirectory('grants')
  await write('grants/a', 'a')
  await write('grants/taken', 'b')
  const overwrite = strategy('overwrite')
  const changes: readonly (readonly [readonly string[], (as: Tree) => Promise<unknown>])[] = [
    [['copy_file', 'copy_file_force'], (as) => as.file(200, 'PUT', 'grants/b', {}, { copyFrom: 'grants/a' })],
    [['copy_file_force'], (as) => as.file(200, 'PUT', 'grants/taken', overwrite, { copyFrom: 'grants/a' })],
    [['move_file', 'move_file_force'], (as) => as.file(200, 'PUT', 'grants/c', {}, { from: 'grants/b' })],
    [['move_file_force'], (as) => as.file(200, 'PUT', 'grants/taken', overwrite, { from: 'grants/c' })],
    [
      ['create_symlink', 'create_symlink_force'],
      (as) => as.file(200, 'PUT', 'grants/link', {}, { linkTo: 'grants/a' }),
    ],
    [['create_symlink_force'], (as) => as.file(200, 'PUT', 'grants/link', overwrite, { linkTo: 'grants/a' })],
    [['create_virtual', 'upload_file', 'upload_file_force'], (as) => as.makeVirtual('grants/virtual')],
    [
      ['upload_file', 'upload_file_force'],
      (as) => as.directory(204, 'POST', 'grants/a', { update: null }, {}),
    ],
    [['delete_file'], (as) => as.file(200, 'DELETE', 'grants/link')],
    [['delete_file_permanent'], (as) => as.file(204, 'DELETE', 'grants/virtual', { permanent: 1 })],
  ]
  const all = [...new Set(changes.flatMap(([grants]) => grants))]
  for (const [grants, change] of changes) {
    const others = all.filter((each) => !grants.includes(each)).join()
    await assert.rejects(change(await treeOf(rig, 'file', { grant: others })), /NoPermission/, grants[0])
    await change(await treeOf(rig, 'file', { grant: grants[0] ?? '' }))
  }
  shows(
    'tencent-smh',
    'move_file[_force], copy_file[_force], create_symlink[_force], create_virtual, delete_file, delete_file_permanent',
  )
  const reader = await treeOf(rig, 'file', { grant: '' })
  for (const [, change] of changes) await assert.rejects(change(reader), /NoPermission/)
  assert.equal((await reader.file(200, 'GET', 'grants/a', { info: null })).size, '1')
  await reader.file(302, 'GET', 'grants/a')
})

test('files of one library are not those of another', async () => {
  await write('mine', 'x')
  const other = await rig.token('admin', { library: 'plain' })
  const path = `file/${tree.base}/mine`
  assertFailure(await rig.call('GET', path, { access_token: other }), 403, 'AccessTokenNotMatchLibrary')
  assertFailure(await rig.call('GET', path, {}), 400, 'EmptyAccessToken')
  const elsewhere = `file/${LIBRARIES.plain.id}/-/mine`
  assertFailure(await rig.call('GET', elsewhere, { access_token: other }), 404, 'FileNotFound')
  shows('tencent-smh', 'AccessTokenNotMatchLibrary, FileNotFound')
  const { inode } = await tree.info('mine', { with_inode: 1 })
  const byInode = await rig.call('GET', `inode/${LIBRARIES.plain.id}/-/${inode}`, { access_token: other })
  assertFailure(byInode, 404, 'FileNotFound')
})

test('files of a public library are read without a token, and written by none', async () => {
  const library = { ...LIBRARIES.file, public_read: true }
  const open = await startRig({ accounts: [{ ...ACCOUNT, libraries: [library] }] })
  try {
    await open.upload('a.txt', Buffer.from('open'))
    const path = `file/${library.id}/-/a.txt`
    assert.equal((await open.expect(200, 'GET', path, { info: null })).size, '4')
    assert.equal((await open.call('GET', path)).status, 302)
    assert.equal((await open.call('HEAD', path)).status, 200)
    await open.expect(200, 'GET', `directory/${library.id}/-`)
    shows('tencent-smh', 'public_read of a library')
    for (const [method, json] of [
      ['DELETE', undefined],
      ['PUT', {}],
      ['PUT', { from: 'a.txt' }],
    ] as const) {
      assertFailure(await open.call(method, path, {}, { json }), 400, 'EmptyAccessToken')
    }
  } finally {
    await open.stop()
  }
})
