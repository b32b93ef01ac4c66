import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTaskRig as openRig } from '../../test/support/task-rig.ts'
import { CoreError, isCoreError } from '../core/errors.ts'
import type { JsonObject } from '../core/model/json.ts'
import type { Task } from '../core/model/tasks.ts'
import type { TaskTurn } from '../core/ports/background.ts'

const MINUTE_MS = 60_000

/** Counts to three, saving each step; `before` each step may fail. */
function counting(before: (step: number) => void = () => {}) {
  const steps: number[] = []
  const run = async ({ input }: Task, { save }: TaskTurn) => {
    for (let step = Number(input.step); step < 3; step += 1) {
      before(step)
      steps.push(step)
      await save({ step: step + 1 })
    }
    return { status: 200 }
  }
  return { steps, run }
}

const down = () => {
  throw new Error('down')
}

test('tasks are done one after the other and keep their result', async (t) => {
  const { add, once, find, failures } = await openRig(t)
  const tasks = [await add(), await add()]
  const { steps, run } = counting()
  await once(run)
  assert.deepEqual(steps, [0, 1, 2, 0, 1, 2])
  for (const task of tasks) assert.deepEqual((await find(task)).result, { status: 200 })
  assert.deepEqual(failures, [])
})

test('each topic has its runner, and what none knows stays', async (t) => {
  const { add, lanesOf, find } = await openRig(t)
  const [a, b, c] = [await add({}, 'a'), await add({}, 'b'), await add({}, 'c')]
  const runnerOf = (topic: string) => ({ topic, run: async () => ({ by: topic }), giveUp: () => ({}) })
  const [lane] = lanesOf(runnerOf('a'), runnerOf('b'))
  await lane?.run(new AbortController().signal)
  const results = [(await find(a)).result, (await find(b)).result, (await find(c)).result]
  assert.deepEqual(results, [{ by: 'a' }, { by: 'b' }, null])
})

test('there are no jobs where no dialect has tasks', async (t) => {
  const { lanesOf } = await openRig(t)
  assert.deepEqual(lanesOf(), [])
})

test('a long task does not keep others waiting', async (t) => {
  const { add, lanesOf, find } = await openRig(t)
  const [long, short] = [await add({ isLong: true }), await add({ isLong: false })]
  const gate = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const run = async ({ input }: Task) => {
    if (input.isLong !== true) return {}
    begun.resolve()
    await gate.promise
    return {}
  }
  const [one, two] = lanesOf({ topic: 't', run, giveUp: () => ({}) })
  const { signal } = new AbortController()
  const first = one?.run(signal)
  await begun.promise
  await two?.run(signal)
  assert.deepEqual([(await find(long)).state, (await find(short)).state], ['running', 'done'])
  gate.resolve()
  await first
  assert.equal((await find(long)).state, 'done')
})

test('a task goes on after a crash from what was saved, once the lease is over', async (t) => {
  const { add, once, find, clock, lanesOf } = await openRig(t)
  const task = await add()
  const reached = Promise.withResolvers<void>()
  const crashed = async (_: Task, { save }: TaskTurn) => {
    await save({ step: 2 })
    reached.resolve()
    return new Promise<never>(() => {})
  }
  const [lane] = lanesOf({ topic: 't', run: crashed, giveUp: () => ({}) })
  void lane?.run(new AbortController().signal)
  await reached.promise
  const { steps, run } = counting()
  clock.timeMs += MINUTE_MS - 1
  await once(run)
  assert.deepEqual(steps, [])
  clock.timeMs += 1
  await once(run)
  assert.deepEqual(steps, [2])
  assert.equal((await find(task)).state, 'done')
})

test('a task stays with its taker as long as it saves', async (t) => {
  const { add, once, clock, failures } = await openRig(t)
  await add()
  const others: number[] = []
  const { steps, run } = counting(() => {
    clock.timeMs += MINUTE_MS - 1
  })
  await once(async (task, work) => {
    const save = async (input: JsonObject) => {
      await work.save(input)
      await once(async () => ({ taken: others.push(1) }))
    }
    return run(task, { ...work, save })
  })
  assert.deepEqual([steps, others, failures], [[0, 1, 2], [], []])
})

test('who lets its lease run out saves nothing more, and leaves the task to others', async (t) => {
  const { add, once, find, clock, failures } = await openRig(t)
  const task = await add()
  await once(async (_, mine) => {
    clock.timeMs += MINUTE_MS
    await once(async (_, theirs) => {
      await theirs.save({ step: 1 })
      await assert.rejects(mine.save({ step: 3 }), (error) => isCoreError(error, 'unavailable'))
      return down()
    })
    throw new CoreError('volume-not-found', 'so')
  })
  assert.deepEqual(failures, [false, false])
  const { input, attempts, state } = await find(task)
  assert.deepEqual({ input, attempts, state }, { input: { step: 1 }, attempts: 1, state: 'running' })
})

test('a failing task goes on from what was saved, after growing pauses', async (t) => {
  const { add, once, find, clock, failures } = await openRig(t)
  const task = await add()
  const downs = new Set([1, 2])
  const { steps, run } = counting((step) => {
    if (downs.delete(step)) down()
  })
  await once(run)
  await once(run)
  assert.deepEqual([steps, failures], [[0], [false]], 'it is not tried again at once')
  clock.timeMs += 5_000
  await once(run)
  assert.deepEqual(steps, [0, 1])
  clock.timeMs += 9_999
  await once(run)
  assert.deepEqual(steps, [0, 1], 'the second pause is longer')
  clock.timeMs += 1
  await once(run)
  assert.deepEqual(steps, [0, 1, 2])
  assert.deepEqual(failures, [false, false])
  assert.deepEqual((await find(task)).result, { status: 200 })
})

test('a task is given up after ten failures, with the result that its runner has for that', async (t) => {
  const { add, once, find, clock, failures } = await openRig(t)
  const task = await add()
  const { run } = counting((step) => {
    if (step === 1) down()
  })
  for (let times = 0; times < 20; times += 1) {
    await once(run)
    clock.timeMs += 10 * MINUTE_MS
  }
  assert.deepEqual(failures, [...Array.from({ length: 9 }, () => false), true])
  assert.deepEqual((await find(task)).result, { error: 'Error: down', at: { step: 1 } })
})

test('a failure that no repetition mends ends a task at once; one that may pass does not', async (t) => {
  const { add, once, find, failures } = await openRig(t)
  const [hopeless, hopeful] = [await add({ code: 'volume-not-found' }), await add({ code: 'unavailable' })]
  await once(async ({ input }) => {
    throw new CoreError(input.code === 'unavailable' ? 'unavailable' : 'volume-not-found', 'so')
  })
  assert.deepEqual(failures, [true, false])
  assert.deepEqual([(await find(hopeless)).state, (await find(hopeful)).state], ['done', 'running'])
})

test('a task that is stopped with the server is free at once, and counts no failure', async (t) => {
  const { add, once, find, failures } = await openRig(t)
  const task = await add()
  const stopping = new AbortController()
  await once(async (_, { save, signal }) => {
    await save({ step: 2 })
    stopping.abort()
    signal.throwIfAborted()
    return assert.fail('it should have stopped')
  }, stopping.signal)
  const { attempts, state, input } = await find(task)
  assert.deepEqual({ attempts, state, input }, { attempts: 0, state: 'running', input: { step: 2 } })
  const { steps, run } = counting()
  await once(run)
  assert.deepEqual([steps, failures], [[2], []])
})

test('work that is kept is told when the server ends, and the lease is over when it returns', async (t) => {
  const { add, once, find } = await openRig(t)
  const task = await add()
  const stopping = new AbortController()
  await once(async (_, { whileKept }) => {
    await whileKept(async (signal) => {
      stopping.abort()
      signal.throwIfAborted()
    })
    return assert.fail('it should have stopped')
  }, stopping.signal)
  assert.equal((await find(task)).state, 'running')
  await once(async (_, { whileKept }) => ({ done: await whileKept(async () => true) }))
  assert.deepEqual((await find(task)).result, { done: true })
})
