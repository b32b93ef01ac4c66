import type { Reply } from '../../../http/types.ts'
import type { SpaceCall } from '../call.ts'
import { SmhError } from '../errors.ts'

export async function get(_call: SpaceCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}

export async function post(_call: SpaceCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}

export async function abort(_call: SpaceCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}
