import type { TimeMs } from '../../../core/clock.ts'
import type { Json, JsonObject } from '../../../core/model/json.ts'
import { type Random, randomHex } from '../../../core/random.ts'
import type { Exchange, Reply, ReplyHeaders } from '../../../http/types.ts'
import { scopeNamed } from '../auth/claims.ts'
import type { VmsError } from '../errors.ts'
import { JsonPieces } from './json-pieces.ts'
import { beijingTime } from './times.ts'

/** 32 characters as in the documents' samples: Beijing's clock in 14 digits, then 18 upper-case hex characters. */
export function newRequestId(random: Random, now: TimeMs): string {
  const clock = beijingTime(now).replace(/\D/g, '')
  return clock + randomHex(random, 9).toUpperCase()
}

/** An answer repeats at most so many characters of what the caller sent. */
const ECHO_MAX = 128

/** Documents 6358/172949 and 6662/1288487. The region is the one the client signed for, empty when it named none. */
function metadata({ request, requestId, query }: Exchange): JsonObject {
  const named = (name: string) => (query.find(([each]) => each === name)?.[1] ?? '').slice(0, ECHO_MAX)
  return {
    RequestId: requestId,
    Action: named('Action'),
    Version: named('Version'),
    Service: 'vms',
    Region: scopeNamed(query, request.headers)?.region ?? '',
  }
}

const CONTENT_TYPE = 'application/json; charset=utf-8'

const reply = (status: number, content: JsonObject, headers: ReplyHeaders = {}): Reply => ({
  status,
  headers: { 'content-type': CONTENT_TYPE, ...headers },
  body: JSON.stringify(content),
})

export function success(exchange: Exchange, result: Json | JsonPieces): Reply {
  const told = metadata(exchange)
  if (!(result instanceof JsonPieces)) return reply(200, { ResponseMetadata: told, Result: result })
  const whole = result.within(`{"ResponseMetadata":${JSON.stringify(told)},"Result":`, '}')
  return {
    status: 200,
    headers: { 'content-type': CONTENT_TYPE, 'content-length': whole.size },
    body: inTurn(whole.pieces),
  }
}

async function* inTurn(pieces: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* pieces
}

/** Documents 6662/1288487 and both of the calls; `Reason`, beside their fields, is ours and stands in the log too. */
export function failure(exchange: Exchange, error: VmsError): Reply {
  const { status, code, codeN, message, reason, retryAfterS } = error
  if (reason !== null) exchange.note({ voiceFileCode: reason })
  const told = {
    ...(codeN === null ? {} : { CodeN: codeN }),
    Code: code,
    Message: message,
    ...(reason === null ? {} : { Reason: reason }),
  }
  const headers = retryAfterS === null ? {} : { 'retry-after': retryAfterS }
  return reply(status, { ResponseMetadata: { ...metadata(exchange), Error: told } }, headers)
}
