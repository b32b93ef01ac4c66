import type { Reply } from '../../../http/types.ts'
import type { SpaceCall } from '../call.ts'
import { SmhError } from '../errors.ts'

export async function get(_call: SpaceCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}

export async function head(_call: SpaceCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}

export async function put(_call: SpaceCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}

export async function remove(_call: SpaceCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}

export async function byInode(_call: SpaceCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}

export async function deletionCheck(_call: SpaceCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}
