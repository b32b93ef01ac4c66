import {
  CoreError,
  type CoreErrorCode,
  type ErrorDetail,
  forAccountCodes,
  forTreeCodes,
  isCoreError,
} from '../../core/errors.ts'
import { RequestFault, type RequestFaultCode } from '../../http/faults.ts'
import type { Reply } from '../../http/types.ts'
import { envelope, taskEnvelope } from './wire/answers.ts'

/** The upload service's own codes, of its error table (FileUpload, section 4). */
export type OstCode = 10001 | 10002 | 10003 | 10004 | 10005 | 10006 | 10007

/**
 * Codes of the task API: a body that cannot be read or has an unknown field, a field that is missing, one with another value than
 * allowed, an app_id that is missing or not the key's, and no such task. Seen by public clients, or in the tables of sibling services.
 */
export type TaskCode = 10107 | 10163 | 10303 | 10313 | 10401

/**
 * What a failure of the metadata store is called, by what the vendor keeps what a call works on in: files in a database, uploads
 * that are under way in a cache, tasks in a queue.
 */
export type StoreCode = 10003 | 10004 | 10007

/** A business failure: answered with the envelope. The message is for the client. */
export class OstError extends Error {
  override readonly name = 'OstError'
  readonly code: OstCode | TaskCode

  constructor(code: OstCode | TaskCode, message: string) {
    super(message)
    this.code = code
  }
}

/** A failure before the business layer: answered as the vendor's gateway does, with a message alone. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError'
  /** What the log calls it. */
  readonly code = 'gateway'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

type Failure = OstError | GatewayError

const MESSAGES: Readonly<Record<OstCode, string>> = {
  10001: 'request parameters are not correct',
  10002: 'storage operation failed',
  10003: 'database operation failed',
  10004: 'cache operation failed',
  10005: 'upload information has expired or nothing was uploaded',
  10006: 'io operation failed',
  10007: 'task could not be pushed',
}

const business =
  (code: OstCode, message?: (detail: ErrorDetail) => string) =>
  (detail: ErrorDetail): Failure =>
    new OstError(code, message?.(detail) ?? MESSAGES[code])

const gateway = (status: number, message: string) => (): Failure => new GatewayError(status, message)

const UNAVAILABLE = gateway(503, 'Service temporarily unavailable')

const CORE: Readonly<Record<CoreErrorCode, (detail: ErrorDetail) => Failure>> = {
  ...forTreeCodes(business(10003)),
  ...forAccountCodes(business(10003)),
  'invalid-argument': business(10001),
  'access-denied': gateway(403, 'You cannot consume this service'),
  'upload-not-found': business(10005),
  'upload-expired': business(10005),
  'upload-closed': business(10005),
  'upload-sealed': business(10005),
  'upload-changed': business(10005),
  'upload-empty': business(10005),
  'part-too-small': business(
    10001,
    ({ number, size, sizeMin }) =>
      `data of sliceId ${number} has ${size} bytes, every slice but the last must have at least ${sizeMin}`,
  ),
  'part-number-invalid': business(
    10001,
    ({ partNumberMin, partNumberMax }) =>
      `sliceId must be an integer from ${partNumberMin} to ${partNumberMax}`,
  ),
  'part-mismatch': business(10001, () => 'a slice is missing or has other bytes'),
  'body-too-large': business(10001, ({ sizeMax }) => `data must not be larger than ${sizeMax} bytes`),
  'body-truncated': business(10001, () => 'request body is not complete'),
  'digest-mismatch': business(10001, () => 'data does not have the digest that was sent'),
  'object-not-found': business(10005),
  'name-conflict': business(10003),
  'object-held': business(10003),
  'object-changed': business(10003),
  'quota-exceeded': business(10002, ({ limit }) => `storage operation failed: the limit ${limit} is reached`),
  'media-refused': business(10001, () => 'data is not a media file'),
  'storage-full': business(10006, () => 'io operation failed: no space left'),
  'storage-failed': business(10002),
  'metadata-failed': business(10003),
  unavailable: UNAVAILABLE,
}

const REQUEST: Readonly<Record<RequestFaultCode, () => Failure>> = {
  'not-found': gateway(404, 'no Route matched with those values'),
  'method-not-allowed': gateway(405, 'Method not allowed'),
  'malformed-request': () => new OstError(10001, 'request cannot be decoded'),
  'malformed-json': () => new OstError(10001, 'request body must be a JSON object'),
  'malformed-multipart': () =>
    new OstError(10001, 'request body must be multipart/form-data, each part once'),
  'unsupported-media-type': () => new OstError(10001, 'Content-Type is not the one of this call'),
  'too-complex': () => new OstError(10001, 'request body has too many fields or levels'),
  'body-too-large': () => new OstError(10001, 'request body is too large'),
  'body-truncated': () => new OstError(10001, 'request body is not complete'),
  'length-required': () => new OstError(10001, 'Content-Length must not be empty'),
  timeout: gateway(408, 'Request timeout'),
  draining: UNAVAILABLE,
  // The gateway is a Kong: these are the words of its rate limiting.
  throttled: gateway(429, 'API rate limit exceeded'),
}

/** Makes an answer of anything that a handler threw. */
export function toFailure(error: unknown, storeCode: StoreCode = 10003): Failure {
  if (error instanceof OstError || error instanceof GatewayError) return error
  if (isCoreError(error, 'metadata-failed')) return new OstError(storeCode, MESSAGES[storeCode])
  if (error instanceof CoreError) return CORE[error.code](error.detail)
  if (error instanceof RequestFault) return REQUEST[error.code]()
  return new GatewayError(500, 'An unexpected error occurred')
}

interface Rendering {
  readonly sid: string
  readonly errorStatus: number
  /** Default 10003. */
  readonly storeCode?: StoreCode | undefined
}

/**
 * A call's failure on the wire. Business failures have the envelope and `errorStatus` (the vendor documents none; default
 * 200); gateway failures have their own status and `{"message"}` as text/plain.
 */
export function renderFailure(error: unknown, { sid, errorStatus, storeCode }: Rendering): Reply {
  const failure = toFailure(error, storeCode)
  return failure instanceof GatewayError
    ? gatewayReply(failure)
    : envelope(errorStatus, { code: failure.code, sid, message: failure.message })
}

/** As `renderFailure`, for the task API: with its order of keys and its own code for a request that cannot be read. */
export function renderTaskFailure(error: unknown, sid: string, errorStatus: number): Reply {
  const failure = toFailure(error, 10007)
  if (failure instanceof GatewayError) return gatewayReply(failure)
  const { message } = failure
  const code = failure.code === 10001 ? 10107 : failure.code
  return taskEnvelope(errorStatus, { code, sid, message })
}

/** The gateway's answer: `{"message"}` as text/plain. */
export function gatewayReply({ status, message }: GatewayError): Reply {
  const headers = { 'content-type': 'text/plain; charset=utf-8' }
  return { status, headers, body: JSON.stringify({ message }) }
}
