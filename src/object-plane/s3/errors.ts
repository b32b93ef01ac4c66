import { answersByClass, failureCodeOf } from '../../http/failures.ts'
import type { VendorError } from '../error-tables.ts'
import { PlaneError, type PlaneErrorCode } from '../errors.ts'
import { argumentText } from './argument-texts.ts'
import { CODES, S3Error, type S3ErrorCode } from './codes.ts'

const s3 = (code: S3ErrorCode, message: string = CODES[code][1]): VendorError => ({
  ...{ status: CODES[code][0], code, message },
})

const DENIED = s3('AccessDenied')
const INVALID = s3('InvalidArgument')
const NO_SUCH_UPLOAD = s3('NoSuchUpload')

const PLANE: Readonly<Record<PlaneErrorCode, VendorError>> = {
  'access-denied': DENIED,
  'url-expired': s3('AccessDenied', 'Request has expired.'),
  'signature-mismatch': s3('SignatureDoesNotMatch'),
  'signature-malformed': s3('AuthorizationHeaderMalformed'),
  'algorithm-unsupported': s3(
    'InvalidRequest',
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
  ),
  'expires-invalid': s3('AuthorizationQueryParametersError', 'X-Amz-Expires should be a number'),
  'expires-too-long': s3(
    'AuthorizationQueryParametersError',
    'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
  ),
  'clock-skew': s3('RequestTimeTooSkewed'),
  'access-key-unknown': s3('InvalidAccessKeyId'),
  'no-such-bucket': s3('NoSuchBucket'),
  'no-such-key': s3('NoSuchKey'),
  'no-such-upload': NO_SUCH_UPLOAD,
  'key-invalid': s3('KeyTooLongError'),
  'digest-invalid': s3('InvalidDigest'),
  'argument-invalid': INVALID,
  'xml-malformed': s3('MalformedXML'),
  'part-order-invalid': s3('InvalidPartOrder'),
  'form-malformed': s3('MalformedPOSTRequest'),
  'policy-malformed': s3('AccessDenied', 'Invalid Policy: Invalid JSON.'),
  'policy-refused': s3('AccessDenied', 'Invalid according to Policy: Policy Condition failed'),
  'body-too-small': s3('EntityTooSmall'),
  'precondition-failed': s3('PreconditionFailed'),
  'range-not-satisfiable': s3('InvalidRange'),
  'not-implemented': s3('NotImplemented'),
  'copy-onto-itself': s3(
    'InvalidRequest',
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  ),
  'part-not-there': s3('InvalidPartNumber'),
  'overrides-unsigned': s3(
    'InvalidRequest',
    'Request specific response headers cannot be used for anonymous GET requests.',
  ),
  'range-and-part': s3('InvalidRequest', 'Cannot specify both Range header and partNumber query parameter'),
  'chunks-malformed': s3('IncompleteBody'),
  'bucket-exists': s3('BucketAlreadyOwnedByYou'),
  'bucket-name-taken': s3('BucketAlreadyExists'),
  'bucket-name-invalid': s3('InvalidBucketName'),
}

/** Everything else: by its class, but for what S3 has a code of its own for. */
const FAILURES = answersByClass<S3ErrorCode>(
  {
    ...{
      missing: 'NoSuchKey',
      conflict: 'OperationAborted',
      denied: 'AccessDenied',
      invalid: 'InvalidArgument',
    },
    ...{ 'too-large': 'EntityTooLarge', 'retry-later': 'ServiceUnavailable', internal: 'InternalError' },
  },
  {
    ...{ 'bucket-not-found': 'NoSuchBucket', 'bucket-not-empty': 'BucketNotEmpty' },
    ...{ 'volume-not-found': 'NoSuchBucket', 'volume-not-empty': 'BucketNotEmpty' },
    ...{
      'upload-not-found': 'NoSuchUpload',
      'upload-expired': 'NoSuchUpload',
      'upload-closed': 'NoSuchUpload',
    },
    ...{
      'upload-sealed': 'NoSuchUpload',
      'upload-empty': 'MalformedXML',
      'entry-mismatch': 'InvalidRequest',
    },
    ...{ 'part-too-small': 'EntityTooSmall', 'part-mismatch': 'InvalidPart', 'digest-mismatch': 'BadDigest' },
    ...{
      'body-truncated': 'IncompleteBody',
      'object-held': 'AccessDenied',
      'quota-exceeded': 'QuotaExceeded',
    },
    ...{ 'name-conflict': 'PreconditionFailed', 'object-changed': 'ConditionalRequestConflict' },
    ...{ 'storage-full': 'InsufficientStorage', 'method-not-allowed': 'MethodNotAllowed' },
    ...{ 'malformed-request': 'InvalidURI', 'malformed-json': 'MalformedPolicy' },
    ...{ 'malformed-multipart': 'MalformedPOSTRequest', 'unsupported-media-type': 'MalformedPOSTRequest' },
    ...{ 'length-required': 'MissingContentLength', timeout: 'RequestTimeout', throttled: 'SlowDown' },
  },
)

/** What S3 calls an error; a bug is an InternalError. */
export function s3Error(error: unknown): VendorError {
  if (error instanceof S3Error) return s3(error.code, error.message)
  if (error instanceof PlaneError && error.code === 'argument-invalid' && error.argument !== null)
    return s3('InvalidArgument', argumentText(error.argument))
  return error instanceof PlaneError ? PLANE[error.code] : s3(FAILURES[failureCodeOf(error)])
}
