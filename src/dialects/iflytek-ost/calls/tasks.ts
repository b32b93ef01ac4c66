import { isCoreError } from '../../../core/errors.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { Task } from '../../../core/model/tasks.ts'
import { checkUrl, DownloadError } from '../../../http/outgoing/download.ts'
import type { Reply } from '../../../http/types.ts'
import { OstError } from '../errors.ts'
import {
  isForgotten,
  type Source,
  scopeOf,
  stateOf,
  TASK_TOPIC,
  type TaskState,
  type Transcription,
  taskIdOf,
  taskNumberOf,
  transcriptionJson,
} from '../model/tasks.ts'
import { objectPathToken } from '../storage/downloads.ts'
import { taskEnvelope, transcriptEnvelope } from '../wire/answers.ts'
import { readJson } from '../wire/forms.ts'
import { notValid, readCreate, readQuery } from '../wire/task-fields.ts'
import { type Call, formOptions } from './call.ts'

/** How long the name of a host may take to be looked up. */
const LOOKUP_TIMEOUT_MS = 5_000

/** `/v2/ost/pro_create`: a task that transcribes a file, which is one of the app's or, where its host is listed, one elsewhere. */
export async function createTask(call: Call): Promise<Reply> {
  const { exchange, caller } = call
  const { account, app } = caller
  const request = readCreate(await readJson(exchange, formOptions(call)), app.appId)
  if (request.requestId !== null) exchange.note({ callerRequestId: request.requestId.slice(0, 64) })
  const source = await sourceOf(call, request.audioUrl)
  const work = { app: app.appId, source, hints: request.hints, isBegun: false }
  const task = await push(call, { account: account.id, scope: scopeOf(app), topic: TASK_TOPIC }, work)
  const task_id = taskIdOf(task)
  exchange.note({ task: task.id })
  return success(call, { task_id })
}

/** Throws OstError 10007 where the app has too many tasks that are not done. */
async function push(
  { core, options }: Call,
  place: Pick<Task, 'account' | 'scope' | 'topic'>,
  work: Transcription,
): Promise<Task> {
  try {
    const input = transcriptionJson(work)
    return await core.tasks.add({ ...place, input, unfinishedMax: options.tasksMax })
  } catch (error) {
    if (!isCoreError(error, 'quota-exceeded')) throw error
    throw new OstError(10007, `task could not be pushed: ${options.tasksMax} tasks are not done yet`)
  }
}

/** `/v2/ost/query`: how far a task is, and its result. */
export async function queryTask(call: Call): Promise<Reply> {
  const { core, options, exchange, caller } = call
  const firsts = options.checkDigest === 'when-given' ? call.signedBodies : undefined
  const taskId = readQuery(await readJson(exchange, formOptions(call), firsts), caller.app.appId)
  const number = taskNumberOf(taskId)
  const place = { account: caller.account.id, scope: scopeOf(caller.app) }
  const [task] = number === null ? [] : await core.tasks.find({ ...place, ids: [number] })
  const isThere =
    task !== undefined &&
    taskIdOf(task) === taskId &&
    !isForgotten(task, core.clock.now(), options.resultTtlS)
  if (!isThere) throw new OstError(10401, 'no data found')
  const state = stateOf(task)
  const data = taskData(taskId, state)
  switch (state.status) {
    case '-1':
      return success(call, data, state.reason)
    case '3':
      return transcriptEnvelope(
        { code: 0, sid: exchange.requestId, data, message: 'success' },
        state.transcript,
      )
    default:
      return success(call, data)
  }
}

/** In the order of recorded answers. Why a task failed stands here as well: one client reads it here. */
function taskData(task_id: string, state: TaskState): JsonObject {
  return {
    force_refresh: '0',
    ...(state.status === '-1' ? { message: state.reason } : {}),
    ...{ task_id, task_status: state.status, task_type: 'distribute_task' },
  }
}

const success = ({ exchange }: Call, data: JsonObject, message = 'success'): Reply =>
  taskEnvelope(200, { code: 0, sid: exchange.requestId, data, message })

/** Throws OstError where the url may not be used, or leads to a file that is too large. */
async function sourceOf(call: Call, url: string): Promise<Source> {
  const { core, tokens, options, caller } = call
  const opened = tokens.open(objectPathToken(url) ?? '')
  if (opened === null) return await elsewhere(call, url)
  const isOwn = opened.caller.account.id === caller.account.id && opened.caller.app.appId === caller.app.appId
  const object = isOwn ? await core.objects.find({ account: caller.account.id, id: opened.object }) : null
  if (object === null) throw notValid('audio_url', 'leads to no file of this app')
  if ((object.content?.size ?? 0) > options.audioSizeMax) {
    throw notValid('audio_url', `leads to a file of more than ${options.audioSizeMax} bytes`)
  }
  return { object: object.id }
}

/** A file of somebody else's. Whatever is wrong with it but its host is found when it is fetched. */
async function elsewhere({ options, exchange }: Call, url: string): Promise<Source> {
  const signal = AbortSignal.any([exchange.signal, AbortSignal.timeout(LOOKUP_TIMEOUT_MS)])
  try {
    await checkUrl(url, { hosts: options.fetchHosts, signal })
  } catch (error) {
    if (!(error instanceof DownloadError)) throw error
    throw notValid('audio_url', `cannot be used: ${error.message}`)
  }
  return { url }
}
