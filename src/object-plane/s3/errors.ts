import type { CoreErrorCode } from '../../core/errors.ts'
import { forTreeCodes } from '../../core/errors.ts'
import type { RequestFaultCode } from '../../http/faults.ts'
import { type VendorError, vendorError } from '../error-tables.ts'
import type { PlaneErrorCode } from '../errors.ts'

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

const INTERNAL = s3('InternalError')
const DENIED = s3('AccessDenied')
const CONFLICT = s3('OperationAborted')
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
  'chunks-malformed': s3('IncompleteBody', 'The request body is not properly chunked.'),
  'bucket-exists': s3('BucketAlreadyOwnedByYou'),
  'bucket-name-taken': s3('BucketAlreadyExists'),
  'bucket-name-invalid': s3('InvalidBucketName'),
}

const CORE: Readonly<Record<CoreErrorCode, VendorError>> = {
  ...forTreeCodes(s3('NoSuchKey')),
  'volume-not-empty': s3('BucketNotEmpty'),
  'entry-mismatch': s3('InvalidRequest', 'A directory and a file cannot have the same name in this bucket.'),
  'directory-cycle': INVALID,
  'rename-exhausted': CONFLICT,
  'quota-exists': CONFLICT,
  'account-not-found': DENIED,
  'account-not-empty': CONFLICT,
  'credential-not-found': DENIED,
  'bucket-not-found': s3('NoSuchBucket'),
  'bucket-not-empty': s3('BucketNotEmpty'),
  'bucket-changed': CONFLICT,
  'invalid-argument': INVALID,
  'access-denied': DENIED,
  'upload-not-found': NO_SUCH_UPLOAD,
  'upload-expired': NO_SUCH_UPLOAD,
  'upload-closed': NO_SUCH_UPLOAD,
  'upload-sealed': NO_SUCH_UPLOAD,
  'upload-changed': CONFLICT,
  'upload-empty': s3('MalformedXML'),
  'part-too-small': s3('EntityTooSmall'),
  'part-number-invalid': s3(
    'InvalidArgument',
    'Part number must be an integer between 1 and 10000, inclusive',
  ),
  'part-mismatch': s3('InvalidPart'),
  'body-too-large': s3('EntityTooLarge'),
  'body-truncated': s3('IncompleteBody'),
  'digest-mismatch': s3('BadDigest'),
  'object-not-found': s3('NoSuchKey'),
  'name-conflict': s3('PreconditionFailed'),
  'object-held': DENIED,
  'object-changed': s3('ConditionalRequestConflict'),
  'quota-exceeded': s3('QuotaExceeded'),
  'media-refused': INVALID,
  'storage-full': s3('InsufficientStorage'),
  'storage-failed': INTERNAL,
  'metadata-failed': INTERNAL,
  unavailable: s3('ServiceUnavailable'),
}

const FAULTS: Readonly<Record<RequestFaultCode, VendorError>> = {
  'not-found': s3('NoSuchKey'),
  'method-not-allowed': s3('MethodNotAllowed'),
  'malformed-request': s3('InvalidURI'),
  'malformed-json': s3('MalformedPolicy'),
  'malformed-multipart': s3('MalformedPOSTRequest'),
  'unsupported-media-type': s3('MalformedPOSTRequest'),
  'too-complex': INVALID,
  'body-too-large': s3('EntityTooLarge'),
  'body-truncated': s3('IncompleteBody'),
  'length-required': s3('MissingContentLength'),
  timeout: s3('RequestTimeout'),
  draining: s3('ServiceUnavailable'),
  throttled: s3('SlowDown'),
}

const TABLES = { plane: PLANE, core: CORE, faults: FAULTS, internal: INTERNAL }

/** What S3 calls an error; a bug is an InternalError. */
export const s3Error = (error: unknown): VendorError =>
  error instanceof S3Error ? s3(error.code, error.message) : vendorError(error, TABLES)
