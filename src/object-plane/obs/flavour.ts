import type { Clock } from '../../core/clock.ts'
import { type Random, randomHex } from '../../core/random.ts'
import { strictEncodePath } from '../../http/canonical.ts'
import type { Exchange, Reply, ReplyHeaders } from '../../http/types.ts'
import { readCompleteXml } from '../complete-xml.ts'
import { copyRange, readsNoDetails } from '../copy-headers.ts'
import { readablePath } from '../decode-path.ts'
import { requireKey } from '../object-key.ts'
import type { PlaneFlavour, PlaneMultipartFlavour, PlaneTarget } from '../types.ts'
import { isSigned } from './claims.ts'
import { obsError } from './errors.ts'
import { type FindIssuedKey, requestKeys } from './issued-keys.ts'
import { verify } from './verify.ts'
import { completedXml, documentXml, errorXml, initiatedXml, listedXml } from './xml.ts'

export interface ObsFlavourOptions {
  readonly clock: Clock
  readonly random: Random
  /** Base of the URLs in answers, without a slash at the end. */
  readonly publicUrl: string
  /** The region that answers name as the bucket's: letters, digits, dots and dashes. */
  regionOf(bucket: string): string
  /** Types that URLs of parts and of completes may be signed with although the vendor's own ones are sent. */
  readonly namedTypes: readonly string[]
  /** Keys that may sign beside the accounts' own. Without it there are none, and security tokens are not looked at. */
  readonly findIssued?: FindIssuedKey
}

/** The longest object key, bytes of UTF-8. */
const KEY_SIZE_MAX = 1024

/** Answers that depend on more than an object's bytes: lists, versions, processing and the like. */
const UNSUPPORTED_QUERIES = [
  ...['acl', 'append', 'attname', 'backtosource', 'cors', 'delete', 'encryption', 'length', 'metadata'],
  ...['modify', 'name', 'object-lock', 'policy', 'position', 'rename', 'restore', 'retention', 'select'],
  ...['storageclass', 'tagging', 'torrent', 'truncate', 'uploads', 'versionid', 'versions'],
  ...['x-image-process', 'x-image-save-bucket', 'x-image-save-object', 'x-oss-process'],
]

const UNSUPPORTED_HEADERS = [
  ...['if-match', 'if-none-match'],
  ...['x-obs-', 'x-amz-'].flatMap((prefix) =>
    [
      ...['callback', 'copy-source', 'expires', 'server-side-encryption'],
      ...['server-side-encryption-customer-algorithm', 'website-redirect-location'],
    ].map((name) => prefix + name),
  ),
]

/** How lists and copies are asked for. */
const KEYS = {
  listing: { hasSecondForm: false },
  copying: {
    prefixes: ['x-obs-', 'x-amz-'],
    readsDetails: readsNoDetails('x-obs-', 'x-amz-'),
    rangeOf: copyRange('x-obs-copy-source-range', 'x-amz-copy-source-range'),
  },
  errorCodeOf: obsError,
} satisfies Partial<PlaneFlavour>

/** Huawei OBS: its API reference, and what VOD's pages vod_04_0195 and vod_04_0216 say of it. */
export function createObsFlavour(options: ObsFlavourOptions): PlaneFlavour {
  const { clock, random, namedTypes, findIssued = null } = options
  const hosts = [new URL(options.publicUrl).host]
  const hostId = Buffer.from(random.bytes(48)).toString('base64')
  const commonHeaders = ({ requestId }: Exchange): ReplyHeaders => ({
    server: 'OBS',
    'x-obs-request-id': requestId,
    'x-obs-id-2': hostId,
    'x-amz-request-id': requestId,
    'x-amz-id-2': hostId,
  })
  const xml = (exchange: Exchange, status: number, body: string): Reply => ({
    ...{ status, body, headers: { ...commonHeaders(exchange), 'content-type': 'application/xml' } },
  })
  return {
    name: 'obs',
    digests: ['md5'],
    unsupportedQueries: UNSUPPORTED_QUERIES,
    unsupportedHeaders: UNSUPPORTED_HEADERS,
    exposedHeaders: ['x-obs-request-id', 'x-obs-id-2', 'x-amz-request-id', 'x-amz-id-2'],
    newRequestId: (now) =>
      now.toString(16).padStart(16, '0').toUpperCase() + randomHex(random, 8).toUpperCase(),
    authenticate: (request, findKey) => {
      const now = clock.now()
      const keys = requestKeys(request, findKey, findIssued, now)
      return keys.limited(verify(request, { findKey: keys.findKey, hosts, namedTypes, now }))
    },
    isSigned,
    bucketHeaders: (bucket) => ({ 'x-obs-bucket-location': options.regionOf(bucket) }),
    // The vendor's clients ask so whether they may sign as OBS does, not as AWS (`getApiVersion` of its SDKs).
    probe: { query: 'apiversion', headers: { 'x-obs-api': '3.0' } },
    checkKey: (key) => requireKey(key, KEY_SIZE_MAX),
    commonHeaders,
    digestHeaders: () => ({}),
    // Names of namespaces have a region; what a list is about may be in several.
    answerXml: (exchange, root, fields, status = 200) => xml(exchange, status, documentXml(root, fields)),
    ...KEYS,
    multipart: multipart(options, (exchange, body) => xml(exchange, 200, body)),
    renderError: (error, exchange) => {
      const { status, code, message } = obsError(error)
      const told = { Code: code, Message: message, Resource: readablePath(exchange.rawPath) }
      return xml(exchange, status, errorXml({ ...told, RequestId: exchange.requestId, HostId: hostId }))
    },
  }
}

function multipart(
  { publicUrl, regionOf }: ObsFlavourOptions,
  answer: (exchange: Exchange, body: string) => Reply,
): PlaneMultipartFlavour {
  const region = ({ bucket }: PlaneTarget) => regionOf(bucket)
  return {
    readComplete: readCompleteXml,
    initiated: (exchange, upload) =>
      answer(exchange, initiatedXml({ region: region(upload.target), upload })),
    listed: (exchange, upload, list) =>
      answer(exchange, listedXml({ region: region(upload.target), upload }, list)),
    completed: (exchange, upload, { etag }) => {
      const { bucket, key } = upload.target
      const location = publicUrl + strictEncodePath(`/${bucket}/${key}`)
      return answer(exchange, completedXml({ region: region(upload.target), upload }, location, etag))
    },
  }
}
