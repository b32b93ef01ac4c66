import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { libraryCredential } from '../../../src/dialects/tencent-smh/credentials.ts'
import {
  assertCosFailure,
  assertFailure,
  type Body,
  LIBRARIES,
  type Params,
  type Rig,
  type SmhAnswer,
  startRig,
} from './rig.ts'
import { treeOf } from './tree.ts'
import { bytesOf, callsOf, filesOf, MIB } from './upload-calls.ts'

const { id: library } = LIBRARIES.spaces

/** A space that is deleted, and later ones of its id. */
let rig: Rig
let admin: string
before(async () => {
  rig = await startRig()
  admin = await rig.token('admin', { library: 'spaces' })
})
after(() => rig.stop())

const make = (space_id: string): Promise<Body> =>
  rig.expect(201, 'POST', `space/${library}`, { access_token: admin, space_id })
const remove = (space: string): Promise<Body> =>
  rig.expect(204, 'DELETE', `space/${library}/${space}`, { access_token: admin, force: 1 })
const tokenFor = (space_id: string): Promise<string> =>
  rig.token('admin', { library: 'spaces', query: { space_id } })
const get = (path: string, access_token: string, query: Params = {}): Promise<SmhAnswer> =>
  rig.call('GET', path, { access_token, ...query })

test('a token of a deleted space does not lead into a later one of the same id', async () => {
  await make('again')
  await make('beside')
  const old = await tokenFor('again,beside')
  await remove('again')
  assertFailure(await get(`directory/${library}/again`, old), 404, 'SpaceNotFound')
  await make('again')
  const tree = await treeOf(rig, 'spaces', { space: 'again', token: await tokenFor('again') })
  await tree.makeVirtual('secret')
  const quota = { spaces: ['again'], capacity: '1000' }
  await rig.expect(201, 'POST', `quota/${library}`, { access_token: admin }, { json: quota })

  for (const path of ['directory', 'space'].map((area) => `${area}/${library}/again`)) {
    const to = path.startsWith('space') ? `${path}/size` : path
    assertFailure(await get(to, old), 403, 'AccessTokenNotMatchSpace')
  }
  assertFailure(await get(`usage/${library}/again`, old), 403, 'AccessTokenNotMatchSpace')
  assertFailure(await get(`quota/${library}/again`, old), 403, 'AccessTokenNotMatchSpace')
  const json = [{ copyFrom: 'secret', copyFromSpaceId: 'again', to: 'stolen' }]
  const query = { copy: null, access_token: old }
  const { result } = await rig.expect(207, 'POST', `batch/${library}/beside`, query, { json })
  const [item] = result as readonly Body[]
  assert.deepEqual([item?.status, item?.code], [403, 'AccessTokenNotMatchSpace'])
  assert.equal((await get(`directory/${library}/beside`, old)).status, 200)
  assert.equal((await get(`directory/${library}/again`, tree.token)).status, 200)
})

test('an upload of a deleted space takes no bytes, and is not found in a later space of the same id', async () => {
  await make('upload')
  const calls = callsOf(rig, admin, filesOf('spaces', 'upload'))
  const task = await calls.begin('multipart', 'file.bin')
  const simple = await calls.begin('simple', 'file.txt')
  const form = await calls.begin('form', 'file.png')
  assert.equal((await rig.putPart(task, 1, bytesOf(MIB))).status, 200)
  const refused = async () => {
    assertCosFailure(await rig.putPart(task, 2, bytesOf(MIB)), 404, 'NoSuchUpload')
    assertCosFailure(await rig.put(simple, Buffer.from('late')), 404, 'NoSuchUpload')
  }
  await remove('upload')
  await refused()
  await make('upload')
  await refused()
  for (const { confirmKey } of [task, simple, form]) {
    assertFailure(await calls.status(confirmKey), 404, 'UploadNotFound')
    assertFailure(await calls.renew(confirmKey), 404, 'UploadNotFound')
    assertFailure(await calls.confirm(confirmKey), 404, 'UploadNotFound')
    assertFailure(await calls.abort(confirmKey), 404, 'UploadNotFound')
  }
})

test('a batch of a deleted space does nothing in a later space of the same id, and is not told there', async () => {
  await make('batch')
  const tree = await treeOf(rig, 'spaces', { space: 'batch', token: admin })
  await tree.makeVirtual('kept')
  const json = Array.from({ length: 101 }, (_, at) => ({ path: at === 0 ? 'kept' : `none-${at}` }))
  const query = { delete: null, access_token: admin }
  const { accounts, core, facts } = rig.server.engine
  const now = rig.clock.now()
  const { taskId } = await rig.expect(202, 'POST', `batch/${library}/batch`, query, { json })
  const topics = ['tencent-smh.work']
  await facts.leaseTasks({ topics, now, leaseUntil: now + 600_000, limit: 10 })
  await remove('batch')
  await make('batch')
  await tree.makeVirtual('kept')
  rig.clock.advance(601_000)
  await rig.server.jobs.runAll()
  assert.deepEqual(await tree.names(''), ['kept'])
  const told = await get(`task/${library}/batch/${taskId}`, admin)
  assert.deepEqual(JSON.parse(told.bytes.toString()), [])
  const path = `task-result/${library}/batch/${taskId}`
  assertFailure(await get(path, admin), 404, 'TaskNotFound')
  const account = accounts.find(libraryCredential, library)?.account.id ?? assert.fail()
  const [task] = await core.tasks.find({ account, scope: null, ids: [Number(taskId)] })
  assert.equal(task?.state, 'done')
})
