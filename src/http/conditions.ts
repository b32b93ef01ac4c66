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

export function testConditions(exchange: Exchange, { etag, modifiedAt }: Validators): ConditionAnswer {
  const { headers } = exchange.request
  const date = (text: string | undefined) => (text === undefined ? null : parseDate(exchange, text))
  const ifMatch = headers['if-match']
  const unmodifiedSince = date(headers['if-unmodified-since'])
  if (ifMatch !== undefined) {
    if (!listsTag(ifMatch, etag, 'strong')) return 'precondition-failed'
  } else if (unmodifiedSince !== null && seconds(modifiedAt) > seconds(unmodifiedSince)) {
    return 'precondition-failed'
  }
  const ifNoneMatch = headers['if-none-match']
  const modifiedSince = date(headers['if-modified-since'])
  if (ifNoneMatch !== undefined) return listsTag(ifNoneMatch, etag, 'weak') ? 'not-modified' : 'proceed'
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
