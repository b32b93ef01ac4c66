import type { TimeMs } from '../../../core/clock.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import { type Random, randomHex } from '../../../core/random.ts'
import { strictEncode } from '../../../http/canonical.ts'
import type { Reply } from '../../../http/types.ts'

/** The answer to every call. Keys go out in this order, as the upload host's do. */
export interface Envelope {
  readonly code: number
  readonly sid: string
  readonly data?: JsonObject
  readonly message: string
}

export function envelope(status: number, { code, sid, data, message }: Envelope): Reply {
  const body = data === undefined ? { code, sid, message } : { code, sid, data, message }
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  return { status, headers, body: JSON.stringify(body) }
}

export const success = (sid: string, data?: JsonObject): Reply =>
  envelope(200, { code: 0, sid, message: 'success', ...(data === undefined ? {} : { data }) })

const SHANGHAI_OFFSET_MS = 8 * 3_600_000

/**
 * A session id: `ost` + 8 hex + `@dx` + Unix time in ms as 11 hex + 5 hex + `02`. Shape of the document's samples
 * (`ost00010002@dx172fd79467d7a04802`); the free digits are random here.
 */
export function newSid(random: Random, now: TimeMs): string {
  const noise = randomHex(random, 7)
  const time = now.toString(16).padStart(11, '0')
  return `ost${noise.slice(0, 8)}@dx${time}${noise.slice(8, 13)}02`
}

/**
 * An upload id: `up_` + yyMMddHHmmss of China + ms + 9 digits, which are random here. Shape of the document's samples
 * (`up_200629084309761716841002`).
 */
export function newOstUploadId(random: Random, now: TimeMs): string {
  const clock = new Date(now + SHANGHAI_OFFSET_MS).toISOString().slice(2, 23).replace(/\D/g, '')
  const noise = Buffer.from(random.bytes(6)).readUIntBE(0, 6) % 1_000_000_000
  return `up_${clock}${noise.toString().padStart(9, '0')}`
}

const COMMA = 0x2c
const BRACE = 0x7d
const BLANKS: ReadonlySet<number | undefined> = new Set([0x20, 0x09, 0x0a, 0x0d])

/**
 * JSON text without a comma before its last brace: the document's own sample of `complete` has one, and a request copied
 * from it is to work.
 */
export function withoutTrailingComma(json: Uint8Array): Uint8Array {
  const brace = lastNonBlank(json, json.length - 1)
  const comma = json[brace] === BRACE ? lastNonBlank(json, brace - 1) : -1
  return json[comma] === COMMA ? Buffer.concat([json.subarray(0, comma), json.subarray(brace)]) : json
}

function lastNonBlank(bytes: Uint8Array, from: number): number {
  let at = from
  while (BLANKS.has(bytes[at])) at -= 1
  return at
}

const NAME_LENGTH_MAX = 255
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:;[ -~]*)?$/

/** A file name for people, without control characters and of bounded length; never used as a path. */
export function displayName(filename: string): string {
  const name = filename
    .toWellFormed()
    .replace(/\p{Cc}/gu, '')
    .trim()
  return [...name].slice(0, NAME_LENGTH_MAX).join('') || 'data'
}

/** The content type to store: as sent when it is one, else that of unknown bytes. */
export const storedContentType = (text: string): string =>
  text.length <= 255 && MEDIA_TYPE.test(text) ? text : 'application/octet-stream'

/** RFC 6266, with RFC 8187's UTF-8 name beside an ASCII one for readers that know no other. */
export function attachment(name: string): string {
  const ascii = name.replace(/[^ -~]/gu, '_').replace(/["\\%]/g, '_')
  const extended = strictEncode(name)
  return `attachment; filename="${ascii}"; filename*=UTF-8''${extended}`
}
