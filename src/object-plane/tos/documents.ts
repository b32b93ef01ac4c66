import type { ListedEntry } from '../../core/model/buckets.ts'
import type { JsonObject } from '../../core/model/json.ts'
import { parseJsonObject } from '../../http/body.ts'
import { isList, isObject } from '../../http/json-shapes.ts'
import type { Exchange, Reply, ReplyHeaders } from '../../http/types.ts'
import { type DeletedKey, type Deletion, requireListed } from '../delete-xml.ts'
import { malformed } from '../documents.ts'
import { type ListTold, type PlaneJson, shownKey, tokenOf } from '../telling.ts'

/** Answers about keys: TOS has JSON where others have XML (Volcengine documents 6349/74860, 6349/74855, 6349/74862). */
export function tosJson(commonHeaders: (exchange: Exchange) => ReplyHeaders): PlaneJson {
  const answer = (exchange: Exchange, body: JsonObject): Reply => ({
    status: 200,
    headers: { ...commonHeaders(exchange), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return {
    list: (exchange, list) => answer(exchange, listJson(list)),
    buckets: (exchange, account, buckets) =>
      answer(exchange, {
        Owner: { ID: account },
        Buckets: buckets.map(({ name, createdAt }) => ({
          ...{ Name: name, CreationDate: new Date(createdAt).toISOString() },
          ...{ Location: '', ExtranetEndpoint: exchange.host, IntranetEndpoint: exchange.host },
        })),
      }),
    readDeletion,
    deleted: (exchange, { deleted, failed }) =>
      answer(exchange, {
        Deleted: deleted.map((Key) => ({ Key })),
        Error: failed.map(({ key, code, message }) => ({ Key: key, Code: code, Message: message })),
      }),
    copied: (exchange, { etag, changedAt }) =>
      answer(exchange, { ETag: etag, LastModified: new Date(changedAt).toISOString() }),
  }
}

function listJson(list: ListTold): JsonObject {
  const { bucket, prefix, delimiter, max, isEncoded, page } = list
  return {
    ...{ Name: bucket, Prefix: shownKey(prefix, list), MaxKeys: max },
    ...(delimiter === null ? {} : { Delimiter: shownKey(delimiter, list) }),
    ...(isEncoded ? { EncodingType: 'url' } : {}),
    IsTruncated: page.next !== null,
    ...where(list),
    CommonPrefixes: page.entries.flatMap((entry) =>
      entry.kind === 'prefix' ? [{ Prefix: shownKey(entry.prefix, list) }] : [],
    ),
    Contents: page.entries.flatMap((entry) => (entry.kind === 'prefix' ? [] : [contentJson(entry, list)])),
  }
}

/** Where the page begins, and where the next one does. */
function where(list: ListTold): JsonObject {
  const { second, marker, page } = list
  if (second === null) {
    const next = page.next === null ? {} : { NextMarker: shownKey(page.next, list) }
    return { Marker: shownKey(marker, list), ...next }
  }
  const { token, startAfter } = second
  return {
    KeyCount: page.entries.length,
    ...(token === null ? {} : { ContinuationToken: token }),
    ...(startAfter === null ? {} : { StartAfter: shownKey(startAfter, list) }),
    ...(page.next === null ? {} : { NextContinuationToken: tokenOf(page.next) }),
  }
}

function contentJson(entry: Extract<ListedEntry, { kind: 'object' }>, list: ListTold): JsonObject {
  const { key, size, changedAt, content } = entry
  const crc64 = content?.digests.crc64
  return {
    ...{ Key: shownKey(key, list), LastModified: new Date(changedAt).toISOString() },
    ...{ ETag: list.etagOf(entry), Size: size, StorageClass: 'STANDARD', Type: 'Normal' },
    ...(crc64 === undefined ? {} : { HashCrc64ecma: crc64 }),
    Owner: { ID: list.account },
  }
}

/** `{"Objects":[{"Key":"…"}],"Quiet":false}`. */
function readDeletion(body: Uint8Array): Deletion {
  const { Objects: objects, Quiet: quiet } = parse(body)
  if (!isList(objects) || objects.length === 0) throw malformed('Objects is no list of keys')
  const listed = objects.map((each): DeletedKey => {
    const key = isObject(each) ? each.Key : null
    if (typeof key !== 'string' || key === '') throw malformed('an object has no key')
    return { key, etag: null }
  })
  requireListed(listed)
  return { listed, isQuiet: quiet === true, isEncoded: false }
}

function parse(body: Uint8Array): JsonObject {
  try {
    return parseJsonObject(body)
  } catch {
    throw malformed('the list is no JSON object')
  }
}
