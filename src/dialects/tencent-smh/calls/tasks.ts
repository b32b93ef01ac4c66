import type { JsonObject } from '../../../core/model/json.ts'
import type { Task } from '../../../core/model/tasks.ts'
import type { Reply } from '../../../http/types.ts'
import { requireSameSpace, requireSpace, type SpaceIdentity } from '../auth/spaces.ts'
import { taskScope, type Work, type WorkResult, type WorkType } from '../background/work.ts'
import { invalidParam, SmhError } from '../errors.ts'
import { isSuccess } from '../model/items.ts'
import { type LibraryCall, reply, type SpaceCall } from './call.ts'

/** Tasks that one call may ask for; ours. */
const IDS_MAX = 100

/** `GET /api/v1/task/{L}/{S}/{id,id}`: tasks in the order asked for, without unknown ones. Errors: `ParamInvalid`. */
export async function ofSpace(call: SpaceCall): Promise<Reply> {
  const tasks = await findHere(call)
  return reply(call, 200, tasks.map(statusOf))
}

/** `GET /api/v1/task/{L}/{id,id}`: of any space that the caller may go into. */
export async function ofLibrary(call: LibraryCall): Promise<Reply> {
  const tasks = await findAnywhere(call)
  return reply(call, 200, tasks.map(statusOf))
}

/** `GET /api/v1/task-result/{L}/{S}/{id}`: the newer form, of one task. Errors: `TaskNotFound`. */
export async function result(call: SpaceCall): Promise<Reply> {
  return reply(call, 200, typedResult(await findHere(call)))
}

/** `GET /api/v1/task-result/{L}/{id}`: the same, of any space that the caller may go into. */
export async function resultOfLibrary(call: LibraryCall): Promise<Reply> {
  return reply(call, 200, typedResult(await findAnywhere(call)))
}

/** Tasks of spaces that the caller may go into. */
async function findAnywhere(call: LibraryCall): Promise<readonly Task[]> {
  const prefix = taskScope(call.library.id, '')
  const tasks = await find(call, null)
  return tasks.filter(
    ({ scope, input }) =>
      scope.startsWith(prefix) &&
      mayEnter(call, { volume: scope.slice(prefix.length), root: (input as Work).root }),
  )
}

/** Without tasks of an earlier space of the same id. */
async function findHere(call: SpaceCall): Promise<readonly Task[]> {
  const tasks = await find(call, taskScope(call.library.id, call.address.volume))
  return tasks.filter(({ input }) => (input as Work).root === call.volume.root)
}

async function find(
  { core, account, exchange }: LibraryCall,
  scope: string | null,
): Promise<readonly Task[]> {
  const texts = [...new Set((exchange.params.ids ?? '').split(','))]
  const isGood = texts.length <= IDS_MAX && texts.every((text) => /^\d{1,15}$/.test(text))
  if (!isGood) throw invalidParam('The task id', `up to ${IDS_MAX} numbers with commas between`)
  return core.tasks.find({ account: account.id, scope, ids: texts.map(Number) })
}

function mayEnter({ library, caller }: LibraryCall, space: SpaceIdentity): boolean {
  try {
    requireSpace(library, caller, space.volume)
    requireSameSpace(caller, space)
    return true
  } catch {
    return false
  }
}

/** It has the id under both names: older clients read one, newer ones the other. */
function statusOf(task: Task): JsonObject {
  const ids = { id: task.id, taskId: task.id }
  const done = doneOf(task)
  if (done === null) return { ...ids, status: 202 }
  const { type, status, results } = done
  if (type !== 'copy-directory') return { ...ids, status, result: results }
  const [only = {}] = results
  return status === 204 ? { ...ids, status } : { ...ids, status, result: only }
}

const RESULT_FIELDS: Readonly<Record<WorkType, { readonly taskType: string; readonly field: string }>> = {
  delete: { taskType: 'batchDelete', field: 'batchDeleteResults' },
  copy: { taskType: 'batchCopy', field: 'batchCopyResults' },
  move: { taskType: 'batchMove', field: 'batchMoveResults' },
  restore: { taskType: 'batchRestoreRecycle', field: 'batchRestoreRecycleResults' },
  'copy-directory': { taskType: 'copyDirectory', field: 'batchCopyResults' },
}

/** Errors: `TaskNotFound`. */
function typedResult([task]: readonly Task[]): JsonObject {
  if (task === undefined) throw new SmhError('TaskNotFound')
  const done = doneOf(task)
  const { taskType, field } = RESULT_FIELDS[typeOf(task)]
  const head = { taskId: String(task.id), taskType }
  if (done === null) return { ...head, status: 202 }
  const succeeded = done.results.filter(isSuccess).length
  const status = succeeded === done.results.length ? 200 : succeeded === 0 ? 400 : 207
  return { ...head, status, [field]: done.results }
}

/** Null while the task runs. */
const doneOf = ({ state, result }: Task): WorkResult | null =>
  state === 'running' ? null : (result as WorkResult | null)

const typeOf = ({ input }: Task): WorkType => input.type as WorkType
