import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { assertFailure, type Body, LIBRARIES, type Params, type Rig, startRig } from './rig.ts'
import { treeOf } from './tree.ts'

const { file, spaces } = LIBRARIES

let rig: Rig
let admin: string
before(async () => {
  rig = await startRig()
  admin = await rig.token('admin', { library: 'spaces' })
})
after(() => rig.stop())

const quotas = `quota/${spaces.id}`
const call = (method: string, path: string, json?: unknown, query: Params = {}) =>
  rig.call(method, path, { access_token: admin, ...query }, { json })
const get = (path: string): Promise<Body> => rig.expect(200, 'GET', path, { access_token: admin })

async function make(...names: readonly string[]): Promise<void> {
  for (const space_id of names) {
    await rig.expect(201, 'POST', `space/${spaces.id}`, { access_token: admin, space_id })
  }
}

async function create(space: string | readonly string[], capacity: string): Promise<number> {
  const list = typeof space === 'string' ? [space] : space
  const { status, body, bytes } = await call('POST', quotas, { spaces: list, capacity })
  assert.equal(status, 201, bytes.toString())
  assert.deepEqual(Object.keys(body ?? {}), ['quotaId'])
  assert.ok(Number.isSafeInteger(body?.quotaId))
  return Number(body?.quotaId)
}

test('a quota is made for a space, and told by the space and by its own id', async () => {
  await make('quota-one')
  const id = await create('quota-one', '1000')
  assert.deepEqual(await get(`${quotas}/quota-one`), { id, capacity: '1000' })
  assert.deepEqual(await get(`${quotas}/${id}`), { id, spaces: ['quota-one'], capacity: '1000' })
  shows('tencent-smh', 'POST /quota/{L}', 'GET /quota/{L}/{S}, /quota/{L}/{QuotaId}')
})

test('a quota of a library with one space needs no spaces', async () => {
  const access_token = await rig.token()
  const path = `quota/${file.id}`
  const json = { capacity: 5000, removeWhenExceed: false }
  const { quotaId } = await rig.expect(201, 'POST', path, { access_token }, { json })
  assert.deepEqual(await rig.expect(200, 'GET', `${path}/-`, { access_token }), {
    id: quotaId,
    capacity: '5000',
  })
  assert.deepEqual(await rig.expect(200, 'GET', `${path}/${quotaId}`, { access_token }), {
    id: quotaId,
    spaces: ['-'],
    capacity: '5000',
    removeWhenExceed: false,
  })
  shows('tencent-smh', 'quota.spaces, one space')
})

test('several spaces share a quota', async () => {
  await make('share-a', 'share-b')
  const id = await create(['share-a', 'share-b'], '100')
  for (const space of ['share-a', 'share-b']) assert.equal((await get(`${quotas}/${space}`)).id, id)
  await rig.upload('f', Buffer.alloc(60), { library: 'spaces', space: 'share-a' })
  const { bytes } = await call('GET', `usage/${spaces.id}/share-a,share-b`)
  const usage = JSON.parse(bytes.toString()).map((each: Body) => [
    each.capacity,
    each.availableSpace,
    each.size,
  ])
  assert.deepEqual(usage, [
    ['100', '40', '60'],
    ['100', '40', '0'],
  ])
  shows('tencent-smh', 'quota.spaces')
})

test('a start that has no room under the quota is refused, and one that has is not', async () => {
  await make('full')
  await create('full', '100')
  const start = (filesize: number) => call('PUT', `file/${spaces.id}/full/f.bin`, undefined, { filesize })
  assertFailure(await start(101), 400, 'QuotaLimitReached')
  const { status, body } = await start(100)
  assert.equal(status, 201)
  const waiting = `file/${spaces.id}/full/${body?.confirmKey}`
  await rig.expect(204, 'DELETE', waiting, { access_token: admin, upload: null })
  await rig.upload('a.bin', Buffer.alloc(70), { library: 'spaces', space: 'full' })
  assertFailure(await start(31), 400, 'QuotaLimitReached')
  shows('tencent-smh', 'QuotaLimitReached')
  const tree = await treeOf(rig, 'spaces', { space: 'full', token: admin })
  const copied = await tree.file(400, 'PUT', 'b.bin', {}, { copyFrom: 'a.bin' })
  assert.equal(copied.code, 'QuotaLimitReached')
})

test('a quota is changed by the space and by its own id', async () => {
  await make('changed')
  const id = await create('changed', '1000')
  const put = (target: string | number, json: unknown) => call('PUT', `${quotas}/${target}`, json)
  assert.equal((await put('changed', { capacity: '2000' })).status, 204)
  assert.equal((await get(`${quotas}/changed`)).capacity, '2000')
  assert.equal((await put(id, { capacity: 3000 })).status, 204)
  assert.equal((await get(`${quotas}/changed`)).capacity, '3000')
  assert.equal((await put(id, { removeAfterDays: 3, removeNewest: true })).status, 204)
  assert.deepEqual(await get(`${quotas}/${id}`), {
    id,
    spaces: ['changed'],
    capacity: '3000',
    removeAfterDays: 3,
    removeNewest: true,
  })
  shows('tencent-smh', 'PUT /quota/{L}/{S}, /quota/{L}/{QuotaId}')
  assertFailure(await put(id, {}), 400, 'QuotaCapacityRequired')
})

test('a space that has a quota gets no second one', async () => {
  await make('single', 'free')
  await create('single', '1000')
  for (const list of [['single'], ['free', 'single']]) {
    assertFailure(await call('POST', quotas, { spaces: list, capacity: '1' }), 409, 'DuplicateQuota')
  }
  shows('tencent-smh', 'DuplicateQuota')
  assertFailure(await call('GET', `${quotas}/free`), 404, 'NoQuota')
})

test('a capacity below what is stored is refused', async () => {
  await make('stored')
  await rig.upload('f', Buffer.alloc(50), { library: 'spaces', space: 'stored' })
  const json = { spaces: ['stored'], capacity: '49' }
  assertFailure(await call('POST', quotas, json), 400, 'QuotaCapacityLessThanSize')
  await create('stored', '50')
  assertFailure(await call('PUT', `${quotas}/stored`, { capacity: '49' }), 400, 'QuotaCapacityLessThanSize')
  shows('tencent-smh', 'QuotaCapacityLessThanSize')
})

test('a quota takes a capacity, and spaces that there are', async () => {
  await make('valid')
  const post = (json: unknown) => call('POST', quotas, json)
  assertFailure(await post({ spaces: ['valid'] }), 400, 'QuotaCapacityRequired')
  for (const capacity of ['-1', 'x', 1.5, -1, true, '9'.repeat(17)]) {
    assertFailure(await post({ spaces: ['valid'], capacity }), 400, 'ParamInvalid')
  }
  for (const list of [[], undefined, 'valid', [1], ['valid', 'no-such-space'], ['-']]) {
    assertFailure(await post({ spaces: list, capacity: '1' }), 400, 'QuotaSpacesInvalid')
  }
  assertFailure(await call('GET', `${quotas}/valid`), 404, 'NoQuota')
  assert.equal((await post({ spaces: ['valid'], capacity: 5 })).status, 201)
  assert.equal((await call('PUT', `${quotas}/valid`, { capacity: '6' })).status, 204)
  shows('tencent-smh', 'quota.capacity')
  const access_token = await rig.token()
  const json = { capacity: '1', spaces: ['other'] }
  const answer = await rig.call('POST', `quota/${file.id}`, { access_token }, { json })
  assertFailure(answer, 400, 'QuotaSpacesInvalid')
  shows('tencent-smh', 'QuotaCapacityRequired, QuotaSpacesInvalid')
})

test('removing files that exceed a quota is not offered', async () => {
  await make('removing')
  const json = { spaces: ['removing'], capacity: '1', removeWhenExceed: true, removeAfterDays: 1 }
  assertFailure(await call('POST', quotas, json), 400, 'FunctionNotEnabled')
  assertFailure(await call('GET', `${quotas}/removing`), 404, 'NoQuota')
  shows('tencent-smh', 'quota.removeWhenExceed')
})

test('a quota that there is not is told, and so is a space', async () => {
  for (const method of ['GET', 'PUT']) {
    const json = method === 'PUT' ? { capacity: '1' } : undefined
    assertFailure(await call(method, `${quotas}/999999999`, json), 404, 'QuotaNotFound')
    assertFailure(await call(method, `${quotas}/no-such-space`, json), 404, 'SpaceNotFound')
  }
  shows('tencent-smh', 'QuotaNotFound')
})

test('a space whose id is a number is taken before a quota of that number', async () => {
  await make('holder', '987654')
  await create('holder', '10')
  const id = await create('987654', '20')
  assert.deepEqual(await get(`${quotas}/987654`), { id, capacity: '20' })
  shows('tencent-smh', 'quota, number as a space id')
})

test('a space’s quota is told with what is left of it', async () => {
  await make('left')
  const path = `space-quota/${spaces.id}/left`
  assertFailure(await call('GET', path), 404, 'NoQuota')
  shows('tencent-smh', 'NoQuota')
  const id = await create('left', '100')
  await rig.upload('f', Buffer.alloc(25), { library: 'spaces', space: 'left' })
  assert.deepEqual(await get(path), {
    id,
    spaces: ['left'],
    capacity: '100',
    size: '25',
    availableSpace: '75',
  })
  shows('tencent-smh', 'GET /space-quota/{L}/{S}')
})

test('quotas are made, changed and told by their ids for admins only', async () => {
  await make('guarded', 'unguarded')
  const id = await create('guarded', '100')
  const query = { space_id: 'guarded' }
  const access_token = await rig.token('space_admin,create_space', { library: 'spaces', query })
  const refused: readonly (readonly [string, string, unknown])[] = [
    ['POST', quotas, { spaces: ['guarded'], capacity: '1' }],
    ['PUT', `${quotas}/guarded`, { capacity: '1' }],
    ['PUT', `${quotas}/${id}`, { capacity: '1' }],
    ['GET', `${quotas}/${id}`, undefined],
  ]
  for (const [method, path, json] of refused) {
    assertFailure(await call(method, path, json, { access_token }), 403, 'NoPermission')
  }
  shows('tencent-smh', 'admin')
  assert.equal((await call('GET', `${quotas}/guarded`, undefined, { access_token })).status, 200)
  assertFailure(
    await call('GET', `${quotas}/unguarded`, undefined, { access_token }),
    403,
    'AccessTokenNotMatchSpace',
  )
})
