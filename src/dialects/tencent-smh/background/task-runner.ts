import type { Accounts } from '../../../core/accounts.ts'
import { CoreError } from '../../../core/errors.ts'
import type { TaskRunner, TaskTurn } from '../../../core/ports/background.ts'
import { libraryCredential } from '../credentials.ts'
import { SmhError } from '../errors.ts'
import type { Smh, SpaceContext } from '../model/context.ts'
import { actorOf, doStep, failRest, resultOf, TASK_TOPIC, type Work } from './work.ts'

/** Results are saved after so many items, or after so long. Items that are not saved are done again when the node dies. */
const UNSAVED_MAX = 20
const UNSAVED_MS = 200

/**
 * Does batches and large copies. It saves after each step of a large copy, after some items, and when the work is cut off or fails.
 * Another node goes on from there.
 */
export function createTaskRunner({ core }: Pick<Smh, 'core'>, accounts: Accounts): TaskRunner {
  return {
    topic: TASK_TOPIC,
    run: async (task, { save, signal }) => {
      const work = workOf(task.input)
      const context = await contextOf(core, accounts, work)
      if (context === null) return resultOf(failRest(work, new SmhError('SpaceNotFound')))
      return resultOf(await doAll(context, work, { save, signal }))
    },
    giveUp: (task, error) => resultOf(failRest(workOf(task.input), error)),
  }
}

async function doAll(
  context: SpaceContext,
  begun: Work,
  { save, signal }: Pick<TaskTurn, 'save' | 'signal'>,
): Promise<Work> {
  const { clock } = context.core
  let work = begun
  let saved = { work: begun, at: clock.now() }
  const keep = async (): Promise<void> => {
    await save(work)
    saved = { work, at: clock.now() }
  }
  while (work.items.length > 0) {
    try {
      signal.throwIfAborted()
      work = await doStep(context, work)
    } catch (error) {
      if (work !== saved.work) await keep()
      throw error
    }
    const unsaved = work.results.length - saved.work.results.length
    if (work.copy !== null || unsaved >= UNSAVED_MAX || clock.now() - saved.at >= UNSAVED_MS) await keep()
  }
  return work
}

/** Only `startTask` and `save` write these. */
function workOf(input: TaskInput): Work {
  if (!Array.isArray(input.items)) throw new CoreError('invalid-argument', 'a task has no items')
  return input as Work
}

type TaskInput = Parameters<TaskRunner['run']>[0]['input']

/** Null: the library or the space is gone. A later space of the same id is another one. */
async function contextOf(core: Smh['core'], accounts: Accounts, work: Work): Promise<SpaceContext | null> {
  const found = accounts.find(libraryCredential, work.library)
  if (found === null) return null
  const { account, credential: library } = found
  const address = { account: account.id, realm: library.id, volume: work.space }
  const volume = await core.trees.findVolume(address)
  return volume === null || volume.root !== work.root
    ? null
    : { core, library, volume, address, caller: actorOf(work) }
}
