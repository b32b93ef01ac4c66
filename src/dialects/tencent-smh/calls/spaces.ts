import type { Reply } from '../../../http/types.ts'
import type { LibraryCall } from '../call.ts'
import { SmhError } from '../errors.ts'

export async function create(_call: LibraryCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}

export async function listBare(_call: LibraryCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}

export async function list(_call: LibraryCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}

export async function count(_call: LibraryCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}

export async function libraryUsage(_call: LibraryCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}

export async function spacesUsage(_call: LibraryCall): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}

export const extension = list
export const update = list
export const size = list
export const fileCount = list
export const contentsView = list
export const trafficLimit = list
export const remove = list
