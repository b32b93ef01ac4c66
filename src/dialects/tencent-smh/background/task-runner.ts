import type { Accounts } from '../../../core/accounts.ts'
import { CoreError } from '../../../core/errors.ts'
import type { TaskRunner, TaskTurn } from '../../../core/ports/background.ts'
import { libraryCredential } from '../credentials.ts'
import { SmhError } from '../errors.ts'
import type { Smh, SpaceContext } from '../model/context.ts'
import { actorOf, doStep, failRest, resultOf, TASK_TOPIC, type Work } from './work.ts'

/** Items that may be done again when a node dies, and the time in which more are done before they are kept. */
const UNSAVED_MAX = 20
const UNSAVED_MS = 200

/**
 * Does batches and large copies. What was done is kept after each step of a large copy, after some items, and when the work
 * is cut off or fails, so that another node goes on from there.
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

async function doAll(context: SpaceContext, begun: Work, { save, signal }: TaskTurn): Promise<Work> {
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

/** Null when the library or the space is gone, whatever else has the space's id now. */
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
