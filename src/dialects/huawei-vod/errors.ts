import { type CoreErrorCode, forAccountCodes, forTreeCodes, isCoreError } from '../../core/errors.ts'
import { RequestFault, type RequestFaultCode } from '../../http/faults.ts'
import type { Exchange, Reply } from '../../http/types.ts'
import { CODES, languageOf, messageOf, type VodCode } from './wire/messages.ts'

export type { VodCode } from './wire/messages.ts'

/** A business answer other than success. */
export class VodError extends Error {
  override readonly name = 'VodError'
  readonly code: VodCode
  /** The field that VOD.10053 names; null where it names none. */
  readonly field: string | null

  constructor(code: VodCode, field: string | null = null, cause?: unknown) {
    super(messageOf(code, 'en', field), cause === undefined ? undefined : { cause })
    this.code = code
    this.field = field
  }
}

/** As VodError, of something that was there and is gone: 404, whatever the page of the call shows. */
export class GoneError extends VodError {}

/** VOD.10053, naming the field. */
export const illegalField = (field: string): VodError => new VodError(10053, field)

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

const NOT_AUTHENTICATED = 'Incorrect IAM authentication information: '
/** Reasons of 401 APIGW.0301 that mean a wrong secret. */
export const WRONG_SIGNATURE = 'verify aksk signature fail'
export const FOREIGN_TOKEN = 'decrypt token fail'

/** 401 APIGW.0301; `reason` stands after the colon. */
export const notAuthenticated = (reason: string): GatewayError =>
  new GatewayError(401, '0301', NOT_AUTHENTICATED + reason)

/** Whether an error is 401 APIGW.0301 for that reason. */
export const isRefused = (error: unknown, reason: string): boolean =>
  error instanceof GatewayError && error.message === NOT_AUTHENTICATED + reason

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
  throttled: gateway(429, '0308', 'The throttling threshold has been reached.'),
}

export function asAnswered(error: unknown): Answered {
  if (error instanceof VodError || error instanceof GatewayError) return error
  if (isCoreError(error)) return CORE[error.code]()
  if (error instanceof RequestFault) return FAULTS[error.code]()
  return new VodError(10051, null, error)
}

/** The status that the page of a call shows for its failures. */
export type PageStatus = 400 | 403 | 404

/** The envelopes of reference §3.1, VOD's messages in the caller's language. `illegal` is the status of VOD.10053, 400 but for one page. */
export function renderFailure(
  exchange: Pick<Exchange, 'request' | 'requestId'>,
  error: unknown,
  page: PageStatus,
  illegal: PageStatus = 400,
): Reply {
  const answered = asAnswered(error)
  const { requestId } = exchange
  const headers = { 'content-type': 'application/json', 'x-request-id': requestId }
  if (answered instanceof GatewayError) {
    const body = { error_msg: answered.message, error_code: `APIGW.${answered.code}`, request_id: requestId }
    return { status: answered.status, headers, body: JSON.stringify(body) }
  }
  const [kind] = CODES[answered.code]
  const status =
    answered instanceof GoneError ? 404 : kind === 'page' ? page : kind === 'illegal' ? illegal : kind
  const error_msg = messageOf(answered.code, languageOf(exchange), answered.field)
  const body = { error_code: `VOD.${answered.code}`, error_msg }
  return { status, headers, body: JSON.stringify(body) }
}
