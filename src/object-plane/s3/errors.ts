import { answersByClass, failureCodeOf } from '../../http/failures.ts'
import type { VendorError } from '../error-tables.ts'
import { PlaneError, type PlaneErrorCode } from '../errors.ts'

/** As "Error responses" of the API reference of Amazon S3 has them. */
const CODES = {
  AccessDenied: [403, 'Access Denied'],
  AuthorizationHeaderMalformed: [400, 'The authorization header that you provided is not valid.'],
  AuthorizationQueryParametersError: [400, 'Error parsing the X-Amz-Credential parameter.'],
  BadDigest: [
    400,
    'The Content-MD5 or checksum value that you specified did not match what the server received.',
  ],
  BadRequest: [400, 'Bad Request'],
  BucketAlreadyExists: [409, 'The requested bucket name is not available.'],
  BucketAlreadyOwnedByYou: [409, 'The bucket that you tried to create already exists, and you own it.'],
  BucketNotEmpty: [409, 'The bucket that you tried to delete is not empty.'],
  ConditionalRequestConflict: [409, 'A conflicting operation occurred during the request. Try again.'],
  EntityTooLarge: [400, 'Your proposed upload exceeds the maximum allowed object size.'],
  EntityTooSmall: [400, 'Your proposed upload is smaller than the minimum allowed object size.'],
  IncompleteBody: [
    400,
    'You did not provide the number of bytes specified by the Content-Length HTTP header.',
  ],
  InsufficientStorage: [507, 'The server has no room for the object.'],
  InternalError: [500, 'An internal error occurred. Try again.'],
  InvalidAccessKeyId: [403, 'The AWS access key ID that you provided does not exist in our records.'],
  InvalidArgument: [400, 'Invalid Argument'],
  InvalidBucketName: [400, 'The specified bucket is not valid.'],
  InvalidDigest: [400, 'The Content-MD5 or checksum value that you specified is not valid.'],
  InvalidPart: [
    400,
    "One or more of the specified parts could not be found. The part might not have been uploaded, or the specified ETag might not have matched the uploaded part's ETag.",
  ],
  InvalidPartNumber: [416, 'The requested partnumber is not satisfiable.'],
  InvalidPartOrder: [
    400,
    'The list of parts was not in ascending order. The parts list must be specified in order by part number.',
  ],
  InvalidRange: [416, 'The requested range is not satisfiable.'],
  InvalidRequest: [400, 'Invalid Request'],
  InvalidTag: [400, 'The tag provided was not a valid tag.'],
  InvalidURI: [400, 'The specified URI could not be parsed.'],
  KeyTooLongError: [400, 'Your key is too long.'],
  MalformedPOSTRequest: [400, 'The body of your POST request is not well-formed multipart/form-data.'],
  MalformedPolicy: [400, 'This policy contains invalid Json'],
  MalformedTrailerError: [
    400,
    'The request contained trailing data that was not well-formed or did not conform to our published schema.',
  ],
  MalformedXML: [
    400,
    'The XML you provided was not well-formed or did not validate against our published schema',
  ],
  MetadataTooLarge: [400, 'Your metadata headers exceed the maximum allowed metadata size.'],
  MethodNotAllowed: [405, 'The specified method is not allowed against this resource.'],
  MissingContentLength: [411, 'You must provide the Content-Length HTTP header.'],
  NoSuchBucket: [404, 'The specified bucket does not exist.'],
  NoSuchBucketPolicy: [404, 'The bucket policy does not exist.'],
  NoSuchCORSConfiguration: [404, 'The CORS configuration does not exist'],
  NoSuchKey: [404, 'The specified key does not exist.'],
  NoSuchLifecycleConfiguration: [404, 'The lifecycle configuration does not exist'],
  NoSuchTagSet: [404, 'The TagSet does not exist'],
  NoSuchUpload: [
    404,
    'The specified multipart upload does not exist. The upload ID might be invalid, or the multipart upload might have been aborted or completed.',
  ],
  NotImplemented: [501, 'A header you provided implies functionality that is not implemented.'],
  OperationAborted: [
    409,
    'A conflicting conditional operation is currently in progress against this resource. Try again.',
  ],
  PreconditionFailed: [412, 'At least one of the preconditions that you specified did not hold.'],
  QuotaExceeded: [403, 'The quota is used up.'],
  RequestTimeTooSkewed: [403, "The difference between the request time and the server's time is too large."],
  RequestTimeout: [
    400,
    'Your socket connection to the server was not read from or written to within the timeout period.',
  ],
  ServiceUnavailable: [503, 'Service is unable to handle request.'],
  SignatureDoesNotMatch: [
    403,
    'The request signature that the server calculated does not match the signature that you provided. Check your AWS secret access key and signing method.',
  ],
  SlowDown: [503, 'Please reduce your request rate.'],
} as const satisfies Readonly<Record<string, readonly [number, string]>>

export type S3ErrorCode = keyof typeof CODES

/** A refusal that only S3 has. The message is for the client; default the code's own. */
export class S3Error extends Error {
  override readonly name = 'S3Error'
  readonly code: S3ErrorCode

  constructor(code: S3ErrorCode, message: string = CODES[code][1]) {
    super(message)
    this.code = code
  }
}

const s3 = (code: S3ErrorCode, message: string = CODES[code][1]): VendorError => ({
  ...{ status: CODES[code][0], code, message },
})

const DENIED = s3('AccessDenied')
const INVALID = s3('InvalidArgument')
const NO_SUCH_UPLOAD = s3('NoSuchUpload')

const PLANE: Readonly<Record<PlaneErrorCode, VendorError>> = {
  'access-denied': DENIED,
  'url-expired': s3('AccessDenied', 'Request has expired'),
  'signature-mismatch': s3('SignatureDoesNotMatch'),
  'signature-malformed': s3('AuthorizationHeaderMalformed'),
  'algorithm-unsupported': s3(
    'InvalidRequest',
    'The authorization mechanism that you provided is not supported. Please use AWS4-HMAC-SHA256.',
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
  'chunks-malformed': s3('IncompleteBody', 'The request body is not properly chunked.'),
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
  return error instanceof PlaneError ? PLANE[error.code] : s3(FAILURES[failureCodeOf(error)])
}
