import type { TimeMs } from '../../../core/clock.ts'
import type { Json, JsonObject } from '../../../core/model/json.ts'
import type { StoredObject } from '../../../core/model/objects.ts'
import { type Random, randomHex } from '../../../core/random.ts'
import type { Exchange, Reply } from '../../../http/types.ts'
import { scopeNamed } from '../auth/claims.ts'
import type { VmsError } from '../errors.ts'

/** `Type` of a record, as the objects' kind. */
export const KIND = { notification: '0', tts: '1', interactive: '2' } as const
/** `State` of a record, as the objects' status. */
export const STATE = { inReview: '0', approved: '1', rejected: '2' } as const

const BEIJING_AHEAD_MS = 8 * 3600_000

/** `2026-01-02 11:04:05` of Beijing's clock: the form of CreateTime. */
export const beijingTime = (time: TimeMs): string =>
  new Date(time + BEIJING_AHEAD_MS).toISOString().slice(0, 19).replace('T', ' ')

/** 32 characters as in the documents' samples: Beijing's clock in 14 digits, then 18 upper-case hex characters. */
export function newRequestId(random: Random, now: TimeMs): string {
  const clock = beijingTime(now).replace(/\D/g, '')
  return clock + randomHex(random, 9).toUpperCase()
}

/** Most characters of a caller's own words that an answer repeats. */
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

/** One of `Records` (documents 6358/173278, 173279, 1722078). */
export function record(object: StoredObject): JsonObject {
  return {
    ResourceKey: object.id,
    Name: object.name,
    Suffix: textAttribute(object, 'suffix'),
    Duration: durationS(object),
    State: Number(object.status),
    CreateTime: beijingTime(object.createdAt),
    Type: Number(object.kind),
    Remark: textAttribute(object, 'remark'),
    ...(object.kind === KIND.tts
      ? {
          TtsTemplateContent: textAttribute(object, 'ttsTemplateContent'),
          TtsOptions: textAttribute(object, 'ttsOption'),
        }
      : {}),
  }
}

/** Whole seconds, the nearest; half a second counts up. */
const durationS = ({ media }: StoredObject): number => Math.round((media?.durationMs ?? 0) / 1000)

export function textAttribute(object: StoredObject, name: string): string {
  const value = object.attributes[name]
  return typeof value === 'string' ? value : ''
}
