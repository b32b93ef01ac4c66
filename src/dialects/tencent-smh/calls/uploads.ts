import type { Reply } from '../../../http/types.ts'
import type { SpaceCall } from '../call.ts'
import { SmhError } from '../errors.ts'

export async function get(_call: SpaceCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}

/** Starts a simple upload: what a PUT is when its body names nothing else. */
export async function put(_call: SpaceCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}

export async function post(_call: SpaceCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}

export async function abort(_call: SpaceCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}
