import type { Shape } from '../../../http/json-fields.ts'
import { orEmpty } from '../../../http/json-shapes.ts'
import type { Reply } from '../../../http/types.ts'
import { requireGrant } from '../auth/grants.ts'
import { type Confirming, confirmUpload } from '../model/confirming.ts'
import { readStrategy } from '../model/strategy.ts'
import { findUpload } from '../model/upload.ts'
import { readTraits } from '../wire/fields.ts'
import { bodyFields } from '../wire/parameters.ts'
import { confirmRecord } from '../wire/records.ts'
import { reply, type SpaceCall } from './call.ts'

/**
 * `POST /api/v1/file/{L}/{S}/{ConfirmKey}?confirm` (1283/75440): makes the bytes a file (reference §5.7). It works as long as the
 * upload lives, even if its credentials have ended. A repeat gives the same record. Errors: `NoPermission`,
 * `InvalidConflictResolutionStrategy`, `UploadNotFound`, `UploadNotBelongYou`, `UploadIncomplete`,
 * `MultipartUploadIncomplete`, `MultipartUploadPartTooSmall`, `BadCrc64`, `PathConflict`, `SameNameDirectoryOrFileExists`,
 * `QuotaLimitReached`, `DirectoryNotFound`; `UploadComplete` if the file of an earlier confirm is gone.
 */
export async function confirm(call: SpaceCall): Promise<Reply> {
  requireGrant(call, 'upload.confirm')
  const confirming = await readConfirming(call)
  const shown = { inode: call.query.flag('with_inode'), cas: call.query.flag('with_content_cas') }
  const { entry, isOverwritten } = await confirmUpload(
    call,
    (isFirst) => findUpload(call, isFirst),
    confirming,
  )
  return reply(call, 200, confirmRecord(call.library, entry, { ...shown, isOverwritten }))
}

async function readConfirming({ query, body }: SpaceCall): Promise<Confirming> {
  const given = await body()
  return {
    strategy: readStrategy(query.text('conflict_resolution_strategy')),
    crc64: bodyFields(given).optional('crc64', orEmpty(CRC64)),
    traits: readTraits(given),
    cas: query.text('content_cas'),
  }
}

/** A small one may be a number. */
const CRC64: Shape<bigint> = {
  accepted: 'a decimal text',
  read: (value) => {
    const text = Number.isSafeInteger(value) ? String(value) : value
    return typeof text === 'string' && /^\d{1,20}$/.test(text) ? BigInt(text) : undefined
  },
}
