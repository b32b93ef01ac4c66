import { type OutgoingHttpHeaders, validateHeaderName, validateHeaderValue } from 'node:http'
import type { Reply } from './types.ts'

/** A reply in the form it goes out in. */
export interface ReplyHead {
  readonly status: number
  /** By lower-case name. */
  readonly headers: OutgoingHttpHeaders
  readonly body: Uint8Array | AsyncIterable<Uint8Array> | null
  /** What the body has to come to; null where the end of the stream tells. */
  readonly size: number | null
}

/**
 * Checks a reply and completes its headers. Throws for what must not reach the wire: header names and values with
 * characters that are not allowed there (response splitting), statuses out of range, framing headers of the caller's own.
 */
export function replyHead(reply: Reply, isHead: boolean): ReplyHead {
  const { status } = reply
  if (!Number.isInteger(status) || status < 200 || status > 599)
    throw new Error('the reply has no valid status')
  const headers = checkedHeaders(reply)
  const body = typeof reply.body === 'string' ? Buffer.from(reply.body) : (reply.body ?? null)
  if (status === 204 || status === 304) {
    if (status === 204) delete headers['content-length']
    return { status, headers, body: null, size: null }
  }
  if (body instanceof Uint8Array) headers['content-length'] = body.byteLength
  else if (body === null && !isHead) headers['content-length'] = 0
  const size = isHead ? null : lengthOf(headers['content-length'])
  return { status, headers, body: isHead ? null : body, size }
}

function checkedHeaders(reply: Reply): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {}
  for (const [name, value] of Object.entries(reply.headers ?? {})) {
    validateHeaderName(name)
    for (const one of typeof value === 'object' ? value : [value]) validateHeaderValue(name, String(one))
    headers[name.toLowerCase()] = typeof value === 'object' ? [...value] : value
  }
  if (headers['transfer-encoding'] !== undefined) throw new Error('the framing is the kit’s business')
  return headers
}

function lengthOf(header: OutgoingHttpHeaders[string]): number | null {
  if (header === undefined) return null
  const length = Number(header)
  if (!Number.isSafeInteger(length) || length < 0) throw new Error('the reply has no valid length')
  return length
}

/** Stops a reply's stream that will not be sent. */
export async function dropBody(reply: Reply): Promise<void> {
  const { body } = reply
  if (typeof body !== 'object' || body === null || body instanceof Uint8Array) return
  await body[Symbol.asyncIterator]().return?.()
}
