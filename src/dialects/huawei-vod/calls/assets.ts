import type { Reply } from '../../../http/types.ts'
import type { Call } from '../call.ts'
import { VodError } from '../errors.ts'

export async function remove(_call: Call): Promise<Reply> {
  throw new VodError(10136)
}

export async function details(_call: Call): Promise<Reply> {
  throw new VodError(10136)
}

export async function updateMeta(_call: Call): Promise<Reply> {
  throw new VodError(10136)
}

export async function setCover(_call: Call): Promise<Reply> {
  throw new VodError(10136)
}
