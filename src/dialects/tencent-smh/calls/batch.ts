import type { Reply } from '../../../http/types.ts'
import type { SpaceCall } from '../call.ts'
import { SmhError } from '../errors.ts'

export async function batch(_call: SpaceCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}
