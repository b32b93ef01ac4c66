import { type CoreErrorCode, forAccountCodes, forTreeCodes } from '../../core/errors.ts'
import type { RequestFaultCode } from '../../http/faults.ts'
import { type VendorError, vendorError } from '../error-tables.ts'
import { forBucketCodes, type PlaneErrorCode } from '../errors.ts'

/** As Tencent document 436/7730 has them. */
const cos = (status: number, code: string, message: string): VendorError => ({ status, code, message })

const NO_SUCH_BUCKET = cos(404, 'NoSuchBucket', 'The specified bucket does not exist.')
const NO_SUCH_KEY = cos(404, 'NoSuchKey', 'The specified key does not exist.')
const NO_SUCH_UPLOAD = cos(
  404,
  'NoSuchUpload',
  'The specified multipart upload does not exist. It may have been aborted or completed.',
)
const TOO_LARGE = cos(400, 'EntityTooLarge', 'The body is larger than it may be.')
const TOO_SMALL = cos(400, 'EntityTooSmall', 'The body is smaller than it may be.')
const INCOMPLETE = cos(400, 'IncompleteBody', 'The body does not have its announced length.')
const CONFLICT = cos(409, 'OperationConflict', 'The object is being changed by another request.')
const INTERNAL = cos(500, 'InternalError', 'The server met an error. Please try again.')
const UNAVAILABLE = cos(503, 'ServiceUnavailable', 'The service is not available for now. Please try again.')
const INVALID_ARGUMENT = cos(400, 'InvalidArgument', 'An argument of the request is not valid.')
const DENIED = cos(403, 'AccessDenied', 'Access Denied.')
const MALFORMED_FORM = cos(400, 'MalformedPOSTRequest', 'The form is not well-formed multipart/form-data.')

/** `url-expired` has the very words that the vendor's clients look for before they ask for new credentials. */
const PLANE: Readonly<Record<PlaneErrorCode, VendorError>> = {
  'access-denied': DENIED,
  'url-expired': cos(403, 'AccessDenied', 'Request has expired'),
  'signature-mismatch': cos(
    403,
    'SignatureDoesNotMatch',
    'The signature is not the one calculated from the request. Check the key and the signing method.',
  ),
  'signature-malformed': cos(
    400,
    'InvalidArgument',
    'The fields of the signature are incomplete or malformed.',
  ),
  'algorithm-unsupported': cos(400, 'InvalidArgument', 'q-sign-algorithm must be sha1.'),
  'expires-invalid': INVALID_ARGUMENT,
  'expires-too-long': INVALID_ARGUMENT,
  'clock-skew': cos(403, 'RequestTimeTooSkewed', "The request's time is too far from the server's."),
  'access-key-unknown': cos(403, 'InvalidAccessKeyId', 'The access key does not exist.'),
  'no-such-bucket': NO_SUCH_BUCKET,
  'no-such-key': NO_SUCH_KEY,
  'no-such-upload': NO_SUCH_UPLOAD,
  'key-invalid': cos(400, 'InvalidURI', 'The object key is not valid.'),
  'digest-invalid': cos(400, 'InvalidDigest', 'The Content-MD5 header is not the base64 of an MD5.'),
  'argument-invalid': INVALID_ARGUMENT,
  'xml-malformed': cos(
    400,
    'MalformedXML',
    'The XML of the body is not well-formed, or not of the kind asked for.',
  ),
  'part-order-invalid': cos(400, 'InvalidPartOrder', 'The parts of the list are not in ascending order.'),
  'form-malformed': MALFORMED_FORM,
  'policy-malformed': cos(400, 'InvalidPolicyDocument', "The form's policy is not well-formed."),
  'policy-refused': cos(403, 'AccessDenied', 'The form is not what its policy allows.'),
  'body-too-small': TOO_SMALL,
  ...forBucketCodes(INVALID_ARGUMENT),
  'precondition-failed': cos(412, 'PreconditionFailed', 'A condition of the request does not hold.'),
  'range-not-satisfiable': cos(416, 'InvalidRange', 'The range is not within the object.'),
  'not-implemented': cos(501, 'NotImplemented', 'This server does not offer what the request asks for.'),
}

const CORE: Readonly<Record<CoreErrorCode, VendorError>> = {
  ...forTreeCodes(NO_SUCH_KEY),
  ...forAccountCodes(INTERNAL),
  'invalid-argument': INVALID_ARGUMENT,
  'access-denied': DENIED,
  'upload-not-found': NO_SUCH_UPLOAD,
  'upload-expired': NO_SUCH_UPLOAD,
  'upload-closed': NO_SUCH_UPLOAD,
  'upload-sealed': NO_SUCH_UPLOAD,
  'upload-changed': CONFLICT,
  'upload-empty': INCOMPLETE,
  'part-too-small': TOO_SMALL,
  'part-number-invalid': INVALID_ARGUMENT,
  'part-mismatch': cos(400, 'InvalidPart', 'A part of the list is not there, or has another ETag.'),
  'body-too-large': TOO_LARGE,
  'body-truncated': INCOMPLETE,
  'digest-mismatch': cos(400, 'BadDigest', 'The Content-MD5 is not that of the body received.'),
  'object-not-found': NO_SUCH_KEY,
  'name-conflict': CONFLICT,
  'object-held': DENIED,
  'object-changed': CONFLICT,
  'quota-exceeded': cos(403, 'AccessDenied', 'The quota is used up.'),
  'media-refused': INVALID_ARGUMENT,
  'storage-full': cos(507, 'InsufficientStorage', 'The server has no room for the object.'),
  'storage-failed': INTERNAL,
  'metadata-failed': INTERNAL,
  unavailable: UNAVAILABLE,
}

const FAULTS: Readonly<Record<RequestFaultCode, VendorError>> = {
  'not-found': NO_SUCH_BUCKET,
  'method-not-allowed': cos(405, 'MethodNotAllowed', 'The method is not allowed here.'),
  'malformed-request': cos(400, 'InvalidURI', 'The request cannot be decoded.'),
  'malformed-json': cos(400, 'InvalidPolicyDocument', "The form's policy is not well-formed."),
  'malformed-multipart': MALFORMED_FORM,
  'unsupported-media-type': MALFORMED_FORM,
  'too-complex': MALFORMED_FORM,
  'body-too-large': TOO_LARGE,
  'body-truncated': INCOMPLETE,
  'length-required': cos(411, 'MissingContentLength', 'A body needs Content-Length or chunked encoding.'),
  timeout: cos(400, 'RequestTimeOut', 'The body did not arrive in time.'),
  draining: UNAVAILABLE,
  throttled: cos(503, 'SlowDown', 'Please reduce your request rate.'),
}

const TABLES = { plane: PLANE, core: CORE, faults: FAULTS, internal: INTERNAL }

/** What COS calls an error; a bug is an InternalError. */
export const cosError = (error: unknown): VendorError => vendorError(error, TABLES)
