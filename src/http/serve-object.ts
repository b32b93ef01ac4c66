import type { StoredObject } from '../core/model.ts'
import type { Objects } from '../core/objects.ts'
import type { Exchange, Reply, ReplyHeaders } from './types.ts'

/**
 * The answer to a GET or HEAD of an object: 200, 206 with Content-Range, 304, 412 or 416 (RFC 9110 §13–14: If-Match,
 * If-None-Match, If-Modified-Since, If-Unmodified-Since, If-Range, Range), with ETag, Last-Modified, Accept-Ranges,
 * Content-Type and Content-Length. `headers` come on top. 412 and 416 have no body here: the caller gives its vendor's.
 */
export function serveObject(
  _exchange: Exchange,
  _objects: Objects,
  _object: StoredObject,
  _headers: ReplyHeaders,
): Reply {
  throw new Error('to be written')
}

/** The strong entity tag, with its quotes: md5 of the bytes; of several parts `"<md5 of md5s>-<count>"`; else the blob's id. */
export function entityTag(_object: StoredObject): string {
  throw new Error('to be written')
}
