/**
 * What can go wrong in the core, as codes. A dialect maps every code to its vendor's status, code and envelope with
 * an exhaustive `Record<CoreErrorCode, …>`; no vendor word and no HTTP status stands here.
 */
export type CoreErrorCode = TreeErrorCode | AccountErrorCode | FlatErrorCode

/** What can go wrong in trees of directories alone. */
export type TreeErrorCode = (typeof TREE_ERROR_CODES)[number]

const TREE_ERROR_CODES = [
  'volume-not-found',
  /** Something is in the volume or its bin. */
  'volume-not-empty',
  'entry-not-found',
  /** The entry is of another kind than the command takes; `detail.kind` is its own. */
  'entry-mismatch',
  /** The directory that something shall be put into, or looked up in, is not there. */
  'directory-not-found',
  /** A directory cannot be moved into itself or below. */
  'directory-cycle',
  /** Every numbered name that may stand for a taken one is taken too. */
  'rename-exhausted',
  'recycled-not-found',
  'quota-not-found',
  /** A volume has a quota already. */
  'quota-exists',
] as const

/** The same value for each tree code: for those who have no trees. */
export const forTreeCodes = <Value>(value: Value): Readonly<Record<TreeErrorCode, Value>> =>
  Object.fromEntries(TREE_ERROR_CODES.map((code) => [code, value])) as Record<TreeErrorCode, Value>

/** What can go wrong when accounts are made, changed and deleted: no call of a vendor's API does that. */
export type AccountErrorCode = (typeof ACCOUNT_ERROR_CODES)[number]

const ACCOUNT_ERROR_CODES = [
  'account-not-found',
  /** It has something stored. */
  'account-not-empty',
  /** An account has no such key pair, or no such credential of that kind. */
  'credential-not-found',
] as const

/** The same value for each of them. */
export const forAccountCodes = <Value>(value: Value): Readonly<Record<AccountErrorCode, Value>> =>
  Object.fromEntries(ACCOUNT_ERROR_CODES.map((code) => [code, value])) as Record<AccountErrorCode, Value>

export type FlatErrorCode =
  /** A value the caller gave cannot be used; `detail.field` names it. */
  | 'invalid-argument'
  | 'upload-not-found'
  /** The upload's time ran out before it was committed. */
  | 'upload-expired'
  /** The upload was committed, aborted or failed before; `detail.state` tells. */
  | 'upload-closed'
  /** The bytes are final: no part can be added. */
  | 'upload-sealed'
  /** The upload changed between a check and the commit that relied on it. */
  | 'upload-changed'
  | 'upload-empty'
  /** A part other than the last is below the minimum; `detail.number`, `detail.size`, `detail.sizeMin`. */
  | 'part-too-small'
  | 'part-number-invalid'
  /** A part that a seal lists is not there, or has other bytes; `detail.number`, or `detail.partCount` of what was sealed. */
  | 'part-mismatch'
  /** More bytes than the limit; `detail.sizeMax`. */
  | 'body-too-large'
  /** The body ended before its announced length, or its framing broke off. */
  | 'body-truncated'
  /** The bytes do not have the digest that the caller sent; `detail.digest` names it. */
  | 'digest-mismatch'
  | 'object-not-found'
  | 'name-conflict'
  /** A hold keeps the object from being deleted. */
  | 'object-held'
  /** The object changed since the version the caller saw. */
  | 'object-changed'
  /** An account's limit is reached; `detail.limit` names it. */
  | 'quota-exceeded'
  /** The bytes are no media file of a kind that is asked for, or are broken. */
  | 'media-refused'
  /** The store has no room. */
  | 'storage-full'
  /** The blob store failed. */
  | 'storage-failed'
  /** The metadata store failed. */
  | 'metadata-failed'
  /** Temporarily not serving: the server drains, or a store cannot be reached. Trying again is safe. */
  | 'unavailable'

/** Facts for the log and for messages; never secrets. */
export type ErrorDetail = Readonly<Record<string, string | number | boolean>>

/** The only error the core throws on purpose. Its message is for the log; clients see their dialect's words. */
export class CoreError extends Error {
  override readonly name = 'CoreError'
  readonly code: CoreErrorCode
  readonly detail: ErrorDetail

  constructor(code: CoreErrorCode, message: string, detail: ErrorDetail = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.detail = detail
  }
}

/** Whether the same request can succeed later without being changed. */
export const RETRYABLE: Readonly<Record<CoreErrorCode, boolean>> = {
  ...forTreeCodes(false),
  ...forAccountCodes(false),
  'invalid-argument': false,
  'upload-not-found': false,
  'upload-expired': false,
  'upload-closed': false,
  'upload-sealed': false,
  'upload-changed': true,
  'upload-empty': false,
  'part-too-small': false,
  'part-number-invalid': false,
  'part-mismatch': false,
  'body-too-large': false,
  'body-truncated': true,
  'digest-mismatch': true,
  'object-not-found': false,
  'name-conflict': false,
  'object-held': false,
  'object-changed': true,
  'quota-exceeded': false,
  'media-refused': false,
  'storage-full': true,
  'storage-failed': true,
  'metadata-failed': true,
  unavailable: true,
}

export const isCoreError = (error: unknown, code?: CoreErrorCode): error is CoreError =>
  error instanceof CoreError && (code === undefined || error.code === code)
