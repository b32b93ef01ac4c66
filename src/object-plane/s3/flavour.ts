import type { Clock } from '../../core/clock.ts'
import { type Random, randomHex } from '../../core/random.ts'
import { strictEncodePath } from '../../http/canonical.ts'
import type { Exchange, Reply, ReplyHeaders } from '../../http/types.ts'
import { readCompleteXml } from '../complete-xml.ts'
import { readablePath } from '../decode-path.ts'
import { PlaneError } from '../errors.ts'
import { requireKey } from '../object-key.ts'
import type { PlaneFlavour, PlaneMultipartFlavour, PlaneRequest, PlaneSigner } from '../types.ts'
import { readV4Claim, type VerifyV4Options, verifyV4 } from '../v4.ts'
import { element } from '../xml.ts'
import { COPYING } from './copying.ts'
import { describe, objectHeaders } from './describe.ts'
import { completedFields, initiatedFields, listedFields } from './documents.ts'
import { s3Error } from './errors.ts'

export interface S3FlavourOptions {
  readonly clock: Clock
  readonly random: Random
  /** Base of the URLs in answers, without a slash at the end. */
  readonly url: string
  /** What the service calls its region. */
  readonly region: string
}

/** The longest object key, bytes of UTF-8. */
const KEY_SIZE_MAX = 1024
const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'

/** Answers that depend on more than an object's bytes. What is served of these says so itself. */
const UNSUPPORTED_QUERIES = [
  ...['accelerate', 'acl', 'analytics', 'attributes', 'cors', 'delete', 'encryption', 'intelligent-tiering'],
  ...['inventory', 'legal-hold', 'lifecycle', 'location', 'logging', 'metadataconfiguration', 'metrics'],
  ...['notification', 'object-lock', 'ownershipcontrols', 'policy', 'policystatus', 'publicaccessblock'],
  ...[
    'renameobject',
    'replication',
    'requestpayment',
    'restore',
    'retention',
    'select',
    'session',
    'tagging',
  ],
  ...['torrent', 'uploads', 'versioning', 'versionid', 'versions', 'website'],
]

const UNSUPPORTED_HEADERS = [
  ...['x-amz-copy-source', 'x-amz-server-side-encryption-customer-algorithm'],
  ...['x-amz-server-side-encryption-aws-kms-key-id', 'x-amz-object-lock-mode', 'x-amz-write-offset-bytes'],
  ...['x-amz-object-lock-retain-until-date', 'x-amz-object-lock-legal-hold'],
  'x-amz-website-redirect-location',
]

/** Amazon S3: its API reference, 2006-03-01. */
export function createS3Flavour({ clock, random, url, region }: S3FlavourOptions): PlaneFlavour {
  const hosts = [new URL(url).host]
  const hostId = Buffer.from(random.bytes(32)).toString('base64')
  const commonHeaders = ({ requestId }: Exchange): ReplyHeaders => ({
    server: 'Stowage',
    'x-amz-request-id': requestId,
    'x-amz-id-2': hostId,
  })
  const answerXml = (exchange: Exchange, root: string, fields: string, status = 200): Reply => ({
    status,
    headers: { ...commonHeaders(exchange), 'content-type': 'application/xml' },
    body: `${DECLARATION}\n<${root} xmlns="${NAMESPACE}">${fields}</${root}>`,
  })
  return {
    name: 's3',
    digests: ['md5'],
    unsupportedQueries: UNSUPPORTED_QUERIES,
    unsupportedHeaders: UNSUPPORTED_HEADERS,
    exposedHeaders: ['x-amz-request-id', 'x-amz-id-2'],
    newRequestId: () => randomHex(random, 8).toUpperCase(),
    authenticate: (request, findKey) => authenticate(request, { findKey, hosts, now: clock.now() }),
    // All that comes by the listener of S3 is for S3.
    isSigned: () => true,
    checkKey: (key) => requireKey(key, KEY_SIZE_MAX),
    commonHeaders,
    bucketHeaders: () => ({ 'x-amz-bucket-region': region }),
    digestHeaders: () => ({}),
    describe,
    objectHeaders,
    answerXml,
    multipart: multipart(url, answerXml),
    errorCodeOf: s3Error,
    copying: COPYING,
    renderError: (error, exchange) => {
      const { status, code, message } = s3Error(error)
      const headers = { ...commonHeaders(exchange), 'content-type': 'application/xml' }
      return { status, headers, body: errorXml(exchange, { Code: code, Message: message }, hostId) }
    },
  }
}

/** Version 4 alone. Throws PlaneError. */
function authenticate(request: PlaneRequest, options: VerifyV4Options): PlaneSigner {
  const claim = readV4Claim(request.query, request.headers, options.now)
  if (claim !== null) return verifyV4(request, claim, { ...options, takesChunks: true })
  const isOther = request.headers.authorization !== undefined
  throw new PlaneError(isOther ? 'algorithm-unsupported' : 'access-denied', 'not signed by version 4')
}

function errorXml(
  { rawPath, requestId }: Exchange,
  told: Readonly<Record<string, string>>,
  hostId: string,
): string {
  const fields = { ...told, Resource: readablePath(rawPath), RequestId: requestId, HostId: hostId }
  const elements = Object.entries(fields).map(([name, text]) => element(name, text))
  return `${DECLARATION}\n<Error>${elements.join('')}</Error>`
}

function multipart(url: string, answerXml: NonNullable<PlaneFlavour['answerXml']>): PlaneMultipartFlavour {
  return {
    readComplete: readCompleteXml,
    initiated: (exchange, upload) =>
      answerXml(exchange, 'InitiateMultipartUploadResult', initiatedFields(upload)),
    listed: (exchange, upload, list) => answerXml(exchange, 'ListPartsResult', listedFields(upload, list)),
    completed: (exchange, upload, completed) => {
      const { bucket, key } = upload.target
      const location = url + strictEncodePath(`/${bucket}/${key}`)
      return answerXml(
        exchange,
        'CompleteMultipartUploadResult',
        completedFields(upload, location, completed),
      )
    },
  }
}
