import { type CoreErrorCode, forAccountCodes, forTreeCodes, isCoreError } from '../../core/errors.ts'
import { RequestFault, type RequestFaultCode } from '../../http/faults.ts'
import type { Exchange, Reply } from '../../http/types.ts'

/**
 * Codes `VOD.n` with the vendor's words (reference §3.3). `page` and `illegal`: the status is the one that the call's own page
 * shows; a number: always that one.
 */
const CODES = {
  10051: [500, 'Internal system error.'],
  10053: ['illegal', 'The request parameter is illegal.'],
  10057: [403, 'Tenant ID verification failed.'],
  10058: [403, 'The request method is incorrect.'],
  10059: [403, 'The requested content type is incorrect.'],
  10060: ['page', 'Media asset is not downloaded successfully or not released, please check.'],
  10061: ['page', 'The operation failed, and the current media asset status is not allowed to be updated.'],
  10062: ['page', 'Media asset or resource does not exist, please check.'],
  10063: ['page', 'Media asset type is not supported at this time.'],
  10064: ['page', 'Media asset classification does not exist, please check.'],
  10065: ['page', 'Media asset classification already exists, please check.'],
  10066: ['page', 'The media asset classification exceeds the maximum level, please check.'],
  10067: ['page', 'There are too many media asset classifications, please check.'],
  10081: [400, 'The request parameters are illegal, please check.'],
  10083: ['page', 'The current media asset status does not support this operation.'],
  10121: ['page', 'The media asset could not be pulled from its URL.'],
  10126: [
    'page',
    'The upload cannot be confirmed in the current media asset status. Please check the media asset status.',
  ],
  10135: ['page', 'The media asset is not in the uploading state, so that there is no temporary authority.'],
  10136: ['page', 'This feature is offline.'],
  10137: ['page', 'The number of media assets to publish or unpublish exceeds the limit.'],
} as const satisfies Readonly<Record<number, readonly [number | 'page' | 'illegal', string]>>

export type VodCode = keyof typeof CODES

/** A business answer other than success. `message` replaces the code's own words. */
export class VodError extends Error {
  override readonly name = 'VodError'
  readonly code: VodCode

  constructor(code: VodCode, message?: string, cause?: unknown) {
    super(message ?? CODES[code][1], cause === undefined ? undefined : { cause })
    this.code = code
  }
}

/** VOD.10053, naming the field. */
export const illegalField = (field: string): VodError =>
  new VodError(10053, `The request parameter is illegal, illegal field: {${field}}.`)

/** What stands before the business layer: authentication, limits, unknown paths (reference §3.2). */
export class GatewayError extends Error {
  override readonly name = 'GatewayError'
  readonly status: number
  /** `0301` of `APIGW.0301`. */
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** 401 APIGW.0301; `reason` stands after the colon. */
export const notAuthenticated = (reason: string): GatewayError =>
  new GatewayError(401, '0301', `Incorrect IAM authentication information: ${reason}`)

type Answered = VodError | GatewayError

const vod = (code: VodCode) => (): Answered => new VodError(code)
const gateway = (status: number, code: string, message: string) => (): Answered =>
  new GatewayError(status, code, message)
const BUSY = gateway(503, '0201', 'Backend unavailable.')

const CORE: Readonly<Record<CoreErrorCode, () => Answered>> = {
  ...forTreeCodes(vod(10051)),
  ...forAccountCodes(vod(10051)),
  'invalid-argument': vod(10053),
  'access-denied': gateway(403, '0302', 'The IAM user is not authorized to access the API.'),
  'upload-not-found': vod(10062),
  'upload-expired': vod(10126),
  'upload-closed': vod(10126),
  'upload-sealed': vod(10126),
  'upload-changed': vod(10126),
  'upload-empty': vod(10126),
  'part-too-small': vod(10126),
  'part-number-invalid': vod(10053),
  'part-mismatch': vod(10126),
  'body-too-large': gateway(413, '0201', 'Request entity too large.'),
  'body-truncated': gateway(400, '0201', 'API request error.'),
  'digest-mismatch': vod(10081),
  'object-not-found': vod(10062),
  'name-conflict': vod(10083),
  'object-held': vod(10083),
  'object-changed': vod(10083),
  'quota-exceeded': vod(10083),
  'media-refused': vod(10063),
  'storage-full': BUSY,
  'storage-failed': vod(10051),
  'metadata-failed': vod(10051),
  unavailable: BUSY,
}

const FAULTS: Readonly<Record<RequestFaultCode, () => Answered>> = {
  'not-found': gateway(404, '0101', 'The API does not exist or has not been published in the environment.'),
  'method-not-allowed': gateway(404, '0101', 'The API does not exist.'),
  'malformed-request': gateway(400, '0201', 'API request error.'),
  'malformed-json': vod(10081),
  'malformed-multipart': vod(10059),
  'unsupported-media-type': vod(10059),
  'too-complex': vod(10081),
  'body-too-large': gateway(413, '0201', 'Request entity too large.'),
  'body-truncated': gateway(400, '0201', 'API request error.'),
  'length-required': gateway(400, '0201', 'API request error.'),
  timeout: gateway(504, '0201', 'Backend timeout.'),
  draining: BUSY,
}

export function asAnswered(error: unknown): Answered {
  if (error instanceof VodError || error instanceof GatewayError) return error
  if (isCoreError(error)) return CORE[error.code]()
  if (error instanceof RequestFault) return FAULTS[error.code]()
  return new VodError(10051, undefined, error)
}

/** The status that the page of a call shows for its failures. */
export type PageStatus = 400 | 403

/** The envelopes of reference §3.1. `illegal` is the status of VOD.10053, 400 but for one page. */
export function renderFailure(
  { requestId }: Exchange,
  error: unknown,
  page: PageStatus,
  illegal: PageStatus = 400,
): Reply {
  const answered = asAnswered(error)
  const headers = { 'content-type': 'application/json', 'x-request-id': requestId }
  if (answered instanceof GatewayError) {
    const body = { error_msg: answered.message, error_code: `APIGW.${answered.code}`, request_id: requestId }
    return { status: answered.status, headers, body: JSON.stringify(body) }
  }
  const [kind] = CODES[answered.code]
  const status = kind === 'page' ? page : kind === 'illegal' ? illegal : kind
  const body = { error_code: `VOD.${answered.code}`, error_msg: answered.message }
  return { status, headers, body: JSON.stringify(body) }
}
