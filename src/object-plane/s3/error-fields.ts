import { valuesOfAnyCase } from '../../http/pairs.ts'
import type { Exchange } from '../../http/types.ts'
import { readablePath } from '../decode-path.ts'
import { PlaneError } from '../errors.ts'
import { type ErrorFields, S3Error } from './codes.ts'
import { saidOf } from './signature-errors.ts'

const SKEW_MAX_MS = 15 * 60_000
const ABOUT_BUCKETS = new Set([
  ...[
    'NoSuchBucket',
    'BucketAlreadyExists',
    'BucketAlreadyOwnedByYou',
    'BucketNotEmpty',
    'InvalidBucketName',
  ],
])

/** What S3 tells of an error beside its code and message: what the request said that it is about. */
export function fieldsOf(
  error: unknown,
  code: string,
  exchange: Exchange,
  hosted: string | null,
): ErrorFields {
  if (error instanceof S3Error && Object.keys(error.fields).length > 0) return error.fields
  const { bucket, key } = placeOf(exchange, hosted)
  if (ABOUT_BUCKETS.has(code)) return { BucketName: bucket }
  const own = ofRequest(code, exchange, { bucket, key })
  if (own !== null) return own
  if (error instanceof PlaneError && error.argument !== null)
    return { ArgumentName: error.argument.argument, ArgumentValue: error.argument.value }
  return error instanceof PlaneError ? ofPlane(error, exchange) : {}
}

function placeOf({ rawPath }: Exchange, hosted: string | null) {
  const [, first = '', ...rest] = readablePath(rawPath).split('/')
  return hosted === null
    ? { bucket: first, key: rest.join('/') }
    : { bucket: hosted, key: [first, ...rest].join('/') }
}

function ofRequest(
  code: string,
  exchange: Exchange,
  { bucket, key }: { readonly bucket: string; readonly key: string },
): ErrorFields | null {
  const { method, query, request } = exchange
  const first = (name: string) => valuesOfAnyCase(query, name)[0] ?? ''
  switch (code) {
    case 'NoSuchKey':
      return { Key: key }
    case 'NoSuchUpload':
      return { UploadId: first('uploadid') }
    case 'MethodNotAllowed':
      return { Method: method, ResourceType: bucket === '' ? 'SERVICE' : key === '' ? 'BUCKET' : 'OBJECT' }
    case 'InvalidDigest':
      return { 'Content-MD5': String(request.headers['content-md5'] ?? '') }
    case 'InvalidRange':
      return { RangeRequested: String(request.headers.range ?? '') }
    default:
      return null
  }
}

function ofPlane({ code }: PlaneError, exchange: Exchange): ErrorFields {
  const { request, query, receivedAt } = exchange
  const said = saidOf({ headers: request.headers, query })
  const now = new Date(receivedAt).toISOString()
  switch (code) {
    case 'access-key-unknown':
      return { AWSAccessKeyId: said.accessKey }
    case 'signature-mismatch':
      return { AWSAccessKeyId: said.accessKey, SignatureProvided: said.signature }
    case 'clock-skew':
      return { RequestTime: said.date, ServerTime: now, MaxAllowedSkewMilliseconds: String(SKEW_MAX_MS) }
    case 'url-expired':
      return {
        'X-Amz-Expires': String(said.expiresS),
        Expires: endOf(said.date, said.expiresS),
        ServerTime: now,
      }
    case 'precondition-failed':
      return { Condition: conditionOf(request.headers) }
    default:
      return {}
  }
}

function endOf(date: string, expiresS: number): string {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? []
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(time) ? '' : new Date(time + expiresS * 1000).toISOString()
}

const CONDITIONS = ['If-Match', 'If-None-Match', 'If-Unmodified-Since', 'If-Modified-Since']

function conditionOf(headers: Exchange['request']['headers']): string {
  const names = [...CONDITIONS, ...CONDITIONS.map((name) => `x-amz-copy-source-${name}`)]
  return names.find((name) => headers[name.toLowerCase()] !== undefined) ?? ''
}
