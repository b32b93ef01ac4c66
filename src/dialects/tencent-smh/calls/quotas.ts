import type { Reply } from '../../../http/types.ts'
import type { LibraryCall } from '../call.ts'
import { SmhError } from '../errors.ts'

export async function create(_call: LibraryCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}

export async function get(_call: LibraryCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}

export async function update(_call: LibraryCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}

export const ofSpace = get
