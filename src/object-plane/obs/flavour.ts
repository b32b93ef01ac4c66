import type { Clock } from '../../core/clock.ts'
import type { Random } from '../../core/random.ts'
import { strictEncodePath } from '../../http/canonical.ts'
import type { Exchange, Reply, ReplyHeaders } from '../../http/types.ts'
import { readCompleteXml } from '../complete-xml.ts'
import { decodePath } from '../decode-path.ts'
import { PlaneError, type PlaneFlavour, type PlaneMultipartFlavour, type PlaneTarget } from '../types.ts'
import { obsError } from './errors.ts'
import { verify } from './verify.ts'
import { completedXml, errorXml, initiatedXml, listedXml } from './xml.ts'

export interface ObsFlavourOptions {
  readonly clock: Clock
  readonly random: Random
  /** Base of the URLs in answers, without a slash at the end. */
  readonly publicUrl: string
  /** The region that answers name as the bucket's: letters, digits, dots and dashes. */
  regionOf(bucket: string): string
  /** Types that URLs of parts and of completes may be signed with although the vendor's own ones are sent. */
  readonly namedTypes: readonly string[]
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

const OVERRIDES: ReadonlyMap<string, string> = new Map([
  ['response-content-type', 'content-type'],
  ['response-content-disposition', 'content-disposition'],
  ['response-content-language', 'content-language'],
  ['response-content-encoding', 'content-encoding'],
  ['response-cache-control', 'cache-control'],
  ['response-expires', 'expires'],
])

/** Huawei OBS: its API reference, and what VOD's pages vod_04_0195 and vod_04_0216 say of it. */
export function createObsFlavour(options: ObsFlavourOptions): PlaneFlavour {
  const { clock, random, namedTypes } = options
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
    overrides: OVERRIDES,
    exposedHeaders: ['x-obs-request-id', 'x-obs-id-2', 'x-amz-request-id', 'x-amz-id-2'],
    newRequestId: (now) =>
      now.toString(16).padStart(16, '0').toUpperCase() +
      Buffer.from(random.bytes(8)).toString('hex').toUpperCase(),
    authenticate: ({ request: { headers }, method, rawPath, query }, findKey) =>
      verify({ method, rawPath, query, headers }, { findKey, namedTypes, now: clock.now() }),
    checkKey,
    commonHeaders,
    digestHeaders: () => ({}),
    multipart: multipart(options, (exchange, body) => xml(exchange, 200, body)),
    renderError: (error, exchange) => {
      const { status, code, message } = obsError(error)
      const where = { Resource: resource(exchange), RequestId: exchange.requestId, HostId: hostId }
      return xml(exchange, status, errorXml({ Code: code, Message: message, ...where }))
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
    completed: (exchange, upload, etag) => {
      const { bucket, key } = upload.target
      const location = publicUrl + strictEncodePath(`/${bucket}/${key}`)
      return answer(exchange, completedXml({ region: region(upload.target), upload }, location, etag))
    },
  }
}

/** 1 to 1024 bytes, no control characters. */
function checkKey(key: string): void {
  const size = Buffer.byteLength(key)
  if (size === 0 || size > KEY_SIZE_MAX || /\p{Cc}/u.test(key))
    throw new PlaneError('key-invalid', 'the object key is not valid')
}

function resource({ rawPath }: Exchange): string {
  try {
    return decodePath(rawPath)
  } catch {
    return rawPath
  }
}
