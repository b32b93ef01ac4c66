import type { Clock } from '../../core/clock.ts'
import { type Random, randomHex } from '../../core/random.ts'
import { strictEncodePath } from '../../http/canonical.ts'
import type { Exchange, Reply, ReplyHeaders } from '../../http/types.ts'
import { readCompleteXml } from '../complete-xml.ts'
import { readablePath } from '../decode-path.ts'
import { requireKey } from '../object-key.ts'
import type { PlaneFlavour, PlaneMultipartFlavour } from '../types.ts'
import { element } from '../xml.ts'
import { authenticate, isAnonymous } from './authenticate.ts'
import { readBucket } from './bucket.ts'
import { planHeaders, readPlan } from './checksum-plan.ts'
import { invalidArgument } from './codes.ts'
import { settleComplete } from './completing.ts'
import { COPYING } from './copying.ts'
import { deleteCondition } from './delete-condition.ts'
import { describe, objectHeaders, readUploadDetails } from './describe.ts'
import {
  completedFields,
  initiatedFields,
  listedFields,
  listedObjectFields,
  listedUploadFields,
} from './documents.ts'
import { fieldsOf } from './error-fields.ts'
import { s3Error } from './errors.ts'
import { s3Form } from './form.ts'

export interface S3FlavourOptions {
  readonly clock: Clock
  readonly random: Random
  /** Base of the URLs in answers, without a slash at the end. */
  readonly url: string
  /** What the service calls its region. */
  readonly region: string
  /** The bucket that a Host header names; null for none. Default: there are no such hosts. */
  bucketAt?(host: string): string | null
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
]

/** What depends on nothing that a server has. */
const SAME_FOR_ALL = {
  name: 's3',
  digests: ['md5'],
  unsupportedQueries: UNSUPPORTED_QUERIES,
  unsupportedHeaders: UNSUPPORTED_HEADERS,
  exposedHeaders: ['x-amz-request-id', 'x-amz-id-2'],
  // All that comes by the listener of S3 is for S3.
  isSigned: () => true,
  checkKey: (key: string) => requireKey(key, KEY_SIZE_MAX),
  readBucket,
  madeHeaders: (bucket: string) => ({ 'x-amz-bucket-arn': `arn:aws:s3:::${bucket}` }),
  digestHeaders: () => ({}),
  isAnonymous,
  describe,
  deleteCondition,
  listedObject: listedObjectFields,
  objectHeaders,
  errorCodeOf: s3Error,
  copying: COPYING,
} as const satisfies Partial<PlaneFlavour>

/** Amazon S3: its API reference, 2006-03-01. */
export function createS3Flavour({
  clock,
  random,
  url,
  region,
  bucketAt = () => null,
}: S3FlavourOptions): PlaneFlavour {
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
    ...SAME_FOR_ALL,
    newRequestId: () => randomHex(random, 8).toUpperCase(),
    authenticate: (request, findKey) => authenticate(request, { findKey, hosts, now: clock.now() }),
    commonHeaders,
    bucketHeaders: () => ({ 'x-amz-bucket-region': region }),
    answerXml,
    multipart: multipart(url, answerXml),
    form: s3Form({ clock, url, commonHeaders }),
    renderError: (error, exchange) => {
      const { status, code, message } = s3Error(error)
      const headers = { ...commonHeaders(exchange), 'content-type': 'application/xml' }
      const told = {
        Code: code,
        Message: message,
        ...fieldsOf(error, code, exchange, bucketAt(exchange.host)),
      }
      return { status, headers, body: errorXml(exchange, told, hostId) }
    },
  }
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

/** A number below 1 is told as such. */
async function readComplete(body: Uint8Array): ReturnType<typeof readCompleteXml> {
  const [, number] = /<PartNumber>\s*(-\d{1,9})\s*</.exec(Buffer.from(body).toString()) ?? []
  if (number !== undefined) throw invalidArgument('PartNumber must be >= 1', 'PartNumber', number)
  return readCompleteXml(body)
}

function multipart(url: string, answerXml: NonNullable<PlaneFlavour['answerXml']>): PlaneMultipartFlavour {
  return {
    readComplete,
    detailsOf: readUploadDetails,
    settle: settleComplete,
    listedUpload: listedUploadFields,
    initiated: (exchange, upload) => {
      const reply = answerXml(exchange, 'InitiateMultipartUploadResult', initiatedFields(upload))
      return { ...reply, headers: { ...reply.headers, ...planHeaders(readPlan(exchange)) } }
    },
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
