import { type CoreErrorCode, forAccountCodes, forTreeCodes } from '../../core/errors.ts'
import type { RequestFaultCode } from '../../http/faults.ts'
import { type VendorError, vendorError } from '../error-tables.ts'
import { forBucketCodes, type PlaneErrorCode } from '../errors.ts'

/** As page "错误码" of the vendor's API reference has them. */
const obs = (status: number, code: string, message: string): VendorError => ({ status, code, message })

const NO_SUCH_BUCKET = obs(404, 'NoSuchBucket', 'The specified bucket does not exist.')
const NO_SUCH_KEY = obs(404, 'NoSuchKey', 'The specified key does not exist.')
const NO_SUCH_UPLOAD = obs(
  404,
  'NoSuchUpload',
  'The specified multipart upload does not exist. The upload ID may be invalid, or the multipart upload may have been aborted or completed.',
)
const TOO_LARGE = obs(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed object size.')
const TOO_SMALL = obs(
  400,
  'EntityTooSmall',
  'Your proposed upload is smaller than the minimum allowed object size.',
)
const INCOMPLETE = obs(
  400,
  'IncompleteBody',
  'You did not provide the number of bytes specified by the Content-Length HTTP header.',
)
const CONFLICT = obs(
  409,
  'OperationAborted',
  'A conflicting operation is being performed on this resource. Please try again.',
)
const INTERNAL = obs(500, 'InternalError', 'We encountered an internal error. Please try again.')
const UNAVAILABLE = obs(503, 'ServiceUnavailable', 'Please reduce your request rate.')
const INVALID_ARGUMENT = obs(400, 'InvalidArgument', 'Invalid Argument')
const DENIED = obs(403, 'AccessDenied', 'Access Denied')
const MALFORMED_XML = obs(
  400,
  'MalformedXML',
  'The XML you provided was not well-formed or did not validate against our published schema.',
)
const MALFORMED_FORM = obs(
  400,
  'MalformedPOSTRequest',
  'The body of your POST request is not well-formed multipart/form-data.',
)
const UNSUPPORTED_SIGNATURE = obs(
  400,
  'InvalidRequest',
  'The authorization mechanism you have provided is not supported.',
)

const PLANE: Readonly<Record<PlaneErrorCode, VendorError>> = {
  'access-denied': DENIED,
  'url-expired': obs(403, 'AccessDenied', 'Request has expired'),
  'signature-mismatch': obs(
    403,
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  ),
  'signature-malformed': obs(
    403,
    'AccessDenied',
    'Authentication requires one access key, one Signature and one Expires, or an Authorization header.',
  ),
  'algorithm-unsupported': UNSUPPORTED_SIGNATURE,
  'expires-invalid': DENIED,
  'expires-too-long': DENIED,
  'clock-skew': obs(
    403,
    'RequestTimeTooSkewed',
    'The difference between the request time and the current time is too large.',
  ),
  'access-key-unknown': obs(
    403,
    'InvalidAccessKeyId',
    'The access key ID you provided does not exist in our records.',
  ),
  'no-such-bucket': NO_SUCH_BUCKET,
  'no-such-key': NO_SUCH_KEY,
  'no-such-upload': NO_SUCH_UPLOAD,
  'key-invalid': obs(400, 'InvalidURI', 'The object key is not valid.'),
  'digest-invalid': obs(400, 'InvalidDigest', 'The Content-MD5 you specified is not valid.'),
  'argument-invalid': INVALID_ARGUMENT,
  'xml-malformed': MALFORMED_XML,
  'part-order-invalid': obs(
    400,
    'InvalidPartOrder',
    'The list of parts was not in ascending order. Parts list must be specified in order by part number.',
  ),
  'form-malformed': MALFORMED_FORM,
  'policy-malformed': obs(400, 'InvalidPolicyDocument', 'The content of the form does not meet the policy.'),
  'policy-refused': DENIED,
  'body-too-small': TOO_SMALL,
  ...forBucketCodes(INVALID_ARGUMENT),
  'chunks-malformed': INCOMPLETE,
  'precondition-failed': obs(
    412,
    'PreconditionFailed',
    'At least one of the preconditions you specified did not hold.',
  ),
  'range-not-satisfiable': obs(416, 'InvalidRange', 'The requested range cannot be satisfied.'),
  'not-implemented': obs(
    501,
    'NotImplemented',
    'A header or parameter you provided implies functionality that is not implemented.',
  ),
}

const CORE: Readonly<Record<CoreErrorCode, VendorError>> = {
  ...forTreeCodes(INTERNAL),
  ...forAccountCodes(INTERNAL),
  'invalid-argument': INVALID_ARGUMENT,
  'access-denied': DENIED,
  'upload-not-found': NO_SUCH_UPLOAD,
  'upload-expired': NO_SUCH_UPLOAD,
  'upload-closed': NO_SUCH_UPLOAD,
  'upload-sealed': NO_SUCH_UPLOAD,
  'upload-changed': CONFLICT,
  'upload-empty': MALFORMED_XML,
  'part-too-small': TOO_SMALL,
  'part-number-invalid': INVALID_ARGUMENT,
  'part-mismatch': obs(
    400,
    'InvalidPart',
    "One or more of the specified parts could not be found. The part might not have been uploaded, or the specified entity tag might not have matched the part's entity tag.",
  ),
  'body-too-large': TOO_LARGE,
  'body-truncated': INCOMPLETE,
  'digest-mismatch': obs(400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.'),
  'object-not-found': NO_SUCH_KEY,
  'name-conflict': CONFLICT,
  'object-held': DENIED,
  'object-changed': CONFLICT,
  'quota-exceeded': obs(403, 'InsufficientStorageSpace', 'The quota is used up.'),
  'media-refused': INVALID_ARGUMENT,
  'storage-full': obs(507, 'InsufficientStorage', 'The server has no room for the object.'),
  'storage-failed': INTERNAL,
  'metadata-failed': INTERNAL,
  unavailable: UNAVAILABLE,
}

const FAULTS: Readonly<Record<RequestFaultCode, VendorError>> = {
  'not-found': NO_SUCH_BUCKET,
  'method-not-allowed': obs(
    405,
    'MethodNotAllowed',
    'The specified method is not allowed against this resource.',
  ),
  'malformed-request': obs(400, 'InvalidURI', "Couldn't parse the specified URI."),
  'malformed-json': MALFORMED_FORM,
  'malformed-multipart': MALFORMED_FORM,
  'unsupported-media-type': MALFORMED_FORM,
  'too-complex': INVALID_ARGUMENT,
  'body-too-large': TOO_LARGE,
  'body-truncated': INCOMPLETE,
  'length-required': obs(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.'),
  timeout: obs(
    400,
    'RequestTimeout',
    'Your socket connection to the server was not read from or written to within the timeout period.',
  ),
  draining: UNAVAILABLE,
  throttled: obs(503, 'SlowDown', 'Please reduce your request rate.'),
}

const TABLES = { plane: PLANE, core: CORE, faults: FAULTS, internal: INTERNAL }

/** What OBS calls an error; a bug is an InternalError. */
export const obsError = (error: unknown): VendorError => vendorError(error, TABLES)
