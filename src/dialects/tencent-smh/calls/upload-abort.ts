import type { Reply } from '../../../http/types.ts'
import { findTask, requireWaiting } from '../model/upload.ts'
import { reply, requireGrant, type SpaceCall } from './call.ts'
import { closedMeanwhile } from './upload-renew.ts'

/**
 * `DELETE /api/v1/file/{L}/{S}/{ConfirmKey}?upload`: ends a task and gives up its bytes (reference §5.9). A second time is
 * fine. Errors: `NoPermission`, `UploadNotFound`, `UploadNotBelongYou`, `UploadComplete`.
 */
export async function abort(call: SpaceCall): Promise<Reply> {
  requireGrant(call, 'upload.begin')
  const task = await findTask(call)
  if (task.upload.state !== 'aborted') {
    requireWaiting(task, call.core.clock.now())
    try {
      await call.core.uploads.abort({ account: task.upload.account, id: task.upload.id })
    } catch (error) {
      throw closedMeanwhile(error)
    }
  }
  return reply(call, 204)
}
