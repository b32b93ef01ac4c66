import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { asAccountId } from '../../src/core/ids.ts'
import type { Task } from '../../src/core/model/tasks.ts'
import type { NewTask } from '../../src/core/ports/commands/tasks.ts'
import type { Facts } from '../../src/core/ports/facts.ts'
import { failsWith } from './metadata/store.ts'
import { HOUR_MS, NOW } from './metadata/tenant.ts'
import { freshTrees, type OpenFacts } from './trees/store.ts'

const account = asAccountId('account')

const taskOf = (change: Partial<NewTask>): NewTask => ({
  ...{ account, scope: 'scope', topic: 'a', input: { step: 0 }, createdAt: NOW, unfinishedMax: 0 },
  ...change,
})

/** The docstrings of the `Tasks` port as tests. `open` gives an empty store each time. */
export function tasksContract(name: string, open: OpenFacts): void {
  describe(`tasks contract: ${name}`, () => {
    const bench = freshTrees(open)
    const add = (change: Partial<NewTask> = {}) => bench.metadata.addTask(taskOf(change))
    const find = async ({ id }: Pick<Task, 'id'>) =>
      (await bench.metadata.findTasks({ account, scope: 'scope', ids: [id] }))[0] ?? null
    const lease = (now: number, change: { topics?: readonly string[]; limit?: number } = {}) =>
      bench.metadata.leaseTasks({ topics: ['a', 'b'], now, leaseUntil: now + 100, limit: 10, ...change })
    const idsOf = (tasks: readonly Task[]) => tasks.map(({ id }) => id)

    test('are found as they were added, with small ids', async () => {
      const first = await add({ input: { paths: ['a', 'b'], nested: { deep: null } } })
      const second = await add()
      const { unfinishedMax: _, ...asked } = taskOf({ input: { paths: ['a', 'b'], nested: { deep: null } } })
      assert.deepEqual(first, {
        ...asked,
        ...{ id: first.id, state: 'running', result: null, attempts: 0 },
      })
      assert.deepEqual(await find(first), first)
      assert.deepEqual([first.id > 0, second.id > first.id, second.id < 2 ** 31], [true, true, true])
    })

    test('are found within their account and scope, in the order asked for', async () => {
      const one = await add()
      const two = await add()
      const elsewhere = await add({ scope: 'other' })
      const foreign = await add({ account: asAccountId('other') })
      const ids = [two.id, elsewhere.id, one.id, foreign.id, two.id, 10 ** 12, 0, -1, 0.5]
      const findAll = (scope: string | null) => bench.metadata.findTasks({ account, scope, ids })
      assert.deepEqual(idsOf(await findAll('scope')), [two.id, one.id])
      assert.deepEqual(idsOf(await findAll(null)), [two.id, elsewhere.id, one.id])
      assert.deepEqual(await bench.metadata.findTasks({ account, scope: 'scope', ids: [] }), [])
    })

    test('are refused where so many of their topic and scope are not done yet', async () => {
      const limited = { unfinishedMax: 2 }
      const first = await add(limited)
      for (const elsewhere of [{ topic: 'b' }, { scope: 'other' }, { account: asAccountId('other') }]) {
        await add(elsewhere)
      }
      await add(limited)
      await failsWith(add(limited), 'quota-exceeded')
      await add({ ...limited, topic: 'b' })
      await bench.metadata.finishTask({ id: first.id, result: {} })
      await add(limited)
      await failsWith(add(limited), 'quota-exceeded')
      await add({ unfinishedMax: 0 })
    })

    test('that are free later than anything waits are free now', async () => {
      const task = await add({ topic: 'a', createdAt: NOW + 20 * HOUR_MS })
      const leaseWith = (voidAfter: number) =>
        bench.metadata.leaseTasks({
          topics: ['a', 'b'],
          now: NOW,
          leaseUntil: NOW + 100,
          limit: 10,
          voidAfter,
        })
      assert.deepEqual(await leaseWith(NOW + 20 * HOUR_MS), [])
      assert.deepEqual(await leaseWith(NOW + HOUR_MS), [task])
      assert.deepEqual(await leaseWith(NOW + HOUR_MS), [])
      assert.deepEqual(await lease(NOW + 100), [task])
    })

    test('are hidden from other takers until the lease is over', async () => {
      const task = await add()
      assert.deepEqual(await lease(NOW - 1), [])
      assert.deepEqual(await lease(NOW), [task])
      assert.deepEqual(await lease(NOW + 99), [])
      assert.deepEqual(await lease(NOW + 100), [task])
    })

    test('are taken by topic, longest free first, no more than asked for', async () => {
      const tasks: Task[] = []
      for (const [index, topic] of ['b', 'c', 'a', 'b'].entries()) {
        tasks.push(await add({ topic, createdAt: NOW + index }))
      }
      const [b0, c1, a2, b3] = tasks
      assert.deepEqual(await lease(NOW + 10, { topics: [] }), [])
      assert.deepEqual(await lease(NOW + 10, { limit: 2 }), [b0, a2])
      assert.deepEqual(await lease(NOW + 10, { limit: 2 }), [b3])
      assert.deepEqual(await lease(NOW + 10, { topics: ['c', 'c'] }), [c1])
    })

    test('keep where they are, and stay with their taker as long as it saves', async () => {
      const task = await add()
      await lease(NOW)
      await bench.metadata.saveTask({ id: task.id, input: { step: 1 }, leaseUntil: NOW + 150 })
      assert.deepEqual(await lease(NOW + 149), [])
      assert.deepEqual(await lease(NOW + 150), [{ ...task, input: { step: 1 } }])
    })

    test('outlast a restart', async () => {
      const task = await add()
      await bench.metadata.saveTask({ id: task.id, input: { step: 1 }, leaseUntil: NOW })
      const reopened = await bench.store.reopen()
      const command = { topics: ['a'], now: NOW, leaseUntil: NOW + 100, limit: 10 }
      assert.deepEqual(await reopened.leaseTasks(command), [{ ...task, input: { step: 1 } }])
    })

    test('count their failures and come back at their time', async () => {
      const task = await add()
      await lease(NOW)
      await bench.metadata.postponeTask({ id: task.id, nextAttemptAt: NOW + 500 })
      assert.deepEqual(await lease(NOW + 499), [])
      assert.deepEqual(await lease(NOW + 500), [{ ...task, attempts: 1 }])
    })

    test('that failed let the others go first', async () => {
      const failed = await add()
      await bench.metadata.postponeTask({ id: failed.id, nextAttemptAt: NOW + 2 })
      const fresh = await add({ createdAt: NOW + 1 })
      assert.deepEqual(idsOf(await lease(NOW + 2, { limit: 1 })), [fresh.id])
      assert.deepEqual(idsOf(await lease(NOW + 2, { limit: 1 })), [failed.id])
    })

    test('that are done keep their first result and are taken by nobody', async () => {
      const task = await add()
      await bench.metadata.finishTask({ id: task.id, result: { status: 200 } })
      await bench.metadata.finishTask({ id: task.id, result: { status: 500 } })
      await bench.metadata.saveTask({ id: task.id, input: {}, leaseUntil: NOW })
      await bench.metadata.postponeTask({ id: task.id, nextAttemptAt: NOW })
      assert.deepEqual(await find(task), { ...task, state: 'done', result: { status: 200 } })
      assert.deepEqual(await lease(NOW + HOUR_MS), [])
    })

    test('that are done are forgotten some at a time, oldest first; others stay', async () => {
      const tasks: Task[] = []
      for (let index = 0; index < 5; index += 1) tasks.push(await add({ createdAt: NOW + index }))
      const [running, ...done] = tasks
      for (const { id } of done) await bench.metadata.finishTask({ id, result: {} })
      const forget = (limit: number) => bench.metadata.forgetTasks({ before: NOW + 4, limit })
      const left = async () =>
        idsOf(await bench.metadata.findTasks({ account, scope: 'scope', ids: idsOf(tasks) }))
      assert.equal(await forget(2), 2)
      assert.deepEqual(
        await left(),
        [running, ...done.slice(2)].map((task) => task?.id),
      )
      assert.equal(await forget(2), 1)
      assert.equal(await forget(2), 0)
      assert.deepEqual(
        await left(),
        [running, ...done.slice(3)].map((task) => task?.id),
      )
    })

    test('that are forgotten leave their ids to nobody', async () => {
      const task = await add()
      await bench.metadata.finishTask({ id: task.id, result: {} })
      await bench.metadata.forgetTasks({ before: NOW + 1, limit: 10 })
      assert.ok((await add()).id > task.id)
    })

    test('are each taken by one of many takers', async () => {
      await Promise.all(Array.from({ length: 20 }, () => add()))
      const other = await bench.store.another()
      const takers = Array.from({ length: 10 }, (_, index) =>
        (index % 2 === 0 ? bench.metadata : other).leaseTasks({
          ...{ topics: ['a'], now: NOW, leaseUntil: NOW + 100, limit: 3 },
        }),
      )
      const taken = idsOf((await Promise.all(takers)).flat())
      assert.equal(new Set(taken).size, taken.length)
      const rest = await lease(NOW)
      assert.equal(taken.length + rest.length, 20)
    })
  })
}

/** Runs every command on tasks. */
export async function useTasks(metadata: Facts): Promise<void> {
  const { id } = await metadata.addTask(taskOf({}))
  await metadata.addTask(taskOf({ unfinishedMax: 9 }))
  await metadata.findTasks({ account, scope: null, ids: [id] })
  await metadata.leaseTasks({ topics: ['a'], now: NOW, leaseUntil: NOW, limit: 10 })
  await metadata.saveTask({ id, input: {}, leaseUntil: NOW })
  await metadata.postponeTask({ id, nextAttemptAt: NOW })
  await metadata.finishTask({ id, result: {} })
  await metadata.forgetTasks({ before: NOW, limit: 10 })
}
