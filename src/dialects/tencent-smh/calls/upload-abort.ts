import type { Reply } from '../../../http/types.ts'
import { requireGrant } from '../auth/grants.ts'
import { findUpload, requireWaiting } from '../model/upload.ts'
import { reply, type SpaceCall } from './call.ts'
import { closedMeanwhile } from './upload-renew.ts'

/**
 * `DELETE /api/v1/file/{L}/{S}/{ConfirmKey}?upload`: ends an upload and gives up its bytes (reference §5.9). It may be
 * repeated. Errors: `NoPermission`, `UploadNotFound`, `UploadNotBelongYou`, `UploadComplete`.
 */
export async function abort(call: SpaceCall): Promise<Reply> {
  requireGrant(call, 'upload.begin')
  const begun = await findUpload(call)
  if (begun.upload.state !== 'aborted') {
    requireWaiting(begun, call.core.clock.now())
    try {
      await call.core.uploads.abort({ account: begun.upload.account, id: begun.upload.id })
    } catch (error) {
      throw closedMeanwhile(error)
    }
  }
  return reply(call, 204)
}
