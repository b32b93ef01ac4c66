import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { sendWire } from '../../support/volcengine.ts'
import { assertFailure, type Body, LIBRARIES, type Params, type Rig, startRig } from './rig.ts'
import { type Tree, treeOf } from './tree.ts'

const { file, plain, spaces } = LIBRARIES
const DAY_MS = 24 * 3600_000

let rig: Rig
let tree: Tree
before(async () => {
  rig = await startRig()
  tree = await treeOf(rig)
})
after(() => rig.stop())

interface Recycled extends Body {
  readonly recycledItemId: number
  readonly name: string
}

const bin = `recycled/${file.id}/-`
const call = (method: string, path: string, query: Params = {}, json?: unknown) =>
  rig.call(method, `${bin}${path}`, { access_token: tree.token, ...query }, { json })
const expect = (status: number, method: string, path: string, query: Params = {}, json?: unknown) =>
  rig.expect(status, method, `${bin}${path}`, { access_token: tree.token, ...query }, { json })

async function list(query: Params = {}): Promise<Body & { readonly contents: readonly Recycled[] }> {
  const body = await expect(200, 'GET', '', query)
  assert.ok(Array.isArray(body.contents))
  return body as Body & { readonly contents: readonly Recycled[] }
}
const names = async (query: Params = {}): Promise<readonly string[]> =>
  (await list(query)).contents.map(({ name }) => name)

const upload = (path: string, text = path): Promise<Body> => rig.upload(path, Buffer.from(text))
/** Deletes a file into the bin; its id there. */
const recycle = async (path: string): Promise<number> =>
  Number((await tree.file(200, 'DELETE', path)).recycledItemId)
const recycleDirectory = async (path: string): Promise<number> =>
  Number((await tree.directory(200, 'DELETE', path)).recycledItemId)
const empty = (): Promise<Body> => expect(204, 'DELETE', '')
const textOf = async (path: string): Promise<string | undefined> => (await rig.download(path))?.toString()

test('what is deleted lies in the bin with all that the vendor tells of it', async () => {
  await empty()
  await tree.makeDirectory('told/inner')
  const { crc64 } = await upload('told/inner/a.docx', '123456789')
  const id = await recycle('told/inner/a.docx')
  const { contents, nextMarker } = await list()
  assert.equal(nextMarker, undefined)
  const [{ creationTime, modificationTime, removalTime, ...rest } = {} as Recycled] = contents
  assert.deepEqual(rest, {
    recycledItemId: id,
    name: 'a.docx',
    type: 'file',
    spaceId: '-',
    originalPath: ['told', 'inner', 'a.docx'],
    size: '9',
    remainingTime: 10_000,
    fileType: 'word',
    previewByDoc: false,
    previewByCI: false,
    previewAsIcon: false,
    crc64,
  })
  for (const time of [creationTime, modificationTime, removalTime]) {
    assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  }
  assert.equal(typeof id, 'number')
  shows('tencent-smh', 'recycled item')
})

test('a directory lies in the bin as one item', async () => {
  await empty()
  await tree.makeDirectory('whole/inner')
  await upload('whole/inner/a.txt')
  const id = await recycleDirectory('whole')
  const { contents } = await list()
  assert.deepEqual(
    contents.map(({ recycledItemId, name, type, originalPath }) => [
      recycledItemId,
      name,
      type,
      originalPath,
    ]),
    [[id, 'whole', 'dir', ['whole']]],
  )
  shows('tencent-smh', 'recycled directory')
  assert.equal(await rig.download('whole/inner/a.txt'), null)
})

test('the bin is listed in every order, page by page with markers', async () => {
  await empty()
  for (const [name, size] of [
    ['b', 3],
    ['c', 1],
    ['a', 2],
  ] as const) {
    await upload(`order-${name}`, 'x'.repeat(size))
    rig.clock.advance(1000)
  }
  for (const name of ['c', 'b', 'a']) {
    await recycle(`order-${name}`)
    rig.clock.advance(1000)
  }
  const orders: readonly (readonly [Params, string])[] = [
    [{}, 'abc'],
    [{ order_by: 'name' }, 'abc'],
    [{ order_by: 'name', order_by_type: 'desc' }, 'cba'],
    [{ order_by: 'modificationTime' }, 'bca'],
    [{ order_by: 'size' }, 'cab'],
    [{ order_by: 'size', order_by_type: 'desc' }, 'bac'],
    [{ order_by: 'removalTime' }, 'cba'],
    [{ order_by: 'remainingTime' }, 'cba'],
    [{ orderBy: 'remainingTime', orderByType: 'desc' }, 'abc'],
  ]
  for (const [query, expected] of orders) {
    const wanted = [...expected].map((name) => `order-${name}`)
    assert.deepEqual(await names(query), wanted, JSON.stringify(query))
    const first = await list({ ...query, limit: 2 })
    const rest = await list({ ...query, limit: 2, marker: String(first.nextMarker) })
    assert.equal(rest.nextMarker, undefined)
    const paged = [...first.contents, ...rest.contents].map(({ name }) => name)
    assert.deepEqual(paged, wanted, `pages of ${JSON.stringify(query)}`)
  }
  shows('tencent-smh', 'GET /recycled/{L}/{S}')
})

test('the bin is listed by pages with the number of all items', async () => {
  await empty()
  for (const name of ['a', 'b', 'c']) {
    await tree.makeVirtual(`page-${name}`)
    await recycle(`page-${name}`)
  }
  const page = async (number: number) => {
    const body = await list({ 'by-page': 1, page: number, page_size: 2, order_by: 'name' })
    assert.equal(body.nextMarker, undefined)
    return [body.totalNum, body.contents.map(({ name }) => name)]
  }
  assert.deepEqual(await page(1), [3, ['page-a', 'page-b']])
  assert.deepEqual(await page(2), [3, ['page-c']])
  assert.deepEqual(await page(3), [3, []])
  shows('tencent-smh', 'GET /recycled/{L}/{S} page')
})

test('a list of the bin refuses what is no order, marker or page', async () => {
  assertFailure(await call('GET', '', { order_by: 'colour' }), 400, 'OrderByNotAllowed')
  assertFailure(await call('GET', '', { order_by_type: 'up' }), 400, 'OrderByTypeNotAllowed')
  assertFailure(await call('GET', '', { page: 0 }), 400, 'ParamInvalid')
  assertFailure(await call('GET', '', { page: 200, page_size: 100 }), 400, 'ParamInvalid')
  assertFailure(await call('GET', '', { limit: 0 }), 400, 'ParamInvalid')
  const other = Buffer.from(JSON.stringify(['size', false, 5, 1])).toString('base64url')
  const turned = Buffer.from(JSON.stringify(['name', true, 'a', 1])).toString('base64url')
  for (const marker of ['x', '!!', 'W10', other, turned]) {
    assertFailure(await call('GET', '', { marker, order_by: 'name' }), 400, 'MarkerInvalid')
  }
  shows('tencent-smh', 'OrderByNotAllowed, OrderByTypeNotAllowed, MarkerInvalid')
})

test('the info of an item in the bin has a link that really leads to its bytes', async () => {
  await upload('linked.txt', 'the bytes')
  const id = await recycle('linked.txt')
  const info = await expect(200, 'GET', `/${id}`, { info: null })
  assert.deepEqual([info.type, info.size, info.fileType], ['file', '9', 'text'])
  assert.match(String(info.eTag), /^".+"$/)
  assert.deepEqual(info.availableCosUrls, [info.cosUrl])
  const livesMs = Date.parse(String(info.cosUrlExpiration)) - rig.clock.now()
  assert.ok(Math.abs(livesMs - 7200_000) < 5000, `${livesMs}`)
  const { status, bytes } = await sendWire(String(info.cosUrl), { method: 'GET' })
  assert.deepEqual([status, bytes.toString()], [200, 'the bytes'])
  shows('tencent-smh', 'GET /recycled/{L}/{S}/{id}?info')
})

test('the info of a directory in the bin has no link, and a preview is left out', async () => {
  await tree.makeDirectory('binned')
  const id = await recycleDirectory('binned')
  const info = await expect(200, 'GET', `/${id}`, { info: null })
  assert.deepEqual([info.type, info.name, info.cosUrl], ['dir', 'binned', undefined])
  shows('tencent-smh', 'recycled directory info')
  assertFailure(await call('GET', `/${id}`, { preview: null }), 400, 'FunctionNotEnabled')
})

test('an item is restored to where it was', async () => {
  await tree.makeDirectory('back/inner')
  await upload('back/inner/a.txt', 'again')
  const id = await recycle('back/inner/a.txt')
  const { path } = await expect(200, 'POST', `/${id}`, { restore: null })
  assert.deepEqual(path, ['back', 'inner', 'a.txt'])
  assert.equal(await textOf('back/inner/a.txt'), 'again')
  assertFailure(await call('POST', `/${id}`, { restore: null }), 404, 'RecycledItemNotFound')
  const whole = await recycleDirectory('back')
  assert.deepEqual((await expect(200, 'POST', `/${whole}`, { restore: 1 })).path, ['back'])
  assert.equal(await textOf('back/inner/a.txt'), 'again')
  shows('tencent-smh', 'POST /recycled/{L}/{S}/{id}?restore')
})

test('restoring follows the strategy where the name is taken', async () => {
  await tree.makeDirectory('taken')
  const recycled = async (text: string): Promise<number> => {
    await rig.upload('taken/a.txt', Buffer.from(text), {
      query: { conflict_resolution_strategy: 'overwrite' },
    })
    return recycle('taken/a.txt')
  }
  const [first, second] = [await recycled('first'), await recycled('second')]
  await upload('taken/a.txt', 'now')
  const restore = (id: number, strategy?: string) =>
    call('POST', `/${id}`, {
      restore: null,
      ...(strategy === undefined ? {} : { conflict_resolution_strategy: strategy }),
    })
  assertFailure(await restore(first), 409, 'SameNameDirectoryOrFileExists')
  assertFailure(await restore(first, 'ask'), 409, 'SameNameDirectoryOrFileExists')
  assertFailure(await restore(first, 'merge'), 400, 'InvalidConflictResolutionStrategy')
  const renamed = await restore(first, 'rename')
  assert.deepEqual(renamed.body?.path, ['taken', 'a (1).txt'])
  const replaced = await restore(second, 'overwrite')
  assert.deepEqual(replaced.body?.path, ['taken', 'a.txt'])
  assert.equal(await textOf('taken/a.txt'), 'second')
  assert.equal(await textOf('taken/a (1).txt'), 'first')
  shows('tencent-smh', 'recycled.restore.conflict_resolution_strategy')
})

test('a directory is never restored over something', async () => {
  await tree.makeDirectory('over')
  const id = await recycleDirectory('over')
  await tree.makeDirectory('over')
  const query = { restore: null, conflict_resolution_strategy: 'overwrite' }
  assertFailure(await call('POST', `/${id}`, query), 400, 'InvalidConflictResolutionStrategy')
  shows('tencent-smh', 'InvalidConflictResolutionStrategy')
})

test('an item whose directory is gone is restored to the root, if that is asked for', async () => {
  await tree.makeDirectory('gone')
  await upload('gone/orphan.txt')
  const id = await recycle('gone/orphan.txt')
  await recycleDirectory('gone')
  assertFailure(await call('POST', `/${id}`, { restore: null }), 404, 'DirectoryNotFound')
  const query = { restore: null, restore_path_strategy: 'originalPath' }
  assertFailure(await call('POST', `/${id}`, query), 404, 'DirectoryNotFound')
  assertFailure(await call('POST', `/${id}`, { ...query, restore_path_strategy: 'x' }), 400, 'ParamInvalid')
  const fallback = { ...query, restore_path_strategy: 'fallbackToRoot' }
  assert.deepEqual((await expect(200, 'POST', `/${id}`, fallback)).path, ['orphan.txt'])
  shows('tencent-smh', 'recycled.restore_path_strategy')
})

test('several items are restored, each with its own result', async () => {
  await tree.makeDirectory('many')
  const ids: number[] = []
  for (const name of ['a', 'b']) {
    await tree.makeVirtual(`many/${name}`)
    ids.push(await recycle(`many/${name}`))
  }
  await tree.makeVirtual('many/a')
  const all = await expect(200, 'POST', '', { restore: null }, ids)
  assert.deepEqual(all.result, [
    { recycledItemId: ids[0], status: 200, path: ['many', 'a (1)'] },
    { recycledItemId: ids[1], status: 200, path: ['many', 'b'] },
  ])
  const again = await recycle('many/b')
  const part = await expect(207, 'POST', '', { restore: null }, [again, 999_999_999])
  assert.ok(Array.isArray(part.result))
  const [good, bad] = part.result
  assert.deepEqual(good, { recycledItemId: again, status: 200, path: ['many', 'b'] })
  const { message, ...failure } = bad
  assert.deepEqual(failure, { recycledItemId: 999_999_999, status: 404, code: 'RecycledItemNotFound' })
  assert.equal(typeof message, 'string')
  shows('tencent-smh', 'POST /recycled/{L}/{S}?restore')
})

test('an item is deleted for good, and what is not there cannot be', async () => {
  await upload('for-good.txt')
  const id = await recycle('for-good.txt')
  await expect(204, 'DELETE', `/${id}`)
  assertFailure(await call('DELETE', `/${id}`), 404, 'RecycledItemNotFound')
  assertFailure(await call('GET', `/${id}`, { info: null }), 404, 'RecycledItemNotFound')
  shows('tencent-smh', 'DELETE /recycled/{L}/{S}/{id}')
  for (const wrong of ['0', '-1', 'x', '1e3', '99999999999999999999']) {
    assertFailure(await call('DELETE', `/${wrong}`), 404, 'RecycledItemNotFound')
    assertFailure(await call('POST', `/${wrong}`, { restore: null }), 404, 'RecycledItemNotFound')
  }
  shows('tencent-smh', 'RecycledItemNotFound')
})

test('several items are deleted for good, all or none', async () => {
  await empty()
  const ids: number[] = []
  for (const name of ['a', 'b', 'c']) {
    await tree.makeVirtual(`del-${name}`)
    ids.push(await recycle(`del-${name}`))
  }
  assertFailure(await call('POST', '', { delete: null }, [...ids, 999_999_999]), 404, 'RecycledItemNotFound')
  assert.equal((await list()).contents.length, 3)
  await expect(204, 'POST', '', { delete: null }, [ids[0], String(ids[1]), ids[0]])
  assert.deepEqual(await names(), ['del-c'])
  shows('tencent-smh', 'POST /recycled/{L}/{S}?delete')
})

test('lists of ids have 1 to 1000 numbers', async () => {
  for (const flag of ['restore', 'delete']) {
    const send = (json: unknown) => call('POST', '', { [flag]: null }, json)
    assertFailure(await send([]), 400, 'NoItemsProvided')
    assertFailure(await send({}), 400, 'NoItemsProvided')
    assertFailure(await send({ ids: [1] }), 400, 'ParamInvalid')
    assertFailure(await send(['a']), 400, 'ParamInvalid')
    assertFailure(await send([1.5]), 400, 'ParamInvalid')
    assertFailure(await send([null]), 400, 'ParamInvalid')
    const many = Array.from({ length: 1001 }, (_, at) => at + 1)
    assertFailure(await send(many), 400, 'TooManyItems')
  }
  const most = Array.from({ length: 1000 }, (_, at) => 900_000_000 + at)
  assertFailure(await call('POST', '', { delete: null }, most), 404, 'RecycledItemNotFound')
  shows('tencent-smh', 'recycled ids')
  assertFailure(await call('POST', '', {}, [1]), 400, 'ParamInvalid')
  assertFailure(await call('POST', '/1', {}, [1]), 400, 'ParamInvalid')
})

test('emptying the bin leaves nothing in it, and frees the room', async () => {
  await empty()
  const sizeOf = async () => {
    const { size } = await rig.expect(200, 'GET', `space/${file.id}/-/size`, { access_token: tree.token })
    return Number(size)
  }
  const before = await sizeOf()
  await tree.makeDirectory('emptied/inner')
  await upload('emptied/inner/a.txt', '12345')
  await recycleDirectory('emptied')
  assert.equal(await sizeOf(), before + 5)
  await empty()
  assert.deepEqual(await names(), [])
  await rig.server.jobs.runAll()
  assert.equal(await sizeOf(), before)
  shows('tencent-smh', 'DELETE /recycled/{L}/{S}')
  await empty()
})

test('a bin is its own space’s', async () => {
  const library = 'spaces'
  const admin = await rig.token('admin', { library })
  for (const space_id of ['bin-one', 'bin-two']) {
    await rig.expect(201, 'POST', `space/${spaces.id}`, { access_token: admin, space_id })
  }
  const one = await treeOf(rig, library, { space: 'bin-one', token: admin })
  await one.makeVirtual('f')
  const { recycledItemId } = await one.file(200, 'DELETE', 'f')
  const two = `recycled/${spaces.id}/bin-two`
  const query = { access_token: admin }
  assert.deepEqual((await rig.expect(200, 'GET', two, query)).contents, [])
  for (const [method, flag] of [
    ['GET', { info: null }],
    ['POST', { restore: null }],
    ['DELETE', {}],
  ] as const) {
    const answer = await rig.call(method, `${two}/${recycledItemId}`, { ...query, ...flag })
    assertFailure(answer, 404, 'RecycledItemNotFound')
  }
  const [item] = (await rig.expect(200, 'GET', `recycled/${spaces.id}/bin-one`, query))
    .contents as readonly Recycled[]
  assert.equal(item?.spaceId, 'bin-one')
  shows('tencent-smh', 'bins')
})

test('a library without a bin has no calls for it', async () => {
  const access_token = await rig.token('admin', { library: 'plain' })
  const path = `recycled/${plain.id}/-`
  for (const [method, target, query] of [
    ['GET', path, {}],
    ['DELETE', path, {}],
    ['POST', path, { restore: null }],
    ['POST', path, { delete: null }],
    ['POST', path, { lifecycle: null }],
    ['GET', `${path}/1`, { info: null }],
    ['POST', `${path}/1`, { restore: null }],
    ['DELETE', `${path}/1`, {}],
  ] as const) {
    const answer = await rig.call(method, target, { access_token, ...query }, { json: {} })
    assertFailure(answer, 400, 'RecycleBinNotEnabled')
  }
  shows('tencent-smh', 'RecycleBinNotEnabled')
})

test('restoring and deleting in the bin take their own grants', async () => {
  await tree.makeVirtual('granted')
  const id = await recycle('granted')
  const attempts: readonly (readonly [string, string, string, Params, unknown])[] = [
    ['restore_recycled', 'POST', `/${id}`, { restore: null }, undefined],
    ['restore_recycled', 'POST', '', { restore: null }, [999_999_999]],
    ['delete_recycled', 'DELETE', '/999999999', {}, undefined],
    ['delete_recycled', 'POST', '', { delete: null }, [999_999_999]],
    ['delete_recycled', 'DELETE', '', {}, undefined],
  ]
  for (const [grant, method, path, query, json] of attempts) {
    const others = ['', 'delete_file,delete_directory,upload_file_force', 'restore_recycled,delete_recycled']
    for (const other of others) {
      const given = other.replace(grant, 'read_only')
      const access_token = await rig.token(given)
      assertFailure(await call(method, path, { ...query, access_token }, json), 403, 'NoPermission')
    }
    for (const enough of [grant, 'space_admin']) {
      const access_token = await rig.token(enough)
      const { status } = await call(method, path, { ...query, access_token }, json)
      assert.ok([200, 204, 207, 404].includes(status), `${enough} ${method} ${path}: ${status}`)
    }
  }
  shows('tencent-smh', 'restore_recycled, delete_recycled')
})

test('the bin’s lifecycle is set by admins, once in ten minutes, and enforced', async () => {
  const own = await startRig()
  try {
    const plant = await treeOf(own)
    const set = (retentionDays: unknown, access_token = plant.token) =>
      own.call('POST', bin, { access_token, lifecycle: null }, { json: { retentionDays } })
    for (const days of [0, 10_001, 1.5, '30', -1, null, undefined]) {
      assertFailure(await set(days), 400, 'ParamInvalid')
    }
    assertFailure(await set(30, await own.token('space_admin')), 403, 'NoPermission')
    assert.equal((await set(30)).status, 204)
    assertFailure(await set(3), 403, 'SetRecycleLifecycleFrequencyLimit')
    own.clock.advance(9 * 60_000)
    assertFailure(await set(3), 403, 'SetRecycleLifecycleFrequencyLimit')
    shows('tencent-smh', 'SetRecycleLifecycleFrequencyLimit')
    own.clock.advance(2 * 60_000)
    assert.equal((await set(3)).status, 204)

    await plant.makeVirtual('old')
    await plant.file(200, 'DELETE', 'old')
    own.clock.advance(2 * DAY_MS)
    const access_token = await own.token()
    const remaining = async () => {
      const { contents } = await own.expect(200, 'GET', bin, { access_token, order_by: 'remainingTime' })
      return (contents as readonly Recycled[]).map(({ name, remainingTime }) => [name, remainingTime])
    }
    const later = await treeOf(own)
    await later.makeVirtual('new')
    await later.file(200, 'DELETE', 'new')
    assert.deepEqual(await remaining(), [
      ['old', 1],
      ['new', 3],
    ])
    await own.server.jobs.runAll()
    assert.equal((await remaining()).length, 2)
    own.clock.advance(1.1 * DAY_MS)
    await own.server.jobs.runAll()
    const token = await own.token()
    const left = await own.expect(200, 'GET', bin, { access_token: token })
    assert.deepEqual(
      (left.contents as readonly Recycled[]).map(({ name, remainingTime }) => [name, remainingTime]),
      [['new', 2]],
    )
  } finally {
    await own.stop()
  }
  shows('tencent-smh', 'POST /recycled/{L}/{S}?lifecycle')
})

test('a bin keeps things for ever where nobody says otherwise', async () => {
  const own = await startRig()
  try {
    const plant = await treeOf(own)
    await plant.makeVirtual('eternal')
    await plant.file(200, 'DELETE', 'eternal')
    own.clock.advance(20_000 * DAY_MS)
    await own.server.jobs.runAll()
    const { contents } = await own.expect(200, 'GET', bin, { access_token: await own.token() })
    assert.deepEqual(
      (contents as readonly Recycled[]).map(({ name, remainingTime }) => [name, remainingTime]),
      [['eternal', 10_000]],
    )
  } finally {
    await own.stop()
  }
  shows('tencent-smh', 'recycled, no retention')
})

test('the configuration says how long bins keep things where the library does not', async () => {
  const own = await startRig({ settings: { 'tencent_smh.recycle_days': '7' } })
  try {
    const plant = await treeOf(own)
    await plant.makeVirtual('weekly')
    await plant.file(200, 'DELETE', 'weekly')
    const items = async () => {
      const { contents } = await own.expect(200, 'GET', bin, { access_token: await own.token() })
      return (contents as readonly Recycled[]).map(({ remainingTime }) => remainingTime)
    }
    assert.deepEqual(await items(), [7])
    own.clock.advance(6.5 * DAY_MS)
    await own.server.jobs.runAll()
    assert.deepEqual(await items(), [1])
    own.clock.advance(DAY_MS)
    await own.server.jobs.runAll()
    assert.deepEqual(await items(), [])
  } finally {
    await own.stop()
  }
  shows('tencent-smh', 'recycled retention')
})
