import type { SegmentFacts } from '../../core/model/bytes.ts'
import type { JsonObject } from '../../core/model/json.ts'
import { parsePairs } from '../../http/body.ts'
import { RequestFault } from '../../http/faults.ts'
import type { Exchange, ReplyHeaders } from '../../http/types.ts'
import { conditionOf } from '../condition.ts'
import type { PlaneDescription, PlaneDetails } from '../contents.ts'
import { PlaneError } from '../errors.ts'
import {
  ALGORITHMS,
  askedChecksum,
  CHECKSUM,
  checksumOf,
  requireChecksum,
  requireValue,
} from './checksums.ts'
import { S3Error } from './errors.ts'
import { keptAttributes } from './kept.ts'

/** Headers that a GET gives back as the PUT had them. */
const KEPT = ['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'expires']
const META = 'x-amz-meta-'
/** Bytes of all names and values of metadata together. */
const META_SIZE_MAX = 2048
const TAGS_MAX = 10

/** What the head of a PUT, or of the beginning of an upload, says of the object. Throws S3Error, PlaneError. */
export function readDetails({ request: { headers } }: Exchange): PlaneDetails {
  const kept = KEPT.flatMap((name) => {
    const value = String(headers[name] ?? '')
    // That the body comes in chunks is no property of the object.
    const own = name === 'content-encoding' ? value.replace(/(^|,)\s*aws-chunked\s*(?=,|$)/gi, '') : value
    const text = own.replace(/^\s*,\s*/, '').trim()
    return text === '' ? [] : [[name, text] as const]
  })
  const meta = Object.entries(headers)
    .filter(([name]) => name.startsWith(META))
    .map(([name, value]) => [name.slice(META.length), String(value)] as const)
  const size = meta.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  if (size > META_SIZE_MAX) throw new S3Error('MetadataTooLarge')
  return {
    contentType: headers['content-type'] ?? null,
    attributes: {
      headers: Object.fromEntries(kept),
      meta: Object.fromEntries(meta),
      tags: readTags(String(headers['x-amz-tagging'] ?? '')),
    },
  }
}

/** Tags as a query. Throws S3Error `InvalidTag`, `InvalidArgument`. */
export function readTags(text: string): Readonly<Record<string, string>> {
  return requireTags(parsePairs(text))
}

/** Throws S3Error `InvalidTag` for a name that stands twice, too long texts and too many tags. */
export function requireTags(pairs: readonly (readonly [string, string])[], max = TAGS_MAX) {
  const tags = Object.fromEntries(pairs)
  const isWrong = pairs.some(([name, value]) => name === '' || name.length > 128 || value.length > 256)
  if (pairs.length > max) throw new S3Error('BadRequest', `Object tags cannot be greater than ${max}`)
  if (isWrong || Object.keys(tags).length !== pairs.length) throw new S3Error('InvalidTag')
  return tags
}

export function describe(exchange: Exchange): PlaneDescription {
  const { headers } = exchange.request
  const condition = conditionOf(exchange)
  if (condition.ifNoneMatch !== null && condition.ifNoneMatch.trim() !== '*')
    throw new PlaneError('not-implemented', 'If-None-Match of a write is * alone')
  const asked = askedChecksum(exchange)
  // Who asks for none has one of the whole, as current clients expect.
  const algorithm = asked?.algorithm ?? 'crc64nvme'
  const digest = ALGORITHMS[algorithm]?.digest ?? null
  return {
    ...{ details: readDetails(exchange), condition },
    innerSize: innerSizeOf(headers['x-amz-decoded-content-length'], isChunked(exchange)),
    digests: digest === null ? [] : [digest],
    settle: (facts, trailer) => {
      if (asked !== null) requireChecksum(algorithm, checksumOf(algorithm, facts), sentValue(asked, trailer))
      return settled(algorithm, facts, asked !== null)
    },
  }
}

const isChunked = ({ request: { headers } }: Exchange): boolean =>
  String(headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-')

function innerSizeOf(text: string | readonly string[] | undefined, isNeeded: boolean): number | null {
  if (!isNeeded) return null
  if (typeof text !== 'string') throw new RequestFault('length-required', 'the inner length is not told')
  if (!/^\d{1,15}$/.test(text)) throw new PlaneError('argument-invalid', 'the inner length is no number')
  return Number(text)
}

function sentValue(
  { algorithm, value }: NonNullable<ReturnType<typeof askedChecksum>>,
  trailer: ReadonlyMap<string, string>,
): string {
  const sent = value ?? trailer.get(CHECKSUM + algorithm)
  if (sent === undefined) throw new S3Error('MalformedTrailerError')
  return requireValue(algorithm, sent)
}

function settled(
  algorithm: string,
  facts: SegmentFacts,
  isTold: boolean,
): { readonly attributes: JsonObject; readonly headers: ReplyHeaders } {
  const value = checksumOf(algorithm, facts)
  const size = { 'x-amz-object-size': facts.size }
  if (value === null) return { attributes: {}, headers: size }
  const type = 'FULL_OBJECT'
  return {
    attributes: { checksum: { algorithm, value, type } },
    headers: { ...size, [CHECKSUM + algorithm]: value, ...(isTold ? { [`${CHECKSUM}type`]: type } : {}) },
  }
}

/** What a GET or HEAD tells of an object beside its bytes. */
export function objectHeaders({ request: { headers } }: Exchange, attributes: JsonObject): ReplyHeaders {
  const kept = keptAttributes(attributes)
  const tagCount = Object.keys(kept.tags).length
  const isAsked = String(headers['x-amz-checksum-mode'] ?? '').toUpperCase() === 'ENABLED'
  const { checksum } = kept
  return {
    ...kept.headers,
    ...Object.fromEntries(Object.entries(kept.meta).map(([name, value]) => [META + name, value])),
    ...(tagCount === 0 ? {} : { 'x-amz-tagging-count': String(tagCount) }),
    ...(checksum === null || !isAsked || headers.range !== undefined
      ? {}
      : { [CHECKSUM + checksum.algorithm]: checksum.value, [`${CHECKSUM}type`]: checksum.type }),
  }
}
