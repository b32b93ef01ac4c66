import type { Reply } from '../../../http/types.ts'
import type { LibraryCall } from '../call.ts'
import { SmhError } from '../errors.ts'

export async function ofLibrary(_call: LibraryCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}

export async function ofSpace(_call: LibraryCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}

export async function result(_call: LibraryCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}
