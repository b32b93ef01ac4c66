import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { CoreError } from '../../../src/core/errors.ts'
import type { JsonObject } from '../../../src/core/model/json.ts'
import type { Task } from '../../../src/core/model/tasks.ts'
import type { EntryId } from '../../../src/core/model/trees.ts'
import { createTaskRunner } from '../../../src/dialects/tencent-smh/background/task-runner.ts'
import type { Work } from '../../../src/dialects/tencent-smh/background/work.ts'
import { libraryCredential } from '../../../src/dialects/tencent-smh/credentials.ts'
import { temporaryFolder } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import { turnOf } from '../../support/task-turn.ts'
import { assertFailure, LIBRARIES, type Params, type Rig, startRig } from './rig.ts'
import { type Tree, treeOf } from './tree.ts'

const { file, spaces } = LIBRARIES

let rig: Rig
let tree: Tree
let root: EntryId
before(async () => {
  rig = await startRig()
  tree = await treeOf(rig)
  await tree.list('')
  root = await rootOf(file.id, '-')
})
after(() => rig.stop())

interface TaskStatus {
  readonly [field: string]: unknown
  readonly id: number
  readonly taskId: number
  readonly status: number
}
interface Result {
  readonly [field: string]: unknown
}

async function rootOf(realm: string, volume: string): Promise<EntryId> {
  const { accounts, core } = rig.server.engine
  const account = accounts.find(libraryCredential, realm)?.account.id ?? assert.fail()
  return (await core.trees.findVolume({ account, realm, volume }))?.root ?? assert.fail(`no space ${volume}`)
}

const MANY = 101
const numbers = Array.from({ length: MANY }, (_, at) => at)

const send = (path: string, query: Params, json: unknown, of = tree) =>
  rig.call('POST', `${path}/${of.base}`, { ...query, access_token: of.token }, { json })

async function taskIdOf(answer: ReturnType<typeof send>): Promise<number> {
  const { status, body, bytes } = await answer
  assert.equal(status, 202, bytes.toString())
  assert.deepEqual(Object.keys(body ?? {}), ['taskId'])
  assert.ok(Number.isSafeInteger(body?.taskId))
  return Number(body?.taskId)
}

async function statuses(path: string, access_token = tree.token): Promise<readonly TaskStatus[]> {
  const { status, bytes } = await rig.call('GET', `task/${path}`, { access_token })
  assert.equal(status, 200, bytes.toString())
  return JSON.parse(bytes.toString()) as readonly TaskStatus[]
}

/** How a task ends. */
async function endOf(id: number, of = tree): Promise<TaskStatus> {
  await rig.server.jobs.runAll()
  const [status] = await statuses(`${of.base}/${id}`, of.token)
  return status ?? assert.fail('there is no such task')
}

/** Makes `count` virtual files in a new directory, without the way over HTTP. */
async function fill(directory: string, count: number): Promise<void> {
  const { accounts, core } = rig.server.engine
  const account = accounts.find(libraryCredential, file.id)?.account.id ?? assert.fail()
  const volume = { account, realm: file.id, volume: '-' }
  const traits = { attributes: {}, localCreatedAt: null, localModifiedAt: null }
  const path = directory.split('/')
  const parent = await core.trees.makeDirectory({ volume, path, conflict: 'fail', traits })
  const what = { kind: 'virtual', size: 1, contentType: null } as const
  await Promise.all(
    Array.from({ length: count }, (_, at) =>
      core.trees.putEntry({
        ...{ volume, traits, what, conflict: 'fail' },
        place: { parent: parent.id, name: `f${at}` },
      }),
    ),
  )
}

const stats = async (path: string): Promise<unknown> =>
  (await tree.directory(200, 'GET', path, { stats: null, stats_type: 'normal' })).fileCount

test('a batch of more than a hundred items becomes a task, for each kind', async () => {
  await fill('kinds/from', MANY)
  const copy = numbers.map((at) => ({ copyFrom: `kinds/from/f${at}`, to: `kinds/c${at}` }))
  const copied = await taskIdOf(send('batch', { copy: null }, copy))
  assert.deepEqual(await endOf(copied), {
    id: copied,
    taskId: copied,
    status: 200,
    result: numbers.map((at) => ({
      copyFrom: ['kinds', 'from', `f${at}`],
      to: ['kinds', `c${at}`],
      status: 200,
      path: ['kinds', `c${at}`],
    })),
  })
  const move = numbers.map((at) => ({
    from: `kinds/c${at}`,
    to: `kinds/m${at}`,
    conflictResolutionStrategy: 'ask',
  }))
  const moved = await endOf(await taskIdOf(send('batch', { move: null }, move)))
  assert.equal(moved.status, 200)
  assert.deepEqual((moved.result as readonly Result[])[7], {
    from: ['kinds', 'c7'],
    to: ['kinds', 'm7'],
    status: 204,
  })
  const remove = numbers.map((at) => ({ path: `kinds/m${at}` }))
  const removed = await endOf(await taskIdOf(send('batch', { delete: null }, remove)))
  assert.equal(removed.status, 200)
  const ids = (removed.result as readonly Result[]).map(({ recycledItemId }) => recycledItemId)
  const restored = await endOf(await taskIdOf(send('recycled', { restore: null }, ids)))
  assert.equal(restored.status, 200)
  assert.deepEqual((restored.result as readonly Result[])[7], {
    recycledItemId: ids[7],
    status: 200,
    path: ['kinds', 'm7'],
  })
  assert.equal((await tree.list('kinds', { limit: 1000 })).contents.length, MANY + 1)
  shows('tencent-smh', 'batch 202')
})

test('a task that runs is told as such, and nothing of it is lost', async () => {
  await tree.makeDirectory('running')
  const items = numbers.map((at) => ({ path: `running/none-${at}` }))
  const { core, accounts, facts } = rig.server.engine
  const account = accounts.find(libraryCredential, file.id)?.account.id ?? assert.fail()
  const id = await taskIdOf(send('batch', { delete: null }, items))
  const topics = ['tencent-smh.work']
  const now = rig.clock.now()
  const leased = await facts.leaseTasks({ topics, now, leaseUntil: now + 60_000, limit: 100 })
  assert.ok(leased.some((task) => task.id === id))
  const [before] = await statuses(`${tree.base}/${id}`)
  assert.deepEqual(before, { id, taskId: id, status: 202 })
  rig.clock.advance(61_000)
  const { status, result } = await endOf(id)
  assert.equal(status, 207)
  assert.equal((result as readonly Result[]).length, MANY)
  assert.equal((await core.tasks.find({ account, scope: null, ids: [id] })).length, 1)
  shows('tencent-smh', 'task 202')
})

test('a task of which items fail ends with 207 and each item’s result', async () => {
  await fill('parts', 2)
  const items = numbers.map((at) => ({ path: `parts/f${at}`, permanent: true }))
  const { status, result } = await endOf(await taskIdOf(send('batch', { delete: null }, items)))
  assert.equal(status, 207)
  const list = result as readonly Result[]
  assert.equal(list.length, MANY)
  assert.deepEqual(list[1], { path: ['parts', 'f1'], status: 204 })
  const { message, ...third } = list[2] ?? {}
  assert.deepEqual(third, { path: ['parts', 'f2'], status: 404, code: 'FileNotFound' })
  assert.equal(typeof message, 'string')
  shows('tencent-smh', 'task 207')
})

test('a large directory is copied by a task, in steps, and shown when it is whole', async () => {
  await fill('large/from/one', 900)
  for (const name of ['two', 'three', 'four']) {
    await tree.directory(204, 'PUT', `large/from/${name}`, {}, { copyFrom: 'large/from/one' })
  }
  const path = `directory/${tree.base}/large/to`
  const query = { access_token: tree.token }
  const ask = await taskIdOf(rig.call('PUT', path, query, { json: { copyFrom: 'large/from' } }))
  assert.deepEqual(await endOf(ask), { id: ask, taskId: ask, status: 204 })
  assert.equal(await stats('large/to'), 3600)
  const rename = { ...query, conflict_resolution_strategy: 'rename' }
  const id = await taskIdOf(rig.call('PUT', path, rename, { json: { copyFrom: 'large/from' } }))
  const { status, result } = await endOf(id)
  assert.equal(status, 200)
  assert.deepEqual((result as Result).path, ['large', 'to (1)'])
  shows('tencent-smh', 'copy 202')
})

test('a batch that meets a large directory goes on as a task with what was done', async () => {
  await fill('mixed/big', 1100)
  await tree.makeVirtual('mixed/small')
  const items = [
    { copyFrom: 'mixed/small', to: 'mixed/first' },
    { copyFrom: 'mixed/big', to: 'mixed/copy', conflictResolutionStrategy: 'rename' },
    { copyFrom: 'mixed/none', to: 'mixed/last' },
  ]
  const { status, result } = await endOf(await taskIdOf(send('batch', { copy: null }, items)))
  assert.equal(status, 207)
  assert.deepEqual(
    (result as readonly Result[]).map(({ status: each, path, code }) => [each, path ?? code]),
    [
      [200, ['mixed', 'first']],
      [200, ['mixed', 'copy']],
      [404, 'SourceFileNotFound'],
    ],
  )
  assert.equal(await stats('mixed/copy'), 1100)
  shows('tencent-smh', 'batch 202, large directory')
})

/** A task that the server's own jobs do not see. */
function taskOf(type: Work['type'], items: Work['items']): Task {
  const input: Work = {
    ...{ type, library: file.id, space: '-', root, user: '', grants: ['admin'], spaces: [], token: {} },
    ...{ items, results: [], copy: null },
  }
  const account = rig.server.engine.accounts.find(libraryCredential, file.id)?.account.id ?? assert.fail()
  const facts = { id: 0, account, scope: '', topic: '', attempts: 0, createdAt: rig.clock.now() }
  return { ...facts, input, state: 'running', result: null }
}

test('work that is cut off goes on from what was saved', async () => {
  await fill('cut/big', 2500)
  await fill('cut/small', 60)
  const items = numbers.slice(0, 60).map((at) => ({
    ...({ do: 'move', fromSpace: null, strategy: null } as const),
    ...{ from: `cut/small/f${at}`, to: `cut/m${at}` },
  }))
  const copy = {
    do: 'copy',
    copyFromSpace: null,
    copyFrom: 'cut/big',
    to: 'cut/copy',
    strategy: null,
  } as const
  const runner = createTaskRunner(rig.server.engine, rig.server.engine.accounts)
  for (const first of [taskOf('move', items), taskOf('copy-directory', [copy])]) {
    let task = first
    let result: JsonObject | null = null
    for (let tries = 0; result === null && tries < 100; tries++) {
      let saves = 0
      const save = async (input: JsonObject): Promise<void> => {
        task = { ...task, input }
        if (saves++ === tries % 3) throw new Error('cut off')
      }
      try {
        result = await runner.run(task, turnOf(save))
      } catch (error) {
        assert.match(String(error), /cut off/)
      }
    }
    const { status } = result ?? assert.fail('the work never ended')
    assert.equal(status, first.input.type === 'move' ? 200 : 204)
  }
  assert.equal(await stats('cut/copy'), 2500)
  assert.deepEqual(await tree.names('cut/small'), [])
  assert.equal((await tree.list('cut', { limit: 1000, filter: 'onlyFile' })).contents.length, 60)
  shows('tencent-smh', 'task, cut off')
})

test('a large copy whose name is taken meanwhile fails, and nothing of it is seen', async () => {
  await fill('late/big', 1100)
  const copy = {
    do: 'copy',
    copyFromSpace: null,
    copyFrom: 'late/big',
    to: 'late/to',
    strategy: null,
  } as const
  const runner = createTaskRunner(rig.server.engine, rig.server.engine.accounts)
  let saves = 0
  const save = async (): Promise<void> => {
    if (saves++ === 0) await tree.makeDirectory('late/to')
  }
  const work = turnOf(save)
  const { status, results } = await runner.run(taskOf('copy-directory', [copy]), work)
  const [failure] = results as readonly Result[]
  assert.deepEqual([status, failure?.status, failure?.code], [500, 409, 'SameNameDirectoryOrFileExists'])
  assert.deepEqual(await tree.names('late/to'), [])
  shows('tencent-smh', 'task 500')
})

test('trouble of the server’s own fails no item: the task is tried again', async () => {
  await tree.makeVirtual('trouble')
  const { core, accounts } = rig.server.engine
  let failures = 1
  const findEntry: typeof core.trees.findEntry = async (query) => {
    if (failures-- > 0) throw new CoreError('unavailable', 'the store is away')
    return core.trees.findEntry(query)
  }
  const runner = createTaskRunner({ core: { ...core, trees: { ...core.trees, findEntry } } }, accounts)
  const task = taskOf('delete', [{ do: 'delete', path: 'trouble', permanent: true }])
  const work = turnOf(async () => {})
  await assert.rejects(runner.run(task, work), /the store is away/)
  assert.deepEqual((await runner.run(task, work)).results, [{ path: ['trouble'], status: 204 }])
  shows('tencent-smh', "task, server's trouble")
})

test('work is kept after some items or some time, and when it fails', async () => {
  const items = numbers.map((at) => ({ do: 'delete', path: `kept/${at}`, permanent: false }) as const)
  const { core, accounts } = rig.server.engine
  const keptOf = async (itemMs: number, failsAt = 0): Promise<readonly number[]> => {
    const kept: number[] = []
    let now = 0
    let looks = 0
    const findEntry: typeof core.trees.findEntry = async (query) => {
      now += itemMs
      if (++looks === failsAt) throw new CoreError('unavailable', 'the store is away')
      return core.trees.findEntry(query)
    }
    const clock = { now: () => now }
    const runner = createTaskRunner(
      { core: { ...core, clock, trees: { ...core.trees, findEntry } } },
      accounts,
    )
    const save = async ({ results }: JsonObject): Promise<void> => {
      kept.push((results as readonly Result[]).length)
    }
    const run = runner.run(taskOf('delete', items), turnOf(save))
    if (failsAt > 0) await assert.rejects(run, /the store is away/)
    else assert.equal(((await run).results as readonly Result[]).length, MANY)
    return kept
  }
  assert.deepEqual(await keptOf(0), [20, 40, 60, 80, 100])
  assert.deepEqual((await keptOf(50)).slice(0, 3), [4, 8, 12])
  assert.deepEqual(await keptOf(0, 31), [20, 30])
})

test('work that the server’s end cuts off stops between two items', async () => {
  const items = numbers.map((at) => ({ do: 'delete', path: `stop/${at}`, permanent: false }) as const)
  const { core, accounts } = rig.server.engine
  const ending = new AbortController()
  let looks = 0
  const findEntry: typeof core.trees.findEntry = async (query) => {
    if (++looks === 3) ending.abort(new Error('the server ends'))
    return core.trees.findEntry(query)
  }
  const clock = { now: () => 0 }
  const runner = createTaskRunner({ core: { ...core, clock, trees: { ...core.trees, findEntry } } }, accounts)
  let saved: JsonObject = {}
  const save = async (input: JsonObject): Promise<void> => {
    saved = input
  }
  await assert.rejects(runner.run(taskOf('delete', items), turnOf(save, ending.signal)), /the server ends/)
  assert.equal((saved.results as readonly Result[]).length, 3)
  assert.equal((saved.items as readonly Result[]).length, MANY - 3)
  const given = runner.giveUp({ ...taskOf('delete', []), input: saved }, new Error('broken'))
  const results = given.results as readonly Result[]
  assert.deepEqual([given.status, results.length], [207, MANY])
  assert.deepEqual([results[5]?.status, results[5]?.code], [500, 'InternalServerError'])
  shows('tencent-smh', "task, server's end")
})

test('a task that was begun goes on after the server starts again', async () => {
  const dataDir = temporaryFolder()
  try {
    const first = await startRig({ dataDir })
    const plant = await treeOf(first)
    await plant.makeVirtual('kept')
    const items = numbers.map((at) => ({ copyFrom: 'kept', to: `copy-${at}` }))
    const query = { copy: null, access_token: plant.token }
    const { taskId } = await first.expect(202, 'POST', `batch/${plant.base}`, query, { json: items })
    await first.stop()
    const second = await startRig({ dataDir })
    await second.server.jobs.runAll()
    const path = `task/${plant.base}/${taskId}`
    const { bytes } = await second.call('GET', path, { access_token: plant.token })
    const [task] = JSON.parse(bytes.toString()) as readonly TaskStatus[]
    assert.equal(task?.status, 200)
    const again = await treeOf(second)
    assert.equal((await again.list('', { limit: 1000 })).contents.length, MANY + 1)
    await second.stop()
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
  shows('tencent-smh', "task, server's start")
})

test('a task of a space that is gone fails in every item', async () => {
  const library = 'spaces'
  const admin = await rig.token('admin', { library })
  const query = { access_token: admin, space_id: 'task-gone' }
  await rig.expect(201, 'POST', `space/${spaces.id}`, query)
  const { core, accounts } = rig.server.engine
  const work = {
    ...{ type: 'delete', library: spaces.id, space: 'never-there', user: '', grants: ['admin'], spaces: [] },
    ...{ items: [{ do: 'delete', path: 'a', permanent: false }], results: [], copy: null, token: {} },
    root: await rootOf(spaces.id, 'task-gone'),
  }
  const account = accounts.find(libraryCredential, spaces.id)?.account.id ?? assert.fail()
  const { id } = await core.tasks.add({
    ...{ account, scope: `smh/${spaces.id}/task-gone`, topic: 'tencent-smh.work' },
    input: work,
  })
  const of = await treeOf(rig, library, { space: 'task-gone', token: admin })
  const { status, result } = await endOf(id, of)
  assert.equal(status, 207)
  const [item] = result as readonly Result[]
  assert.deepEqual([item?.status, item?.code], [404, 'SpaceNotFound'])
  shows('tencent-smh', 'task, space gone')
})

test('tasks are told by their space, by their library and in the newer form', async () => {
  await tree.makeDirectory('told')
  const items = numbers.map((at) => ({ path: `told/none-${at}` }))
  const first = await taskIdOf(send('batch', { delete: null }, items))
  const second = await taskIdOf(send('batch', { delete: null }, items))
  await rig.server.jobs.runAll()
  const ids = (list: readonly TaskStatus[]) => list.map(({ id, taskId }) => [id, taskId])
  const both = [
    [second, second],
    [first, first],
  ]
  assert.deepEqual(ids(await statuses(`${tree.base}/${second},${first}`)), both)
  assert.deepEqual(ids(await statuses(`${file.id}/${second},${first}`)), both)
  assert.deepEqual(ids(await statuses(`${tree.base}/${first},999999999`)), [[first, first]])
  const query = { access_token: tree.token }
  const typed = await rig.expect(200, 'GET', `task-result/${tree.base}/${first}`, query)
  assert.deepEqual([typed.taskId, typed.taskType, typed.status], [String(first), 'batchDelete', 400])
  assert.equal((typed.batchDeleteResults as readonly Result[]).length, MANY)
  assert.deepEqual(await rig.expect(200, 'GET', `task-result/${file.id}/${first}`, query), typed)
  assertFailure(await rig.call('GET', `task-result/${file.id}/999999999`, query), 404, 'TaskNotFound')
  shows('tencent-smh', 'GET /task/{L}/{S}/{ids}', 'GET /task/{L}/{ids}', 'GET /task-result/{L}/{id}')
})

test('the newer form of a task names the results by their kind', async () => {
  await fill('typed', MANY)
  const kinds = [
    ['copy', 'batchCopy', (at: number) => ({ copyFrom: `typed/f${at}`, to: `typed/c${at}` })],
    ['move', 'batchMove', (at: number) => ({ from: `typed/c${at}`, to: `typed/m${at}` })],
    ['delete', 'batchDelete', (at: number) => ({ path: at === 0 ? 'typed/none' : `typed/m${at}` })],
  ] as const
  for (const [kind, taskType, item] of kinds) {
    const id = await taskIdOf(
      send(
        'batch',
        { [kind]: null },
        numbers.map((at) => item(at)),
      ),
    )
    await endOf(id)
    const query = { access_token: tree.token }
    const typed = await rig.expect(200, 'GET', `task-result/${tree.base}/${id}`, query)
    const status = kind === 'delete' ? 207 : 200
    assert.deepEqual([typed.taskType, typed.status], [taskType, status])
    assert.equal((typed[`${taskType}Results`] as readonly Result[]).length, MANY)
  }
  shows('tencent-smh', 'GET /task-result/{L}/{S}/{id}')
})

test('tasks of other spaces and libraries are not told', async () => {
  await tree.makeDirectory('other')
  const items = numbers.map((at) => ({ path: `other/none-${at}` }))
  const id = await taskIdOf(send('batch', { delete: null }, items))
  const library = 'spaces'
  const admin = await rig.token('admin', { library })
  for (const space_id of ['task-a', 'task-b']) {
    await rig.expect(201, 'POST', `space/${spaces.id}`, { access_token: admin, space_id })
  }
  const a = await treeOf(rig, library, { space: 'task-a', token: admin })
  const own = await taskIdOf(send('batch', { delete: null }, items, a))
  assert.deepEqual(await statuses(`${spaces.id}/task-a/${id}`, admin), [])
  assert.deepEqual(await statuses(`${spaces.id}/task-b/${own}`, admin), [])
  assert.deepEqual(await statuses(`${spaces.id}/${id}`, admin), [])
  assert.equal((await statuses(`${spaces.id}/${own}`, admin)).length, 1)
  const bound = await rig.token('space_admin', { library, query: { space_id: 'task-b' } })
  assert.deepEqual(await statuses(`${spaces.id}/${own}`, bound), [])
  const strange = await rig.call('GET', `task/${spaces.id}/task-a/${own}`, { access_token: bound })
  assertFailure(strange, 403, 'AccessTokenNotMatchSpace')
  const typed = await rig.call('GET', `task-result/${spaces.id}/task-b/${own}`, { access_token: admin })
  assertFailure(typed, 404, 'TaskNotFound')
  const ofLibrary = (access_token: string, library: string) =>
    rig.call('GET', `task-result/${library}/${own}`, { access_token })
  assert.equal((await ofLibrary(admin, spaces.id)).status, 200)
  assertFailure(await ofLibrary(bound, spaces.id), 404, 'TaskNotFound')
  assertFailure(await ofLibrary(tree.token, file.id), 404, 'TaskNotFound')
  shows('tencent-smh', 'tasks', 'TaskNotFound')
})

test('ids of tasks are numbers, up to a hundred', async () => {
  const query = { access_token: tree.token }
  const some = (length: number) => Array.from({ length }, (_, at) => at + 1).join(',')
  for (const ids of ['x', '1,', '1,x', '-1', some(101)]) {
    assertFailure(await rig.call('GET', `task/${tree.base}/${ids}`, query), 400, 'ParamInvalid')
    assertFailure(await rig.call('GET', `task/${file.id}/${ids}`, query), 400, 'ParamInvalid')
  }
  await rig.expect(200, 'GET', `task/${tree.base}/${some(100)}`, query)
  await rig.expect(200, 'GET', `task/${file.id}/${some(100)}`, query)
  shows('tencent-smh', 'task ids')
})

test('a task does what its caller may, and no more', async () => {
  await fill('bound', MANY)
  const items = numbers.map((at) => ({ path: `bound/f${at}`, permanent: at === 0 }))
  const of = await treeOf(rig, 'file', { grant: 'delete_file' })
  const { status, result } = await endOf(await taskIdOf(send('batch', { delete: null }, items, of)))
  assert.equal(status, 207)
  const codes = (result as readonly Result[]).map((each) => each.code ?? each.status)
  assert.deepEqual(codes, ['NoPermission', ...numbers.slice(1).map(() => 200)])
  shows('tencent-smh', 'grants in tasks')
})
