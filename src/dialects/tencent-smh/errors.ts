import { type CoreErrorCode, forAccountCodes, isCoreError } from '../../core/errors.ts'
import { RequestFault, type RequestFaultCode } from '../../http/faults.ts'
import type { Exchange, Reply } from '../../http/types.ts'

/** Codes with their HTTP status and our words: reference §8.1 (the vendor's table) and §8.2. The texts are not published. */
const CODES = {
  EmptyLibraryIdOrSecret: [400, 'library_id and library_secret are required.'],
  EmptyLibrarySecret: [400, 'library_secret is required.'],
  EmptyLibraryId: [400, 'library_id is required.'],
  NotMultiSpaceLibrary: [400, 'The library has one space only.'],
  EmptyAccessToken: [400, 'access_token is required.'],
  EmptySpaceId: [400, 'The space id is required.'],
  SpaceIdInvalid: [400, 'A space id has 2 to 32 of a-z, 0-9 and -, and no - at its ends.'],
  EmptyPath: [400, 'The path is required.'],
  DirectoryNameLengthExceed: [400, 'A directory name has more than 255 characters.'],
  DirectoryNotAllowed: [400, 'This library has no directories.'],
  DirectoryLevelExceed: [400, 'This library has one level of directories only.'],
  EmptyFileName: [400, 'The file name is required.'],
  FileNameLengthExceed: [400, 'The file name has more than 255 characters.'],
  IllegalFileName: [400, 'A name must not contain \\ / : * ? " < > | or control characters.'],
  ExtnameNotAllowed: [400, 'This extension is not allowed here.'],
  UploadToRootDirectoryNotAllowed: [400, 'Files cannot be uploaded to the root of this library.'],
  CoverNotSupportedInFileLibrary: [400, 'File libraries have no album covers.'],
  CoverNotSupportedInRootDirectory: [400, 'The root directory has no cover.'],
  InvalidSourceDirectory: [400, 'The source directory is not valid.'],
  InvalidSourceFile: [400, 'The source file is not valid.'],
  FileTypeNotMatched: [400, 'The target is of another type than the source.'],
  BadRequest: [400, 'The request is malformed.'],
  ParamInvalid: [400, 'A parameter is not valid.'],
  MultipartUploadIncomplete: [400, 'Parts are missing: they must be numbered from 1 without gaps.'],
  MultipartUploadPartTooSmall: [400, 'A part other than the last has less than 1 MiB.'],
  IncompleteBody: [400, 'The body ended before its announced length.'],
  RootDirectoryNotAllowed: [400, 'This cannot be done with the root directory.'],
  SourceDirectoryIsParentOfDestination: [400, 'A directory cannot be moved into itself.'],
  InvalidSpaceOrDirectoryPath: [400, 'The space or the path is not valid.'],
  InvalidConflictResolutionStrategy: [400, 'conflict_resolution_strategy is not one that is allowed here.'],
  BadCrc64: [400, 'crc64 is not that of the uploaded bytes.'],
  QuotaLimitReached: [400, 'The quota leaves no room for this.'],
  QuotaCapacityLessThanSize: [400, 'The capacity is less than what is stored.'],
  QuotaCapacityRequired: [400, 'capacity is required.'],
  QuotaSpacesInvalid: [400, 'spaces is not valid.'],
  RecycleBinNotEnabled: [400, 'The library has no recycle bin.'],
  TooManyItems: [400, 'Too many items: at most 1000.'],
  NoItemsProvided: [400, 'No items.'],
  InvalidTimeFormat: [400, 'A time is not ISO 8601.'],
  SymlinkDepthLimitExceeded: [400, 'Too many links lead to each other.'],
  SymlinkToDirectoryNotAllowed: [400, 'A link cannot point to a directory.'],
  SymlinkOverwriteConflict: [400, 'A link cannot replace this.'],
  FunctionNotEnabled: [400, 'This server does not offer this function.'],
  UnsupportedFileType: [400, 'This file type is not supported.'],
  UserIdLengthExceed: [400, 'user_id is too long.'],
  ClientIdLengthExceed: [400, 'client_id is too long.'],
  InvalidDirectoryStatsType: [400, 'stats_type is normal, recycle or history.'],
  SearchTooComplex: [400, 'The search has too many conditions, or too much fits.'],
  SearchIdInvalid: [400, 'The search id is not valid.'],
  OrderByNotAllowed: [400, 'order_by is not one that is allowed here.'],
  OrderByTypeNotAllowed: [400, 'order_by_type is asc or desc.'],
  MarkerInvalid: [400, 'marker is not one that this list gave.'],
  InvalidAccessToken: [403, 'The access token is invalid or has expired.'],
  AccessTokenNotMatchSpace: [403, 'The access token is not for this space.'],
  AccessTokenNotMatchLibrary: [403, 'The access token is not for this library.'],
  NoPermission: [403, 'The access token does not permit this.'],
  UploadNotBelongYou: [403, 'The upload is of another user.'],
  SetRecycleLifecycleFrequencyLimit: [403, 'The lifecycle can be set once in 10 minutes.'],
  LibraryNotFound: [404, 'There is no such library.'],
  SpaceNotFound: [404, 'There is no such space.'],
  WrongLibraryIdOrSecret: [404, 'The library id or its secret is wrong.'],
  DirectoryNotFound: [404, 'There is no such directory.'],
  FileNotFound: [404, 'There is no such file.'],
  UploadNotFound: [404, 'There is no such upload.'],
  UploadIncomplete: [404, 'The bytes are not all there.'],
  NotMultipartUpload: [404, 'The upload is not a multipart upload.'],
  SourceDirectoryNotFound: [404, 'There is no such source directory.'],
  SourceFileNotFound: [404, 'There is no such source file.'],
  CosObjectNonexistent: [404, 'There are no bytes of this.'],
  RouteNotFound: [404, 'There is no such call.'],
  NoQuota: [404, 'The space has no quota.'],
  TaskNotFound: [404, 'There is no such task.'],
  QuotaNotFound: [404, 'There is no such quota.'],
  SearchIdNotFound: [404, 'There is no such search, or it has ended.'],
  MarkerNotFound: [404, 'The search gave no such marker, or it was long ago.'],
  RecycledItemNotFound: [404, 'There is no such item in the recycle bin.'],
  MethodNotAllowed: [405, 'The path has no such method.'],
  ReadRequestTimeout: [408, 'The request was not sent in time.'],
  SameNameDirectoryOrFileExists: [409, 'Something of this name exists.'],
  DuplicateQuota: [409, 'A space has a quota already.'],
  UploadComplete: [409, 'The upload is complete.'],
  SpaceNotEmpty: [409, 'The space is not empty.'],
  PathConflict: [409, 'The path was changed meanwhile. Try again.'],
  RenameTooManyTimes: [409, 'Too many files of this name exist.'],
  CircleSymlink: [409, 'The links lead in a circle.'],
  RequestEntityTooLarge: [413, 'The body is too large.'],
  RateLimitExceeded: [429, 'Too many requests. Try again later.'],
  InternalServerError: [500, 'Internal error.'],
  ServerOverloaded: [503, 'The server cannot do this now. Try again.'],
} as const satisfies Readonly<Record<string, readonly [number, string]>>

export type SmhCode = keyof typeof CODES

/** An answer other than success. `message` replaces the code's own words. */
export class SmhError extends Error {
  override readonly name = 'SmhError'
  readonly code: SmhCode

  constructor(code: SmhCode, message?: string, cause?: unknown) {
    super(message ?? CODES[code][1], cause === undefined ? undefined : { cause })
    this.code = code
  }

  get status(): number {
    return CODES[this.code][0]
  }
}

/** `ParamInvalid`, naming the parameter and what is accepted. */
export const invalidParam = (name: string, accepted: string): SmhError =>
  new SmhError('ParamInvalid', `${name} is not valid; accepted: ${accepted}.`)

const CORE: Readonly<Record<CoreErrorCode, SmhCode>> = {
  ...forAccountCodes('InternalServerError'),
  'invalid-argument': 'ParamInvalid',
  'access-denied': 'NoPermission',
  'upload-not-found': 'UploadNotFound',
  'upload-expired': 'UploadNotFound',
  'upload-closed': 'UploadNotFound',
  'upload-sealed': 'UploadComplete',
  'upload-changed': 'PathConflict',
  'upload-empty': 'UploadIncomplete',
  'part-too-small': 'MultipartUploadPartTooSmall',
  'part-number-invalid': 'ParamInvalid',
  'part-mismatch': 'ParamInvalid',
  'body-too-large': 'RequestEntityTooLarge',
  'body-truncated': 'IncompleteBody',
  'digest-mismatch': 'BadCrc64',
  'object-not-found': 'FileNotFound',
  'name-conflict': 'SameNameDirectoryOrFileExists',
  'object-held': 'PathConflict',
  'object-changed': 'PathConflict',
  'quota-exceeded': 'QuotaLimitReached',
  'volume-not-found': 'SpaceNotFound',
  'volume-not-empty': 'SpaceNotEmpty',
  'entry-not-found': 'FileNotFound',
  'entry-mismatch': 'FileTypeNotMatched',
  'directory-not-found': 'DirectoryNotFound',
  'directory-cycle': 'SourceDirectoryIsParentOfDestination',
  'rename-exhausted': 'RenameTooManyTimes',
  'recycled-not-found': 'RecycledItemNotFound',
  'quota-not-found': 'QuotaNotFound',
  'quota-exists': 'DuplicateQuota',
  'media-refused': 'UnsupportedFileType',
  'storage-full': 'ServerOverloaded',
  'storage-failed': 'InternalServerError',
  'metadata-failed': 'InternalServerError',
  unavailable: 'ServerOverloaded',
}

const FAULTS: Readonly<Record<RequestFaultCode, SmhCode>> = {
  'not-found': 'RouteNotFound',
  'method-not-allowed': 'MethodNotAllowed',
  'malformed-request': 'BadRequest',
  'malformed-json': 'BadRequest',
  'malformed-multipart': 'BadRequest',
  'unsupported-media-type': 'BadRequest',
  'too-complex': 'BadRequest',
  'body-too-large': 'RequestEntityTooLarge',
  'body-truncated': 'IncompleteBody',
  'length-required': 'BadRequest',
  timeout: 'ReadRequestTimeout',
  draining: 'ServerOverloaded',
  throttled: 'RateLimitExceeded',
}

/** Makes an answer of any error. A fault's message is fit for clients; a message of the core is not. */
export function asSmhError(error: unknown): SmhError {
  if (error instanceof SmhError) return error
  if (isCoreError(error)) return new SmhError(CORE[error.code], undefined, error)
  if (error instanceof RequestFault)
    return new SmhError(FAULTS[error.code], `${sentence(error.message)}`, error)
  return new SmhError('InternalServerError', undefined, error)
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

/** The envelope of errors: reference §8. */
export function renderFailure(exchange: Exchange, error: unknown): Reply {
  const { status, code, message } = asSmhError(error)
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'x-request-id': exchange.requestId },
    body: JSON.stringify({ status, code, message, requestId: exchange.requestId }),
  }
}
