import { CoreError, type CoreErrorCode, forAccountCodes, forTreeCodes } from '../../core/errors.ts'
import type { RequestFaultCode } from '../../http/faults.ts'
import { type VendorError, vendorError } from '../error-tables.ts'
import { forBucketCodes, type PlaneErrorCode } from '../errors.ts'

/** An error as TOS tells it. Codes are those of Volcengine document 6349/74874 and of the vendor's SDKs where they have one. */
export interface TosError extends VendorError {
  /** The vendor's diagnosis number; left out where it is not known. */
  readonly ec?: string
}

const tos = (status: number, code: string, message: string, ec?: string): TosError =>
  ec === undefined ? { status, code, message } : { status, code, message, ec }

const NO_SUCH_BUCKET = tos(404, 'NoSuchBucket', 'The specified bucket does not exist.')
const NO_SUCH_KEY = tos(404, 'NoSuchKey', 'The specified key does not exist.')
const TOO_LARGE = tos(400, 'EntityTooLarge', 'The body is larger than an object may be.')
const INCOMPLETE = tos(400, 'IncompleteBody', 'The body does not have its announced length.')
const CONFLICT = tos(409, 'ConcurrencyUpdateObjectLimit', 'The object is being changed by another request.')
const INTERNAL = tos(500, 'InternalError', 'The server met an error. Please try again.')
const UNAVAILABLE = tos(503, 'ServiceUnavailable', 'The service is not available for now. Please try again.')
const INVALID_ARGUMENT = tos(400, 'InvalidArgument', 'An argument of the request is not valid.')
const DENIED = tos(403, 'AccessDenied', 'Access is denied.')

const queryError = (message: string, ec?: string) =>
  tos(400, 'AuthorizationQueryParametersError', message, ec)

const PLANE: Readonly<Record<PlaneErrorCode, TosError>> = {
  'access-denied': DENIED,
  'url-expired': tos(403, 'AccessDenied', 'Request has expired.'),
  'signature-mismatch': tos(
    403,
    'SignatureDoesNotMatch',
    'The signature is not the one calculated from the request. Check the secret key and the signing method.',
    '0002-00000024',
  ),
  'signature-malformed': queryError('The parameters of the signature are incomplete or malformed.'),
  'algorithm-unsupported': queryError('The algorithm must be TOS4-HMAC-SHA256.', '0002-00000030'),
  'expires-invalid': queryError('X-Tos-Expires must be a number of seconds above 0.', '0002-00000031'),
  'expires-too-long': queryError('X-Tos-Expires must not be above 2592000 seconds.', '0002-00000025'),
  'clock-skew': tos(
    403,
    'RequestTimeTooSkewed',
    "The request's time is too far from the server's.",
    '0002-00000018',
  ),
  'access-key-unknown': tos(403, 'InvalidAccessKeyId', 'The access key does not exist.', '0002-00000020'),
  'no-such-bucket': NO_SUCH_BUCKET,
  'no-such-key': NO_SUCH_KEY,
  'no-such-upload': tos(404, 'NoSuchUpload', 'The specified multipart upload does not exist.'),
  'key-invalid': tos(400, 'InvalidArgument', 'The object key is not valid.'),
  'digest-invalid': tos(400, 'InvalidDigest', 'The Content-MD5 header is not the base64 of an MD5.'),
  'argument-invalid': INVALID_ARGUMENT,
  'xml-malformed': tos(400, 'MalformedBody', 'The body is malformed.'),
  'part-order-invalid': tos(400, 'InvalidPartOrder', 'The parts of the list are not in ascending order.'),
  'form-malformed': tos(400, 'MalformedPOSTRequest', 'The form is malformed.'),
  'policy-malformed': tos(400, 'InvalidPolicyDocument', "The form's policy is malformed."),
  'policy-refused': DENIED,
  'body-too-small': tos(400, 'EntityTooSmall', 'The body is smaller than it may be.'),
  ...forBucketCodes(INVALID_ARGUMENT),
  'precondition-failed': tos(412, 'PreconditionFailed', 'A condition of the request does not hold.'),
  'range-not-satisfiable': tos(416, 'Requested Range Not Satisfiable', 'The range is not within the object.'),
  'not-implemented': tos(501, 'UnImplemented', 'This server does not offer what the request asks for.'),
}

const CORE: Readonly<Record<CoreErrorCode, TosError>> = {
  ...forTreeCodes(INTERNAL),
  ...forAccountCodes(INTERNAL),
  'invalid-argument': INVALID_ARGUMENT,
  'access-denied': DENIED,
  'upload-not-found': NO_SUCH_KEY,
  'upload-expired': tos(403, 'AccessDenied', 'The upload has expired.'),
  'upload-closed': CONFLICT,
  'upload-sealed': CONFLICT,
  'upload-changed': CONFLICT,
  'upload-empty': INCOMPLETE,
  'part-too-small': tos(400, 'EntityTooSmall', 'The body is smaller than it may be.'),
  'part-number-invalid': INVALID_ARGUMENT,
  'part-mismatch': tos(400, 'InvalidPart', 'A part of the list is not there, or has another ETag.'),
  'body-too-large': TOO_LARGE,
  'body-truncated': INCOMPLETE,
  'digest-mismatch': tos(400, 'BadDigest', 'The Content-MD5 is not that of the body received.'),
  'object-not-found': NO_SUCH_KEY,
  'name-conflict': tos(409, 'DuplicateObject', 'The key is taken.'),
  'object-held': DENIED,
  'object-changed': CONFLICT,
  'quota-exceeded': tos(403, 'AccessDenied', 'The quota is used up.'),
  'media-refused': INVALID_ARGUMENT,
  'storage-full': tos(507, 'InsufficientStorage', 'The server has no room for the object.'),
  'storage-failed': INTERNAL,
  'metadata-failed': INTERNAL,
  unavailable: UNAVAILABLE,
}

const SHA256_MISMATCH = tos(
  400,
  'ContentSHA256Mismatch',
  'The x-tos-content-sha256 is not that of the body received.',
)

const FAULTS: Readonly<Record<RequestFaultCode, TosError>> = {
  'not-found': NO_SUCH_BUCKET,
  'method-not-allowed': tos(405, 'MethodNotAllowed', 'The method is not allowed here.'),
  'malformed-request': INVALID_ARGUMENT,
  'malformed-json': tos(400, 'MalformedBody', 'The body is malformed.'),
  'malformed-multipart': tos(400, 'MalformedBody', 'The body is malformed.'),
  'unsupported-media-type': INVALID_ARGUMENT,
  'too-complex': INVALID_ARGUMENT,
  'body-too-large': TOO_LARGE,
  'body-truncated': INCOMPLETE,
  'length-required': tos(411, 'MissingContentLength', 'A body needs Content-Length or chunked encoding.'),
  timeout: tos(408, 'Timeout', 'The body did not arrive in time.'),
  draining: UNAVAILABLE,
  throttled: tos(429, 'ExceedAccountQPSLimit', 'There are too many requests. Please try again later.'),
}

const TABLES = { plane: PLANE, core: CORE, faults: FAULTS, internal: INTERNAL }

/** What TOS calls an error; a bug is an InternalError. */
export function tosError(error: unknown): TosError {
  const isOfSha256 =
    error instanceof CoreError && error.code === 'digest-mismatch' && error.detail.digest === 'sha256'
  return isOfSha256 ? SHA256_MISMATCH : vendorError(error, TABLES)
}
