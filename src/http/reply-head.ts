import { validateHeaderName, validateHeaderValue } from 'node:http'
import { type InlineActiveTypes, makeSafe } from './safe-headers.ts'
import type { Reply, ReplyHeaders } from './types.ts'

/** A reply as it goes out. */
export interface ReplyHead {
  readonly status: number
  readonly headers: ReplyHeaderFields
  readonly body: Uint8Array | AsyncIterable<Uint8Array> | null
  /** Bytes that the body must have; null where the end of the stream tells. */
  readonly size: number | null
}

/**
 * Checks a reply and completes its headers. Throws for what must not reach the wire: header names and values with
 * characters that are not allowed there (response splitting), statuses out of range, framing headers of the caller's own.
 * What browsers are told stands in `makeSafe`. A HEAD that fails tells no length: there are clients of the vendors that wait for so many bytes of an error.
 */
export function replyHead(
  reply: Reply,
  { isHead, inlineActiveTypes }: { readonly isHead: boolean; readonly inlineActiveTypes: InlineActiveTypes },
): ReplyHead {
  const { status } = reply
  if (!Number.isInteger(status) || status < 200 || status > 599)
    throw new Error('the reply has no valid status')
  const headers = new ReplyHeaderFields(reply.headers ?? {})
  makeSafe(headers, reply.stored, { status, inlineActiveTypes })
  const body = typeof reply.body === 'string' ? Buffer.from(reply.body) : (reply.body ?? null)
  if (status === 204 || status === 304) {
    if (status === 204) headers.delete('content-length')
    return { status, headers, body: null, size: null }
  }
  if (isHead && status >= 400) {
    headers.delete('content-length')
    return { status, headers, body: null, size: null }
  }
  if (body instanceof Uint8Array) headers.set('content-length', body.byteLength)
  else if (body === null && !isHead) headers.set('content-length', 0)
  const size = lengthOf(headers.get('content-length'))
  return { status, headers, body: isHead ? null : body, size: isHead ? null : size }
}

type FieldValue = string | number | readonly string[]

interface Field {
  readonly wireName: string
  readonly value: FieldValue
}

/** Headers of a reply by name, in any letter case; the last of equal names counts. */
export class ReplyHeaderFields {
  readonly #fields = new Map<string, Field>()

  constructor(headers: ReplyHeaders) {
    for (const name in headers) {
      const value = headers[name]
      if (value === undefined) continue
      if (typeof value === 'object') for (const one of value) validateHeaderValue(name, one)
      else validateHeaderValue(name, String(value))
      this.set(name, value)
    }
    if (this.get('transfer-encoding') !== undefined)
      throw new Error('the framing is not the reply’s to choose')
  }

  get(name: string): FieldValue | undefined {
    return this.#fields.get(name.toLowerCase())?.value
  }

  /** Throws for a name that cannot be one. */
  set(name: string, value: FieldValue): void {
    const { key, wireName } = nameOf(name)
    this.#fields.set(key, { wireName, value })
  }

  delete(name: string): void {
    this.#fields.delete(name.toLowerCase())
  }

  /** As they go out: names and values in turn. */
  toRaw(): string[] {
    const raw: string[] = []
    for (const { wireName, value } of this.#fields.values()) {
      if (typeof value === 'object') for (const one of value) raw.push(wireName, one)
      else raw.push(wireName, String(value))
    }
    return raw
  }
}

interface FieldName {
  /** In lower case. */
  readonly key: string
  readonly wireName: string
}

/** Names that replies had, so that each is looked at once: the same few come with every reply. */
const knownNames = new Map<string, FieldName>()
const KNOWN_NAMES_MAX = 1000

function nameOf(name: string): FieldName {
  const known = knownNames.get(name)
  if (known !== undefined) return known
  validateHeaderName(name)
  const made = { key: name.toLowerCase(), wireName: wireNameOf(name) }
  if (knownNames.size < KNOWN_NAMES_MAX) knownNames.set(name, made)
  return made
}

const UNUSUAL = new Map([
  ['etag', 'ETag'],
  ['www-authenticate', 'WWW-Authenticate'],
  ['content-md5', 'Content-MD5'],
])

/** Standard names get their usual letter case, for clients that look at it; a vendor's own (`x-`) stay as they are. */
function wireNameOf(name: string): string {
  if (name.startsWith('x-')) return name
  return UNUSUAL.get(name) ?? name.replace(/(?<![^-])[a-z]/g, (letter) => letter.toUpperCase())
}

function lengthOf(header: FieldValue | undefined): number | null {
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
