import type { Accounts } from '../../core/accounts.ts'
import { CoreError } from '../../core/errors.ts'
import type { TaskRunner } from '../../core/tasks.ts'
import type { Smh } from './call.ts'
import { SmhError } from './errors.ts'
import type { SpaceScope } from './operations/scope.ts'
import { actorOf, doStep, failRest, resultOf, TASK_TOPIC, type Work } from './operations/work.ts'

/** Does batches and large copies. What was done is kept after each step, so that another node goes on from there. */
export function createTaskRunner({ core }: Pick<Smh, 'core'>, accounts: Accounts): TaskRunner {
  return {
    topic: TASK_TOPIC,
    run: async (task, { save, signal }) => {
      let work = workOf(task.input)
      const scope = await scopeOf(core, accounts, work)
      if (scope === null) return resultOf(failRest(work, new SmhError('SpaceNotFound')))
      while (work.items.length > 0) {
        signal.throwIfAborted()
        work = await doStep(scope, work)
        await save(work)
      }
      return resultOf(work)
    },
    giveUp: (task, error) => resultOf(failRest(workOf(task.input), error)),
  }
}

/** Only `startTask` and `save` write these. */
function workOf(input: TaskInput): Work {
  if (!Array.isArray(input.items)) throw new CoreError('invalid-argument', 'a task has no items')
  return input as Work
}

type TaskInput = Parameters<TaskRunner['run']>[0]['input']

/** Null when the library or the space is gone, whatever else has the space's id now. */
async function scopeOf(core: Smh['core'], accounts: Accounts, work: Work): Promise<SpaceScope | null> {
  const found = accounts.byLibrary(work.library)
  if (found === null) return null
  const { account, library } = found
  const address = { account: account.id, realm: library.id, volume: work.space }
  const volume = await core.trees.findVolume(address)
  return volume === null || volume.root !== work.root
    ? null
    : { core, library, volume, address, caller: actorOf(work) }
}
