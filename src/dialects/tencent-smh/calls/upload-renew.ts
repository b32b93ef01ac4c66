import type { TimeMs } from '../../../core/clock.ts'
import { isCoreError } from '../../../core/errors.ts'
import type { Reply } from '../../../http/types.ts'
import { SmhError } from '../errors.ts'
import { findTask, requireWaiting, type Task } from '../model/upload.ts'
import { endOfCredentials, multipartTerms } from '../storage/credentials.ts'
import { readPartNumbers } from '../wire/part-numbers.ts'
import { trafficLimitOf } from '../wire/traffic-limit.ts'
import { reply, requireGrant, type SpaceCall } from './call.ts'

/**
 * `POST /api/v1/file/{L}/{S}/{ConfirmKey}?renew` (1283/75439): new credentials for the same task, with a later end. Those
 * that were given before stay good to their own end. `traffic_limit` is for the new ones; without it they have that of the
 * start. Errors: `NoPermission`, `ParamInvalid`, `UploadNotFound`, `UploadNotBelongYou`, `NotMultipartUpload`,
 * `UploadComplete`.
 */
export async function renew(call: SpaceCall): Promise<Reply> {
  requireGrant(call, 'upload.begin')
  const asked = trafficLimitOf(call.query)
  const numbers = readPartNumbers((await call.body()).partNumberRange)
  const task = await findTask(call)
  requireRenewable(task, call.core.clock.now())
  const validUntil = endOfCredentials(call, await keepAlive(call, task))
  const terms = { validUntil, trafficLimit: asked ?? task.trafficLimit }
  return reply(call, 200, multipartTerms(call, task, terms, numbers))
}

function requireRenewable(task: Task, now: TimeMs): void {
  if (task.upload.state !== 'committed') requireWaiting(task, now)
  if (task.kind !== 'multipart') throw new SmhError('NotMultipartUpload')
  requireWaiting(task, now)
}

/**
 * Sees to it that the task lives on for half of a task's life at least, and as long as the credentials; resolves with its
 * end. Writes only where less of it is left, so that renewals are cheap.
 */
async function keepAlive({ core, options }: SpaceCall, { upload }: Task): Promise<TimeMs> {
  const now = core.clock.now()
  const lifeMs = options.uploadTtlS * 1000
  const neededMs = Math.max(lifeMs / 2, Math.min(lifeMs, options.credentialsTtlS * 1000))
  if (upload.expiresAt >= now + neededMs) return upload.expiresAt
  try {
    return (await core.uploads.renew({ account: upload.account, id: upload.id }, now + lifeMs)).expiresAt
  } catch (error) {
    throw closedMeanwhile(error)
  }
}

/** A task that another call ended between its being found and its being changed. */
export function closedMeanwhile(error: unknown): unknown {
  const isConfirmed = isCoreError(error, 'upload-closed') && error.detail.state === 'committed'
  return isConfirmed ? new SmhError('UploadComplete') : error
}
