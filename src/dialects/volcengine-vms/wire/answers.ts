import type { TimeMs } from '../../../core/clock.ts'
import type { Json, JsonObject } from '../../../core/model/json.ts'
import { type Random, randomHex } from '../../../core/random.ts'
import type { Exchange, Reply } from '../../../http/types.ts'
import { scopeNamed } from '../auth/claims.ts'
import type { VmsError } from '../errors.ts'
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

const reply = (status: number, content: JsonObject): Reply => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(content),
})

export const success = (exchange: Exchange, result: Json): Reply =>
  reply(200, { ResponseMetadata: metadata(exchange), Result: result })

export function failure(exchange: Exchange, { status, code, codeN, message }: VmsError): Reply {
  const error = { ...(codeN === null ? {} : { CodeN: codeN }), Code: code, Message: message }
  return reply(status, { ResponseMetadata: { ...metadata(exchange), Error: error } })
}
