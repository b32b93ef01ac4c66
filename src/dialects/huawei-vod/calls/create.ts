import type { Reply } from '../../../http/types.ts'
import type { Call } from '../call.ts'
import { VodError } from '../errors.ts'

export async function create(_call: Call): Promise<Reply> {
  throw new VodError(10136)
}
