import type { Reply } from '../../../http/types.ts'
import type { Call } from '../call.ts'
import { VodError } from '../errors.ts'

export async function create(_call: Call): Promise<Reply> {
  throw new VodError(10136)
}

export async function update(_call: Call): Promise<Reply> {
  throw new VodError(10136)
}

export async function remove(_call: Call): Promise<Reply> {
  throw new VodError(10136)
}

export async function list(_call: Call): Promise<Reply> {
  throw new VodError(10136)
}

export async function listV2(_call: Call): Promise<Reply> {
  throw new VodError(10136)
}
