import type { JsonObject } from '../../../core/model/json.ts'
import type { Part } from '../../../core/model/uploads.ts'
import type { Reply } from '../../../http/types.ts'
import { requireGrant } from '../auth/grants.ts'
import { contentsType } from '../model/file-types.ts'
import { allParts } from '../model/parts.ts'
import { type BegunUpload, findUpload, requireWaiting } from '../model/upload.ts'
import { endOfCredentials, multipartTerms } from '../storage/credentials.ts'
import { isoTime } from '../wire/records.ts'
import { reply, type SpaceCall } from './call.ts'

/**
 * `GET /api/v1/file/{L}/{S}/{ConfirmKey}?upload` (1283/75441): reference §5.6. `no_upload_part_info=1` leaves out the
 * credentials. A confirmed upload has none. Errors: `NoPermission`, `UploadNotFound`, `UploadNotBelongYou`.
 */
export async function status(call: SpaceCall): Promise<Reply> {
  requireGrant(call, 'upload.begin')
  const withPartInfo = !call.query.flag('no_upload_part_info')
  const begun = await findUpload(call)
  const { upload, strategy } = begun
  const isConfirmed = upload.state === 'committed'
  if (!isConfirmed) requireWaiting(begun, call.core.clock.now())
  return reply(call, 200, {
    confirmed: isConfirmed,
    path: await pathOf(call, begun),
    type: contentsType(call.library, begun),
    creationTime: isoTime(upload.createdAt),
    conflictResolutionStrategy: strategy,
    force: strategy === 'overwrite',
    ...(begun.kind === 'multipart' ? await multipartFacts(call, begun, withPartInfo && !isConfirmed) : {}),
  })
}

/** The path of the file. After the confirm it is where the file is now. Null: no path leads to it. */
async function pathOf({ core, address }: SpaceCall, { upload, parent, name }: BegunUpload) {
  const id = upload.state === 'committed' ? upload.objectId : parent
  const found = await core.trees.findEntry({ volume: address, at: { id } })
  const path = found?.path ?? null
  return path === null || upload.state === 'committed' ? path : [...path, name]
}

async function multipartFacts(
  call: SpaceCall,
  begun: BegunUpload,
  withPartInfo: boolean,
): Promise<JsonObject> {
  const parts = await allParts(call.core, begun.upload)
  // Bytes that came one after another have no numbers of their own.
  const { isAppended } = begun.upload.limits
  return {
    uploadId: begun.upload.ref,
    availableDomainNum: 1,
    parts: parts.map((part, at) => partOf(isAppended === true ? { ...part, number: at + 1 } : part)),
    ...(withPartInfo ? { uploadPartInfo: partInfo(call, begun) } : {}),
  }
}

/** ETags are MD5s. By them the vendor's Android client knows which parts it need not send again. */
const partOf = ({ number, writtenAt, facts }: Part): JsonObject => ({
  PartNumber: number,
  LastModified: isoTime(writtenAt),
  ETag: `"${facts.digests.md5 ?? ''}"`,
  Size: facts.size,
})

/** It also has the confirmKey: after a resume the vendor's Android client renews by it. */
function partInfo(call: SpaceCall, begun: BegunUpload): JsonObject {
  const validUntil = endOfCredentials(call, begun.upload.expiresAt)
  const { availableDomainNum: _, ...info } = multipartTerms(
    call,
    begun,
    { validUntil, trafficLimit: begun.trafficLimit },
    null,
  )
  return info
}
