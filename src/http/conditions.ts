import type { TimeMs } from '../core/clock.ts'
import { parseHttpDate } from './http-date.ts'
import type { Exchange } from './types.ts'

/** What a representation's conditions are tested against. */
export interface Validators {
  /** Strong, with its quotes. */
  readonly etag: string
  readonly modifiedAt: TimeMs
}

/** How a GET or HEAD goes on: RFC 9110 §13.2.2, in its order of precedence. */
export type ConditionAnswer = 'proceed' | 'not-modified' | 'precondition-failed'

export function testConditions({ request, receivedAt }: Exchange, validators: Validators): ConditionAnswer {
  const { headers } = request
  const conditions = {
    ifMatch: headers['if-match'] ?? null,
    ifNoneMatch: headers['if-none-match'] ?? null,
    ifModifiedSince: headers['if-modified-since'] ?? null,
    ifUnmodifiedSince: headers['if-unmodified-since'] ?? null,
  }
  return answerTo(conditions, validators, receivedAt)
}

/** The texts of such headers; null for none. */
export interface Conditions {
  readonly ifMatch: string | null
  readonly ifNoneMatch: string | null
  readonly ifModifiedSince?: string | null
  readonly ifUnmodifiedSince?: string | null
}

/** The same for conditions that stand elsewhere. */
export function answerTo(
  { ifMatch, ifNoneMatch, ...conditions }: Conditions,
  { etag, modifiedAt }: Validators,
  now: TimeMs,
): ConditionAnswer {
  const date = (text: string | null | undefined) => (text ? parseHttpDate(text.trim(), now) : null)
  const unmodifiedSince = date(conditions.ifUnmodifiedSince)
  if (ifMatch !== null) {
    if (!listsTag(ifMatch, etag, 'strong')) return 'precondition-failed'
  } else if (unmodifiedSince !== null && seconds(modifiedAt) > seconds(unmodifiedSince)) {
    return 'precondition-failed'
  }
  const modifiedSince = date(conditions.ifModifiedSince)
  if (ifNoneMatch !== null) return listsTag(ifNoneMatch, etag, 'weak') ? 'not-modified' : 'proceed'
  return modifiedSince !== null && seconds(modifiedAt) <= seconds(modifiedSince) ? 'not-modified' : 'proceed'
}

/** Whether a Range header counts: RFC 9110 §13.1.5, strong comparison of the tag or the very date. */
export function isRangeWanted(exchange: Exchange, { etag, modifiedAt }: Validators): boolean {
  const ifRange = exchange.request.headers['if-range']
  if (typeof ifRange !== 'string') return ifRange === undefined
  if (ifRange.includes('"')) return ifRange.trim() === etag
  const date = parseDate(exchange, ifRange)
  return date !== null && seconds(date) === seconds(modifiedAt)
}

const TAG = /(W\/)?"([^"]*)"|([^\s,"]+)/g

/** Tags without quotes, which some clients send, count as strong ones. */
function listsTag(header: string, etag: string, comparison: 'strong' | 'weak'): boolean {
  if (header.trim() === '*') return true
  for (const [, weak, quoted, bare] of header.matchAll(TAG)) {
    if (weak !== undefined && comparison === 'strong') continue
    if (`"${quoted ?? bare}"` === etag) return true
  }
  return false
}

const parseDate = (exchange: Exchange, text: string): TimeMs | null =>
  parseHttpDate(text.trim(), exchange.receivedAt)
const seconds = (time: TimeMs): number => Math.floor(time / 1000)
