import type { TimeMs } from '../core/clock.ts'
import type { LeadOptions, Objects, Trees } from '../core/core.ts'
import type { Content } from '../core/model/bytes.ts'
import type { StoredObject } from '../core/model/objects.ts'
import type { FileEntry } from '../core/model/trees.ts'
import { isRangeWanted, testConditions } from './conditions.ts'
import { parseRange, type RangeAnswer } from './ranges.ts'
import type { Exchange, Reply, ReplyHeaders } from './types.ts'

/** Bytes that can be read from any offset, with the facts that HTTP tells of them. */
export interface Servable {
  readonly id: string
  /** Null for things without bytes. */
  readonly content: Content | null
  readonly contentType: string | null
  readonly updatedAt: TimeMs
  /** With its quotes, where it is not the one that `entityTag` makes of the content. */
  readonly etag?: string
  /** A HEAD asks for some bytes as a GET does, though HTTP has ranges for GET alone, and a range with blanks in it is none. */
  readonly hasOwnRanges?: boolean
  /**
   * Bytes `start` to `end` (exclusive). Starts nothing before its first bytes are asked for. A chunk is used up when the next one is
   * asked for.
   */
  read(start: number, end: number): AsyncIterable<Uint8Array>
  /** A link to the store for all of it; null where there is to be none. Absent: never. */
  lead?(options: LeadOptions): Promise<string | null>
}

const LENT = { lends: true } as const

/** An object of a bucket as something to serve. */
export function servable(objects: Objects, object: StoredObject): Servable {
  const { id, content, contentType, updatedAt } = object
  return {
    ...{ id, content, contentType, updatedAt },
    read: (start, end) => objects.read(object, start, end, LENT),
    lead: (options) => objects.lead(object, options),
  }
}

/** A file of a tree as something to serve. */
export function servableFile(trees: Trees, file: FileEntry): Servable {
  const { id, content, contentType, modifiedAt } = file
  return {
    id,
    content,
    contentType,
    updatedAt: modifiedAt,
    read: (start, end) => trees.read(file, start, end, LENT),
    lead: (options) => trees.lead(file, options),
  }
}

/**
 * As `serveObject`, for a GET by a link: where clients are led to the store, and all of the object is asked for, the answer is 302 to a link of a minute. `headers` may
 * have the type and disposition that the store is to answer; bytes that might run in a browser are a download there.
 */
export async function serveByLink(
  exchange: Exchange,
  object: Servable,
  headers: ReplyHeaders,
): Promise<Reply> {
  const reply = serveObject(exchange, object, headers)
  if (reply.status !== 200 || exchange.method !== 'GET' || object.lead === undefined) return reply
  const named = reply.headers ?? {}
  const location = await object.lead({
    contentType: String(named['content-type'] ?? contentType(object)),
    disposition: String(named['content-disposition'] ?? 'attachment'),
  })
  return location === null
    ? reply
    : { status: 302, headers: { ...withLowerCaseNames(headers), location }, body: '' }
}

/**
 * The answer to a GET or HEAD of an object: 200, 206 with Content-Range, 304, 412 or 416 (RFC 9110 §13–14: If-Match,
 * If-None-Match, If-Modified-Since, If-Unmodified-Since, If-Range, Range), with ETag, Last-Modified, Accept-Ranges,
 * Content-Type and Content-Length. With `only` these bytes are what is asked for. `headers` come on top, and what keeps stored bytes from running on an origin of ours
 * (`safe-headers.ts`) on top of these. 412 and 416 have no body here: the caller gives its vendor's.
 */
export function serveObject(
  exchange: Exchange,
  object: Servable,
  headers: ReplyHeaders,
  only?: { readonly start: number; readonly end: number },
): Reply {
  const size = object.content?.size ?? 0
  const validators = { etag: object.etag ?? entityTag(object), modifiedAt: object.updatedAt }
  const own: ReplyHeaders = {
    etag: validators.etag,
    'last-modified': new Date(validators.modifiedAt).toUTCString(),
    'accept-ranges': 'bytes',
  }
  const onTop = withLowerCaseNames(headers)
  const stored = { contentType: contentType(object) }
  const condition = testConditions(exchange, validators)
  if (condition === 'not-modified') return { status: 304, headers: { ...own, ...onTop }, stored }
  if (condition === 'precondition-failed') return { status: 412, headers: { ...own, ...onTop }, stored }
  const range: RangeAnswer =
    only === undefined ? rangeOf(exchange, object, validators, size) : { type: 'part', ...only }
  if (range.type === 'unsatisfiable') {
    return { status: 416, headers: { ...own, ...onTop, 'content-range': `bytes */${size}` }, stored }
  }
  const { start, end } = range.type === 'part' ? range : { start: 0, end: size }
  const framing: ReplyHeaders = {
    'content-length': end - start,
    ...(range.type === 'part' ? { 'content-range': `bytes ${start}-${end - 1}/${size}` } : {}),
  }
  return {
    status: range.type === 'part' ? 206 : 200,
    headers: { ...own, 'content-type': stored.contentType, ...onTop, ...framing },
    stored,
    body: exchange.method === 'HEAD' ? null : object.read(start, end),
  }
}

/** The strong entity tag, with its quotes: md5 of the bytes; of several parts `"<md5 of md5s>-<count>"`; else the blob's id. */
export function entityTag(object: Pick<Servable, 'id' | 'content'>): string {
  const { content } = object
  if (content === null) return `"${object.id}"`
  if (content.partCount <= 1) return `"${content.digests.md5 ?? content.blob}"`
  return content.md5OfParts === null ? `"${content.blob}"` : `"${content.md5OfParts}-${content.partCount}"`
}

/** Range is defined for GET alone (RFC 9110 §14.2), but for clouds that say otherwise. */
function rangeOf(
  exchange: Exchange,
  { hasOwnRanges = false }: Servable,
  validators: Parameters<typeof isRangeWanted>[1],
  size: number,
): RangeAnswer {
  const isWanted = (exchange.method === 'GET' || hasOwnRanges) && isRangeWanted(exchange, validators)
  const { range } = exchange.request.headers
  const isNone = hasOwnRanges && /\s/.test(range ?? '')
  return parseRange(isWanted && !isNone ? range : undefined, size)
}

const contentType = (object: Servable): string => object.contentType ?? 'application/octet-stream'

const withLowerCaseNames = (headers: ReplyHeaders): ReplyHeaders =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
