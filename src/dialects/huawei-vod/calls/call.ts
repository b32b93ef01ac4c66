import type { Json, JsonObject } from '../../../core/model/json.ts'
import type { Exchange, Reply } from '../../../http/types.ts'
import type { Caller } from '../auth/caller.ts'
import type { ProjectContext } from '../model/context.ts'

/** An authenticated call of a project. */
export interface Call extends ProjectContext {
  readonly exchange: Exchange
  readonly caller: Caller
  /** The name of the token's user; that of the account with AK/SK. */
  readonly user: string
  /** The body as JSON object; an empty one is `{}`. Errors: VOD.10081. */
  readonly body: JsonObject
}

export type Handler = (call: Call) => Promise<Reply>

/** An answer with a JSON body, or with none. */
export function reply({ exchange }: Pick<Call, 'exchange'>, status: number, body?: Json): Reply {
  const headers = { 'x-request-id': exchange.requestId }
  if (body === undefined) return { status, headers, body: '' }
  return {
    status,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }
}
