import type { Exchange } from '../../../http/types.ts'
import type { Call, Vod } from '../call.ts'
import { notAuthenticated } from '../errors.ts'

/** Settles who calls and for which project, and reads the body. Errors: GatewayError, VOD.10057, VOD.10081. */
export async function authenticate(_vod: Vod, _exchange: Exchange): Promise<Call> {
  throw notAuthenticated('x-auth-token not found')
}
