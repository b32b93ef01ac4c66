import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { asAccountId } from '../../src/core/ids.ts'
import type { JsonObject } from '../../src/core/model/json.ts'
import type { Task } from '../../src/core/model/tasks.ts'
import type { TaskRunner } from '../../src/core/ports/background.ts'
import { taskJobs } from '../../src/jobs/tasks.ts'
import { openStores } from './stores.ts'

const account = asAccountId('a')
const scope = 's'

/** Stores with a clock that tests set, and what there is to do with tasks of the topic `t`. */
export async function openTaskRig(t: TestContext) {
  const stores = await openStores(t)
  const { metadata, clock } = stores
  const failures: boolean[] = []
  const giveUp = (task: Task, error: unknown) => ({ error: String(error), at: task.input })
  const lanesOf = (...runners: readonly TaskRunner[]) =>
    taskJobs(stores, runners, { failed: (_, __, givenUp) => failures.push(givenUp) }, 1)
  return {
    clock,
    failures,
    lanesOf,
    add: (input: JsonObject = { step: 0 }, topic = 't') =>
      metadata.addTask({ account, scope, topic, input, unfinishedMax: 0, createdAt: clock.now() }),
    find: async ({ id }: Task): Promise<Task> => {
      const [task] = await metadata.findTasks({ account, scope, ids: [id] })
      return task ?? assert.fail('the task is gone')
    },
    /** What one lane does when it is its time. */
    once: async (run: TaskRunner['run'], signal = new AbortController().signal) => {
      const [lane] = lanesOf({ topic: 't', run, giveUp })
      await lane?.run(signal)
    },
  }
}
