import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTaskRig as openRig } from '../../test/support/task-rig.ts'

test('long tasks have lanes of their own', async (t) => {
  const { add, lanesOf, find } = await openRig(t)
  const gate = Promise.withResolvers<void>()
  const slow = { topic: 'slow', isLong: true, run: () => gate.promise.then(() => ({})), giveUp: () => ({}) }
  const fast = { topic: 'fast', run: async () => ({}), giveUp: () => ({}) }
  const lanes = lanesOf(slow, fast)
  assert.deepEqual(
    lanes.map(({ name }) => name),
    ['tasks-1', 'tasks-2', 'tasks-3', 'long-tasks-1', 'long-tasks-2', 'long-tasks-3'],
  )
  const tasks = [await add({}, 'slow'), await add({}, 'slow'), await add({}, 'slow'), await add({}, 'fast')]
  const { signal } = new AbortController()
  const running = lanes.slice(3).map((lane) => lane.run(signal))
  await lanes[0]?.run(signal)
  const states = async () => Promise.all(tasks.map(async (task) => (await find(task)).state))
  assert.deepEqual(await states(), ['running', 'running', 'running', 'done'])
  gate.resolve()
  await Promise.all(running)
  assert.deepEqual(await states(), ['done', 'done', 'done', 'done'])
})

test('a runner that asks for lanes has so many, for its tasks alone', async (t) => {
  const { add, lanesOf, find } = await openRig(t)
  const runnerOf = (topic: string) => ({ topic, run: async () => ({ by: topic }), giveUp: () => ({}) })
  const lanes = lanesOf({ ...runnerOf('own'), lanes: 2 }, runnerOf('other'))
  const names = lanes.map(({ name }) => name)
  assert.deepEqual(names, ['tasks-1', 'tasks-2', 'tasks-3', 'own-1', 'own-2'])
  const tasks = [await add({}, 'own'), await add({}, 'other')]
  await lanes[4]?.run(new AbortController().signal)
  const results = await Promise.all(tasks.map(async (task) => (await find(task)).result))
  assert.deepEqual(results, [{ by: 'own' }, null])
})
