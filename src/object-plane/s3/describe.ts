import type { IncomingHttpHeaders } from 'node:http'
import type { SegmentFacts } from '../../core/model/bytes.ts'
import type { JsonObject } from '../../core/model/json.ts'
import { RequestFault } from '../../http/faults.ts'
import { valuesOfAnyCase } from '../../http/pairs.ts'
import { joinedHeaders } from '../../http/signed-request.ts'
import type { Exchange, ReplyHeaders } from '../../http/types.ts'
import { conditionOf } from '../condition.ts'
import type { PlaneCondition, PlaneDescription, PlaneDetails, Settled } from '../contents.ts'
import { PlaneError } from '../errors.ts'
import { type ChecksumPlan, planOf, readPlan } from './checksum-plan.ts'
import {
  type AskedChecksum,
  askedChecksum,
  CHECKSUM,
  checksumOf,
  DEFAULT_ALGORITHM,
  digestsFor,
  invalid,
  requireChecksum,
  requireValue,
} from './checksums.ts'
import { S3Error } from './codes.ts'
import { keptAttributes } from './kept.ts'
import { readTags } from './tags.ts'

/** Headers that a GET gives back as the PUT had them. */
const REDIRECT = 'x-amz-website-redirect-location'
const KEPT = [
  ...['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'expires'],
  REDIRECT,
]
const META = 'x-amz-meta-'
/** Bytes of all names and values of metadata together. */
const META_SIZE_MAX = 2048

/** What the head of a PUT, or of the beginning of an upload, says of the object. Throws S3Error, PlaneError. */
export const readDetails = ({ request }: Pick<Exchange, 'request'>): PlaneDetails =>
  detailsOf(joinedHeaders(request))

/** The same of headers, or of the fields of a form, by lower-case name. */
export function detailsOf(headers: IncomingHttpHeaders): PlaneDetails {
  const kept = KEPT.flatMap((name) => {
    const value = String(headers[name] ?? '')
    // That the body comes in chunks is no property of the object.
    const own = name === 'content-encoding' ? value.replace(/(^|,)\s*aws-chunked\s*(?=,|$)/gi, '') : value
    const text = own.replace(/^\s*,\s*/, '').trim()
    return text === '' ? [] : [[name, text] as const]
  })
  const redirect = headers[REDIRECT]
  if (redirect !== undefined && !/^(?:https?:\/\/|\/)/.test(String(redirect)))
    throw new S3Error('InvalidRedirectLocation')
  return {
    contentType: headers['content-type'] ?? null,
    attributes: {
      headers: Object.fromEntries(kept),
      meta: readMeta(headers),
      tags: readTags(String(headers['x-amz-tagging'] ?? '')),
    },
  }
}

/** Throws S3Error `MetadataTooLarge`. */
export function readMeta(headers: Exchange['request']['headers']): Readonly<Record<string, string>> {
  const meta = Object.entries(headers)
    .filter(([name]) => name.startsWith(META))
    .map(([name, value]) => [name.slice(META.length), String(value)] as const)
  const size = meta.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  if (size > META_SIZE_MAX)
    throw new S3Error('MetadataTooLarge', undefined, {
      ...{ Size: String(size), MaxSizeAllowed: String(META_SIZE_MAX) },
    })
  return Object.fromEntries(meta)
}

/** What the beginning of an upload of parts says of the object, and of its checksum. Throws S3Error. */
export function readUploadDetails(exchange: Exchange): PlaneDetails {
  const plan = readPlan(exchange)
  const { contentType, attributes } = readDetails(exchange)
  return {
    contentType,
    attributes: { ...attributes, ...(plan === null ? {} : { checksumPlan: { ...plan } }) },
  }
}

/** `upload` is what is kept of the upload that the bytes are a part of; null for an object. Throws S3Error, PlaneError. */
export function describe(exchange: Exchange, upload: JsonObject | null): PlaneDescription {
  const { headers } = exchange.request
  const asked = askedChecksum(exchange)
  const plan = upload === null ? null : planOf(upload)
  if (plan !== null) requirePlanned(asked, plan)
  // Who asks for none has one of the whole, as current clients expect.
  const algorithm = asked?.algorithm ?? plan?.algorithm ?? DEFAULT_ALGORITHM
  const others = upload === null || plan !== null ? [] : digestsFor(DEFAULT_ALGORITHM)
  return {
    ...{ details: readDetails(exchange), condition: writeCondition(exchange) },
    innerSize: innerSizeOf(headers['x-amz-decoded-content-length'], isChunked(exchange)),
    digests: [...digestsFor(algorithm), ...others],
    settle: (facts, trailer) => {
      const own = checksumOf(algorithm, facts)
      if (asked !== null) requireChecksum(algorithm, own, sentValue(asked, trailer))
      const isTold = upload === null || asked !== null || plan !== null
      const settled = settledOf(isTold ? { algorithm, value: own } : null, facts)
      return upload === null ? settled : { attributes: {}, headers: withoutType(settled.headers) }
    },
  }
}

const withoutType = ({
  [`${CHECKSUM}type`]: _,
  'x-amz-object-size': __,
  ...rest
}: ReplyHeaders): ReplyHeaders => rest

/** Throws S3Error `InvalidRequest` for a part whose checksum is not that of its upload. */
function requirePlanned(asked: AskedChecksum | null, { algorithm, type }: ChecksumPlan): void {
  if (asked === null && type === 'FULL_OBJECT') return
  if (asked?.algorithm === algorithm) return
  const given = asked?.algorithm.toUpperCase() ?? 'null'
  throw invalid(
    `Checksum Type mismatch occurred, expected checksum Type: ${algorithm.toUpperCase()}, actual checksum Type: ${given}`,
  )
}

/** Throws PlaneError `not-implemented` for what no write is conditional on. */
export function writeCondition(exchange: Exchange): PlaneCondition {
  const condition = conditionOf(exchange)
  const { ifMatch, ifNoneMatch } = condition
  if (ifNoneMatch === null || (ifMatch === null && ifNoneMatch.trim() === '*')) return condition
  throw new PlaneError('not-implemented', 'If-None-Match of a write is * alone')
}

const isChunked = ({ request: { headers } }: Exchange): boolean =>
  String(headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-')

function innerSizeOf(text: string | readonly string[] | undefined, isNeeded: boolean): number | null {
  if (!isNeeded) return null
  if (typeof text !== 'string' || !/^\d{1,15}$/.test(text))
    throw new RequestFault('length-required', 'the inner length is not told')
  return Number(text)
}

function sentValue({ algorithm, value }: AskedChecksum, trailer: ReadonlyMap<string, string>): string {
  const sent = value ?? trailer.get(CHECKSUM + algorithm)
  if (sent === undefined) throw new S3Error('MalformedTrailerError')
  return requireValue(algorithm, sent, value === null ? 'trailing header' : 'header')
}

function settledOf(
  checksum: { readonly algorithm: string; readonly value: string | null } | null,
  facts: SegmentFacts,
): Settled {
  const size = { 'x-amz-object-size': facts.size }
  if (checksum === null || checksum.value === null) return { attributes: {}, headers: size }
  const { algorithm, value } = checksum
  const type = 'FULL_OBJECT'
  return {
    attributes: { checksum: { algorithm, value, type } },
    headers: { ...size, [CHECKSUM + algorithm]: value, [`${CHECKSUM}type`]: type },
  }
}

/** What a GET or HEAD tells of an object beside its bytes. */
export function objectHeaders(
  { request: { headers }, query }: Exchange,
  attributes: JsonObject,
): ReplyHeaders {
  const kept = keptAttributes(attributes)
  const tagCount = Object.keys(kept.tags).length
  const isAsked = String(headers['x-amz-checksum-mode'] ?? '').toUpperCase() === 'ENABLED'
  const { checksum } = kept
  const isPartial = headers.range !== undefined || valuesOfAnyCase(query, 'partnumber').length > 0
  return {
    'x-amz-storage-class': 'STANDARD',
    ...kept.headers,
    ...Object.fromEntries(Object.entries(kept.meta).map(([name, value]) => [META + name, value])),
    ...(tagCount === 0 ? {} : { 'x-amz-tagging-count': String(tagCount) }),
    ...(checksum === null || !isAsked || isPartial
      ? {}
      : { [CHECKSUM + checksum.algorithm]: checksum.value, [`${CHECKSUM}type`]: checksum.type }),
  }
}
