import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { assertFailure, type Body, LIBRARIES, type LibraryName, type Rig, startRig } from './rig.ts'
import { type Tree, treeOf } from './tree.ts'

const { spaces } = LIBRARIES

let rig: Rig
let tree: Tree
before(async () => {
  rig = await startRig()
  tree = await treeOf(rig)
})
after(() => rig.stop())

type Kind = 'delete' | 'copy' | 'move'
interface Result {
  readonly [field: string]: unknown
}

const send = (kind: Kind, items: unknown, of: Tree = tree, access_token = of.token) =>
  rig.call('POST', `batch/${of.base}`, { [kind]: null, access_token }, { json: items })

/** The results of a batch that is answered at once, with their messages left out. */
async function results(status: 200 | 207, kind: Kind, items: unknown, of = tree): Promise<readonly Result[]> {
  const answer = await send(kind, items, of)
  assert.equal(answer.status, status, answer.bytes.toString())
  assert.deepEqual(Object.keys(answer.body ?? {}), ['result'])
  const list = answer.body?.result
  assert.ok(Array.isArray(list))
  return list.map(({ message, ...rest }) => {
    assert.equal(typeof message, 'code' in rest ? 'string' : 'undefined')
    return rest
  })
}

const upload = (path: string, text = path, library: LibraryName = 'file'): Promise<Body> =>
  rig.upload(path, Buffer.from(text), { library })
const textOf = async (path: string): Promise<string | undefined> => (await rig.download(path))?.toString()

test('a batch deletes files and directories into the bin', async () => {
  await tree.makeDirectory('del/inner')
  await upload('del/a.txt')
  const [file, directory] = await results(200, 'delete', [
    { path: 'del/a.txt' },
    { path: '/del/inner/', permanent: false },
  ])
  assert.deepEqual([file?.status, file?.path], [200, ['del', 'a.txt']])
  assert.deepEqual([directory?.status, directory?.path], [200, ['del', 'inner']])
  const { path } = await rig.expect(200, 'POST', `recycled/${tree.base}/${directory?.recycledItemId}`, {
    restore: null,
    access_token: tree.token,
  })
  assert.deepEqual(path, ['del', 'inner'])
  assert.deepEqual(await tree.names('del'), ['inner'])
  shows('tencent-smh', 'POST /batch/{L}/{S}?delete')
})

test('a batch deletes for good where that is asked for, as a boolean or a number', async () => {
  for (const name of ['x', 'y']) await tree.makeVirtual(`perm-${name}`)
  assert.deepEqual(
    await results(200, 'delete', [
      { path: 'perm-x', permanent: true },
      { path: 'perm-y', permanent: 1 },
    ]),
    [
      { path: ['perm-x'], status: 204 },
      { path: ['perm-y'], status: 204 },
    ],
  )
  for (const permanent of [false, 0]) {
    await tree.makeVirtual('perm-z')
    const [kept] = await results(200, 'delete', [{ path: 'perm-z', permanent }])
    assert.deepEqual([kept?.status, typeof kept?.recycledItemId], [200, 'number'])
  }
  shows('tencent-smh', 'batch.delete.permanent')
  const plainTree = await treeOf(rig, 'plain')
  await plainTree.makeVirtual('no-bin')
  assert.deepEqual(await results(200, 'delete', [{ path: 'no-bin' }], plainTree), [
    { path: ['no-bin'], status: 204 },
  ])
})

test('a batch that fails in part tells of each item, and does the others', async () => {
  await tree.makeVirtual('part')
  const [missing, done, again] = await results(207, 'delete', [
    { path: 'part/none' },
    { path: 'part' },
    { path: 'part' },
  ])
  assert.deepEqual(missing, { path: ['part', 'none'], status: 404, code: 'FileNotFound' })
  assert.equal(done?.status, 200)
  assert.deepEqual(again, { path: ['part'], status: 404, code: 'FileNotFound' })
  shows('tencent-smh', 'batch 207')
})

test('a batch copies, telling the path where a name may have changed', async () => {
  await tree.makeDirectory('copy/from')
  await upload('copy/from/a.txt', 'bytes')
  await upload('copy/b.txt', 'other')
  const copied = await results(200, 'copy', [
    { copyFrom: 'copy/from/a.txt', to: 'copy/a.txt' },
    { copyFrom: 'copy/from/a.txt', to: 'copy/b.txt' },
    { copyFrom: 'copy/from/a.txt', to: 'copy/c.txt', conflictResolutionStrategy: 'ask' },
    { copyFrom: 'copy/from/a.txt', to: 'copy/c.txt', conflictResolutionStrategy: 'overwrite' },
    { copyFrom: 'copy/from', to: 'copy/to' },
    { copyFrom: 'copy/from', to: 'copy/to', conflictResolutionStrategy: 'rename' },
  ])
  const a = ['copy', 'from', 'a.txt']
  const from = ['copy', 'from']
  assert.deepEqual(copied, [
    { copyFrom: a, to: ['copy', 'a.txt'], status: 200, path: ['copy', 'a.txt'] },
    { copyFrom: a, to: ['copy', 'b.txt'], status: 200, path: ['copy', 'b (1).txt'] },
    { copyFrom: a, to: ['copy', 'c.txt'], status: 204 },
    { copyFrom: a, to: ['copy', 'c.txt'], status: 204 },
    { copyFrom: from, to: ['copy', 'to'], status: 204 },
    { copyFrom: from, to: ['copy', 'to'], status: 200, path: ['copy', 'to (1)'] },
  ])
  for (const path of ['copy/a.txt', 'copy/b (1).txt', 'copy/c.txt', 'copy/to/a.txt', 'copy/to (1)/a.txt']) {
    assert.equal(await textOf(path), 'bytes', path)
  }
  assert.equal(await textOf('copy/b.txt'), 'other')
  shows('tencent-smh', 'POST /batch/{L}/{S}?copy')
})

test('a batch moves, telling the path where a name may have changed', async () => {
  await tree.makeDirectory('move/dir')
  await upload('move/a.txt', 'a')
  await upload('move/b.txt', 'b')
  await upload('move/c.txt', 'c')
  const moved = await results(200, 'move', [
    { from: 'move/a.txt', to: 'move/b.txt', moveAuthority: true },
    { from: 'move/b.txt', to: 'move/c.txt', conflictResolutionStrategy: 'overwrite' },
    { from: 'move/dir', to: 'move/new/deep/dir' },
  ])
  assert.deepEqual(moved, [
    { from: ['move', 'a.txt'], to: ['move', 'b.txt'], status: 200, path: ['move', 'b (1).txt'] },
    { from: ['move', 'b.txt'], to: ['move', 'c.txt'], status: 204 },
    { from: ['move', 'dir'], to: ['move', 'new', 'deep', 'dir'], status: 204 },
  ])
  assert.deepEqual(await tree.names('move'), ['new', 'b (1).txt', 'c.txt'])
  assert.equal(await textOf('move/c.txt'), 'b')
  assert.deepEqual(await tree.names('move/new/deep'), ['dir'])
  shows('tencent-smh', 'POST /batch/{L}/{S}?move')
})

test('what a batch cannot move or copy stands in the item’s result, and nothing else changes', async () => {
  await tree.makeDirectory('fail/dir/inner')
  await upload('fail/a.txt')
  await upload('fail/b.txt')
  const failures = async (kind: Kind, name: 'from' | 'copyFrom') => {
    const items = [
      ['fail/none', 'fail/x', undefined, 404, 'SourceFileNotFound'],
      ['fail/a.txt', 'fail/b.txt', 'ask', 409, 'SameNameDirectoryOrFileExists'],
      ['fail/a.txt', 'fail/dir', 'overwrite', 409, 'SameNameDirectoryOrFileExists'],
      ['fail/dir', 'fail/a.txt', undefined, 409, 'SameNameDirectoryOrFileExists'],
      ['fail/dir', 'fail/other', 'overwrite', 400, 'InvalidConflictResolutionStrategy'],
      ['fail/a.txt', 'fail/missing/a.txt', undefined, 404, 'DirectoryNotFound'],
    ] as const
    const sent = items.map(([from, to, conflictResolutionStrategy]) => ({
      [name]: from,
      to,
      ...(conflictResolutionStrategy === undefined ? {} : { conflictResolutionStrategy }),
    }))
    const got = (await results(207, kind, sent)).map(({ status, code }) => [status, code])
    assert.deepEqual(
      got,
      items.map(([, , , status, code]) => [status, code]),
    )
  }
  await failures('copy', 'copyFrom')
  await failures('move', 'from')
  shows('tencent-smh', 'batch failure of an item')
  assert.deepEqual(await tree.names('fail'), ['dir', 'a.txt', 'b.txt'])
  const into = { from: 'fail/dir', to: 'fail/dir/new/inner/dir' }
  const [cycle] = await results(207, 'move', [into])
  assert.deepEqual([cycle?.status, cycle?.code], [400, 'SourceDirectoryIsParentOfDestination'])
  shows('tencent-smh', 'SourceDirectoryIsParentOfDestination')
  assert.deepEqual(await tree.names('fail/dir'), ['inner'])
})

test('a batch may copy a directory into itself as it was before', async () => {
  await tree.makeDirectory('self/inner')
  await results(200, 'copy', [{ copyFrom: 'self', to: 'self/copy' }])
  assert.deepEqual(await tree.names('self'), ['copy', 'inner'])
  assert.deepEqual(await tree.names('self/copy'), ['inner'])
  shows('tencent-smh', 'batch copy into itself')
})

test('a batch copies and moves from another space that the token is for', async () => {
  const library = 'spaces'
  const admin = await rig.token('admin', { library })
  for (const space_id of ['batch-a', 'batch-b', 'batch-c']) {
    await rig.expect(201, 'POST', `space/${spaces.id}`, { access_token: admin, space_id })
  }
  const other = await treeOf(rig, library, { space: 'batch-a', token: admin })
  await other.makeDirectory('dir/inner')
  const bytes = Buffer.from('from a')
  await rig.upload('dir/f.txt', bytes, { library, space: 'batch-a' })
  await rig.upload('g.txt', bytes, { library, space: 'batch-a' })
  const here = await treeOf(rig, library, { space: 'batch-b', token: admin })
  await results(
    200,
    'copy',
    [
      { copyFrom: 'dir', copyFromSpaceId: 'batch-a', to: 'copied' },
      { copyFrom: 'g.txt', copyFromSpaceId: 'batch-a', copyFromLibraryId: spaces.id, to: 'g.txt' },
    ],
    here,
  )
  assert.deepEqual(await here.names('copied'), ['inner', 'f.txt'])
  const copy = await rig.download('copied/f.txt', { library, space: 'batch-b' })
  assert.deepEqual(copy, bytes)
  await results(200, 'move', [{ from: 'g.txt', fromSpaceId: 'batch-a', to: 'moved.txt' }], here)
  assert.deepEqual(await other.names(''), ['dir'])
  shows('tencent-smh', 'batch.copyFromSpaceId, batch.fromSpaceId')
  const refused = await results(
    207,
    'move',
    [
      { from: 'dir', fromSpaceId: 'batch-a', to: 'dir' },
      { from: 'x', fromSpaceId: 'no-such-space', to: 'x' },
    ],
    here,
  )
  assert.deepEqual(
    refused.map(({ code }) => code),
    ['InvalidSourceDirectory', 'SpaceNotFound'],
  )
  const query = { space_id: 'batch-b' }
  const token = await rig.token('space_admin', { library, query })
  const bound = await treeOf(rig, library, { space: 'batch-b', token })
  const [strange] = await results(
    207,
    'copy',
    [{ copyFrom: 'dir', copyFromSpaceId: 'batch-a', to: 'stolen' }],
    bound,
  )
  assert.deepEqual([strange?.status, strange?.code], [403, 'AccessTokenNotMatchSpace'])
})

test('a batch has 1 to 1000 items, of the shape of its kind', async () => {
  for (const kind of ['delete', 'copy', 'move'] as const) {
    assertFailure(await send(kind, []), 400, 'NoItemsProvided')
    assertFailure(await send(kind, {}), 400, 'NoItemsProvided')
    assertFailure(await send(kind, undefined), 400, 'NoItemsProvided')
    assertFailure(await send(kind, { path: 'x' }), 400, 'ParamInvalid')
    assertFailure(await send(kind, ['x']), 400, 'ParamInvalid')
    assertFailure(await send(kind, [[]]), 400, 'ParamInvalid')
    assertFailure(await send(kind, [{}]), 400, 'ParamInvalid')
    const item = { path: 'x', from: 'x', copyFrom: 'x', to: 'y' }
    const many = Array.from({ length: 1001 }, () => item)
    assertFailure(await send(kind, many), 400, 'TooManyItems')
    assert.equal((await send(kind, many.slice(1))).status, 202)
  }
  shows('tencent-smh', 'batch items', 'NoItemsProvided, TooManyItems')
  const access_token = tree.token
  const path = `batch/${tree.base}`
  assertFailure(await rig.call('POST', path, { access_token }, { json: [] }), 400, 'ParamInvalid')
  const both = { access_token, copy: null, move: null }
  assertFailure(await rig.call('POST', path, both, { json: [] }), 400, 'ParamInvalid')
  assertFailure(await rig.call('POST', path, { access_token, copy: null }, { raw: '[' }), 400, 'BadRequest')
})

test('a batch with one bad item changes nothing', async () => {
  await tree.makeVirtual('untouched')
  const bad: readonly (readonly [Kind, Result, number, string])[] = [
    ['delete', { path: '' }, 400, 'EmptyPath'],
    ['delete', { path: '/' }, 400, 'EmptyPath'],
    ['delete', { path: 5 }, 400, 'ParamInvalid'],
    ['delete', { path: 'a', permanent: 'yes' }, 400, 'ParamInvalid'],
    ['delete', { path: 'a/../b' }, 400, 'IllegalFileName'],
    ['delete', { path: 'x'.repeat(256) }, 400, 'DirectoryNameLengthExceed'],
    ['move', { from: 'a' }, 400, 'ParamInvalid'],
    ['move', { from: 'a', to: 'b:c' }, 400, 'IllegalFileName'],
    [
      'copy',
      { copyFrom: 'a', to: 'b', conflictResolutionStrategy: 'x' },
      400,
      'InvalidConflictResolutionStrategy',
    ],
    ['copy', { copyFrom: 'a', to: 'b', copyFromLibraryId: 'x' }, 403, 'AccessTokenNotMatchLibrary'],
  ]
  for (const [kind, item, status, code] of bad) {
    const good = { path: 'untouched', from: 'untouched', copyFrom: 'untouched', to: 'touched' }
    assertFailure(await send(kind, [good, item]), status, code)
  }
  assert.equal((await tree.info('untouched')).type, 'virtual')
  assert.equal((await tree.names('')).includes('touched'), false)
  shows('tencent-smh', 'EmptyPath, IllegalFileName and others of items')
})

test('each item of a batch takes the grant of its own kind', async () => {
  await tree.makeDirectory('grants/dir')
  await upload('grants/f')
  const file = { path: 'grants/f', from: 'grants/f', copyFrom: 'grants/f', to: 'grants/f2' }
  const directory = { path: 'grants/dir', from: 'grants/dir', copyFrom: 'grants/dir', to: 'grants/d2' }
  const cases: readonly (readonly [Kind, Result, string])[] = [
    ['delete', { ...file }, 'delete_file'],
    ['delete', { ...file, permanent: true }, 'delete_file_permanent'],
    ['delete', { ...directory }, 'delete_directory'],
    ['delete', { ...directory, permanent: true }, 'delete_directory_permanent'],
    ['copy', { ...file }, 'copy_file'],
    ['copy', { ...file, conflictResolutionStrategy: 'overwrite' }, 'copy_file_force'],
    ['copy', { ...directory }, 'copy_directory'],
    ['move', { ...file }, 'move_file'],
    ['move', { ...file, conflictResolutionStrategy: 'overwrite' }, 'move_file_force'],
    ['move', { ...directory }, 'move_directory'],
  ]
  const grants = cases.map(([, , grant]) => grant)
  const outcome = async (kind: Kind, item: Result, grant: string) => {
    const answer = await send(kind, [item], tree, await rig.token(grant))
    const [result] = (answer.body?.result ?? []) as readonly Result[]
    return [answer.status, result?.status, result?.code]
  }
  for (const [kind, item, grant] of cases) {
    // The force grants permit what the plain ones do, and no more than their own kind.
    const insufficient = grants.filter((each) => each !== grant && each !== `${grant}_force`)
    const refused = await outcome(kind, item, insufficient.join(','))
    assert.deepEqual(refused, [207, 403, 'NoPermission'], grant)
  }
  assert.deepEqual(await tree.names('grants'), ['dir', 'f'])
  for (const [kind, item, grant] of cases) {
    if (kind === 'delete') continue
    assert.equal((await outcome(kind, item, grant))[0], 200, grant)
    const restored = kind === 'move' ? [{ from: item.to, to: item.from }] : [{ path: item.to }]
    await results(200, kind === 'move' ? 'move' : 'delete', restored)
  }
  for (const [kind, item, grant] of cases.filter(([each]) => each === 'delete')) {
    assert.equal((await outcome(kind, item, grant))[0], 200, grant)
    if (item.path === file.path) await upload('grants/f')
    else await tree.makeDirectory('grants/dir')
  }
  shows(
    'tencent-smh',
    'delete_file, delete_file_permanent, delete_directory, delete_directory_permanent, copy_file, copy_file_force, copy_directory, move_file, move_file_force, move_directory',
  )
})
