import type { Reply } from '../../../http/types.ts'
import type { SpaceCall } from '../call.ts'
import { SmhError } from '../errors.ts'

export async function list(_call: SpaceCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}

export async function change(_call: SpaceCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}

export async function empty(_call: SpaceCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}

export async function info(_call: SpaceCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}

export async function restore(_call: SpaceCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}

export async function remove(_call: SpaceCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}
