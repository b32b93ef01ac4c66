import type { JsonObject } from '../../../core/model/json.ts'
import type { Part } from '../../../core/model/uploads.ts'
import type { Reply } from '../../../http/types.ts'
import { contentsType } from '../model/file-types.ts'
import { allParts } from '../model/parts.ts'
import { findTask, requireWaiting, type Task } from '../model/upload.ts'
import { endOfCredentials, multipartTerms } from '../storage/credentials.ts'
import { isoTime } from '../wire/records.ts'
import { reply, requireGrant, type SpaceCall } from './call.ts'

/**
 * `GET /api/v1/file/{L}/{S}/{ConfirmKey}?upload` (1283/75441): reference §5.6. `no_upload_part_info=1` leaves out the
 * credentials, which a confirmed task has none of. Errors: `NoPermission`, `UploadNotFound`, `UploadNotBelongYou`.
 */
export async function status(call: SpaceCall): Promise<Reply> {
  requireGrant(call, 'upload.begin')
  const withPartInfo = !call.query.flag('no_upload_part_info')
  const task = await findTask(call)
  const { upload, strategy } = task
  const isConfirmed = upload.state === 'committed'
  if (!isConfirmed) requireWaiting(task, call.core.clock.now())
  return reply(call, 200, {
    confirmed: isConfirmed,
    path: await pathOf(call, task),
    type: contentsType(call.library, task),
    creationTime: isoTime(upload.createdAt),
    conflictResolutionStrategy: strategy,
    force: strategy === 'overwrite',
    ...(task.kind === 'multipart' ? await multipartFacts(call, task, withPartInfo && !isConfirmed) : {}),
  })
}

/** Of a confirmed task where its file is now. Null where there is no way to it from the root. */
async function pathOf({ core, address }: SpaceCall, { upload, parent, name }: Task) {
  const id = upload.state === 'committed' ? upload.objectId : parent
  const found = await core.trees.findEntry({ volume: address, at: { id } })
  const path = found?.path ?? null
  return path === null || upload.state === 'committed' ? path : [...path, name]
}

async function multipartFacts(call: SpaceCall, task: Task, withPartInfo: boolean): Promise<JsonObject> {
  const parts = await allParts(call.core, task.upload)
  return {
    uploadId: task.upload.ref,
    availableDomainNum: 1,
    parts: parts.map(partOf),
    ...(withPartInfo ? { uploadPartInfo: partInfo(call, task) } : {}),
  }
}

/** ETags are MD5s, by which the vendor's Android client knows the parts that it need not send again. */
const partOf = ({ number, writtenAt, facts }: Part): JsonObject => ({
  PartNumber: number,
  LastModified: isoTime(writtenAt),
  ETag: `"${facts.digests.md5 ?? ''}"`,
  Size: facts.size,
})

/** Also has the confirmKey, which the vendor's Android client renews by after a resume. */
function partInfo(call: SpaceCall, task: Task): JsonObject {
  const validUntil = endOfCredentials(call, task.upload.expiresAt)
  const { availableDomainNum: _, ...info } = multipartTerms(
    call,
    task,
    { validUntil, trafficLimit: task.trafficLimit },
    null,
  )
  return info
}
