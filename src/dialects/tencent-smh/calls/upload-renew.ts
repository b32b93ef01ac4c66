import type { TimeMs } from '../../../core/clock.ts'
import { isCoreError } from '../../../core/errors.ts'
import type { Reply } from '../../../http/types.ts'
import { requireGrant } from '../auth/grants.ts'
import { SmhError } from '../errors.ts'
import { type BegunUpload, findUpload, requireWaiting } from '../model/upload.ts'
import { endOfCredentials, multipartTerms } from '../storage/credentials.ts'
import { readPartNumbers } from '../wire/part-numbers.ts'
import { trafficLimitOf } from '../wire/traffic-limit.ts'
import { reply, type SpaceCall } from './call.ts'

/**
 * `POST /api/v1/file/{L}/{S}/{ConfirmKey}?renew` (1283/75439): new credentials for the same upload, with a later end. Earlier ones
 * stay good to their own end. `traffic_limit` is for the new ones. Without it they have that of the start. Errors: `NoPermission`,
 * `ParamInvalid`, `UploadNotFound`, `UploadNotBelongYou`, `NotMultipartUpload`, `UploadComplete`.
 */
export async function renew(call: SpaceCall): Promise<Reply> {
  requireGrant(call, 'upload.begin')
  const asked = trafficLimitOf(call.query)
  const numbers = readPartNumbers((await call.body()).partNumberRange)
  const begun = await findUpload(call)
  requireRenewable(begun, call.core.clock.now())
  const validUntil = endOfCredentials(call, await keepAlive(call, begun))
  const terms = { validUntil, trafficLimit: asked ?? begun.trafficLimit }
  return reply(call, 200, multipartTerms(call, begun, terms, numbers))
}

function requireRenewable(begun: BegunUpload, now: TimeMs): void {
  if (begun.upload.state !== 'committed') requireWaiting(begun, now)
  if (begun.kind !== 'multipart') throw new SmhError('NotMultipartUpload')
  requireWaiting(begun, now)
}

/**
 * Makes the upload live on for at least half of an upload's life, and as long as the credentials. Resolves with its
 * end. Writes only where less of it is left, so that renewals are cheap.
 */
async function keepAlive({ core, options }: SpaceCall, { upload }: BegunUpload): Promise<TimeMs> {
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

/** The error when another call has ended the upload meanwhile. */
export function closedMeanwhile(error: unknown): unknown {
  const isConfirmed = isCoreError(error, 'upload-closed') && error.detail.state === 'committed'
  return isConfirmed ? new SmhError('UploadComplete') : error
}
