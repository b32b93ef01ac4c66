import { CoreError, isCoreError, isRetryable } from '../../../core/errors.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { Task } from '../../../core/model/tasks.ts'
import type { TaskRunner, TaskTurn } from '../../../core/ports/background.ts'
import { DownloadError } from '../../../http/outgoing/download.ts'
import { PlaneError } from '../../../object-plane/errors.ts'
import { projectCredential } from '../credentials.ts'
import { type Asset, findAsset, isConfirmed, type PullState, statusOf } from '../model/asset.ts'
import { changeAsset, endUploads } from '../model/asset-changes.ts'
import { accept } from '../model/confirmation.ts'
import type { ProjectContext, Vod } from '../model/context.ts'
import { videoKey } from '../storage/object-keys.ts'
import { endDeliveries } from './events.ts'
import { type PullInput, transfer } from './pull-transfer.ts'

export const PULL_TOPIC = 'huawei-vod.pull'
/** "URL pull failed" (reference §3.3). */
const PULL_FAILED = 'VOD.10121'
/** Fewer than any task has, so that the last failure is written to the asset. */
const ATTEMPTS_MAX = 8

/** One pull, and whose it is. */
interface Pulling extends ProjectContext {
  readonly assetId: string
}

/** Fetches videos from URLs in the background (reference §1.15), and confirms them. */
export function createPullRunner(vod: Vod): TaskRunner {
  return {
    topic: PULL_TOPIC,
    isLong: true,
    run: (task, turn) => run(vod, task, turn),
    giveUp: (_, error) => ({ state: 'FAILED', reason: String(error) }),
  }
}

async function run(vod: Vod, task: Task, turn: TaskTurn): Promise<JsonObject> {
  const input = task.input as unknown as PullInput
  const found = vod.accounts.find(projectCredential, input.project)
  if (found === null || found.account.id !== task.account)
    return { state: 'FAILED', reason: 'the project is gone' }
  const { account, credential: project } = found
  const pulling = { ...vod, account, project, assetId: input.asset }
  const state = await pull(pulling, task, turn)
  await setState(pulling, state)
  return { state }
}

/** Throws if it shall be tried again. */
async function pull(pulling: Pulling, task: Task, turn: TaskTurn): Promise<PullState> {
  try {
    await fetchAndConfirm(pulling, task.input as unknown as PullInput, turn)
    return 'SUCCEED'
  } catch (error) {
    turn.signal.throwIfAborted()
    const asset = await find(pulling)
    if (statusOf(asset) !== 'CREATING') return isConfirmed(asset) ? 'SUCCEED' : 'FAILED'
    if (mayPass(error) && task.attempts + 1 < ATTEMPTS_MAX) throw error
    await fail(pulling, reasonOf(error))
    return 'FAILED'
  }
}

async function fetchAndConfirm(pulling: Pulling, input: PullInput, turn: TaskTurn): Promise<void> {
  const { account, project, assetId } = pulling
  const asset = await setState(pulling, 'PROCESSING')
  if (statusOf(asset) === 'CREATING' && asset.attributes.received === null) {
    const key = videoKey(project, assetId, asset.attributes)
    await transfer(pulling, { account: account.id, project, key }, input, turn)
  }
  await accept(pulling, assetId)
}

/** The task is added before its asset. So an asset that is not there yet is waited for. */
async function find({ core, account, project, assetId }: Pulling): Promise<Asset> {
  const asset = await findAsset(core, account.id, project, assetId)
  if (asset === null) throw new CoreError('unavailable', 'the asset is not there yet')
  return asset
}

/** A pull that has ended stays as it ended. */
function setState(pulling: Pulling, state: PullState): Promise<Asset> {
  const { core } = pulling
  const hasEnded = state === 'SUCCEED' || state === 'FAILED'
  return changeAsset(
    core,
    () => find(pulling),
    ({ attributes }) => {
      const { pull } = attributes
      if (pull === null || pull.state === state || pull.endedAt !== null) return null
      const endedAt = hasEnded ? core.clock.now() : null
      return { attributes: { ...attributes, pull: { ...pull, state, endedAt } }, traits: {} }
    },
  )
}

/** One step gives the asset its new state, ends its upload and tells the event. Other uploads of parts end after it. */
async function fail(pulling: Pulling, reason: string): Promise<void> {
  const { core, account } = pulling
  const note = `The URL could not be pulled: ${reason}`
  let unused: Asset['attributes']['multipart'] = []
  await changeAsset(
    core,
    () => find(pulling),
    (asset) => {
      if (statusOf(asset) !== 'CREATING') return null
      unused = asset.attributes.multipart
      const attributes = { ...asset.attributes, received: null, multipart: [], note }
      const changed = { attributes, object: { ...asset.object, status: 'UPLOAD_FAILED' } }
      return {
        attributes,
        traits: { status: 'UPLOAD_FAILED' },
        ends: asset.attributes.received?.upload,
        deliveries: endDeliveries(pulling, changed, { code: PULL_FAILED, message: `${note}.` }),
      }
    },
  )
  await endUploads(core, account.id, unused)
}

/** Whether another attempt may succeed. */
function mayPass(error: unknown): boolean {
  if (error instanceof DownloadError) {
    const { failure, status } = error
    return failure === 'failed' && (status === null || status >= 500 || [408, 429].includes(status))
  }
  if (isCoreError(error)) return isRetryable(error.code)
  return !(error instanceof PlaneError)
}

/** A reason for the asset's owner, without internals. */
function reasonOf(error: unknown): string {
  if (error instanceof DownloadError) return error.message
  if (isCoreError(error, 'body-too-large') || isCoreError(error, 'upload-empty')) return error.message
  return 'the file could not be stored'
}
