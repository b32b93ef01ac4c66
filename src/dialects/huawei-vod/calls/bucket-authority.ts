import type { Reply } from '../../../http/types.ts'
import { Fields } from '../wire/fields.ts'
import { type Call, reply } from './call.ts'

const BUCKET = { bytesMax: 63 }

/**
 * updateBucketAuthorized (page vod_04_0199). A copy reads what its caller may read, so that there is nothing to allow or to withdraw:
 * the call is checked and answered, and changes nothing.
 */
export async function authoriseBucket(call: Call): Promise<Reply> {
  const fields = new Fields(call.body)
  fields.requiredText('bucket', BUCKET)
  fields.requiredOneOf('operation', ['0', '1'])
  return reply(call, 200)
}
