/**
 * What kind of failure a code is. A door without history of its own answers by the class. Where it has to tell more, it
 * answers by the code.
 */
export type ErrorClass =
  /** What is asked for is not there, or not any more. */
  | 'missing'
  /** It is there, and its state does not allow this. */
  | 'conflict'
  /** Who calls may not do this. */
  | 'denied'
  /** The request cannot be right, whatever is there. */
  | 'invalid'
  /** More bytes or things than a limit allows. */
  | 'too-large'
  /** The server cannot do it now. */
  | 'retry-later'
  /** The server failed. */
  | 'internal'

/** What can go wrong in trees of directories alone. */
const TREE_CODES = {
  'volume-not-found': 'missing',
  /** Something is in the volume or its bin. */
  'volume-not-empty': 'conflict',
  'entry-not-found': 'missing',
  /** The entry is of another kind than the command takes; `detail.kind` is its own. */
  'entry-mismatch': 'conflict',
  /** The directory to put something into, or to look in, is not there. */
  'directory-not-found': 'missing',
  /** A directory cannot be moved into itself or below. */
  'directory-cycle': 'conflict',
  /** All numbered names are taken, too. */
  'rename-exhausted': 'conflict',
  'recycled-not-found': 'missing',
  'quota-not-found': 'missing',
  /** A volume has a quota already. */
  'quota-exists': 'conflict',
} as const satisfies Readonly<Record<string, ErrorClass>>

/** What can go wrong when accounts and users' buckets are made, changed and deleted: no call of a vendor's API does that. */
const ACCOUNT_CODES = {
  'account-not-found': 'missing',
  /** It has something stored. */
  'account-not-empty': 'conflict',
  /** An account has no such key pair, or no such credential of that kind. */
  'credential-not-found': 'missing',
  'bucket-not-found': 'missing',
  /** It has an object, or an upload that goes on. */
  'bucket-not-empty': 'conflict',
  /** The bucket changed since the version the caller saw. */
  'bucket-changed': 'conflict',
} as const satisfies Readonly<Record<string, ErrorClass>>

const FLAT_CODES = {
  /** A value the caller gave cannot be used; `detail.field` names it. */
  'invalid-argument': 'invalid',
  /** The caller's key may not do this, or not there; `detail.need` is the right that it needs. */
  'access-denied': 'denied',
  'upload-not-found': 'missing',
  /** The upload's time ran out before it was committed. */
  'upload-expired': 'missing',
  /** The upload was committed, aborted or failed before; `detail.state` tells. */
  'upload-closed': 'conflict',
  /** The bytes are final: no part can be added. */
  'upload-sealed': 'conflict',
  /** The upload changed between a check and the commit that relied on it. */
  'upload-changed': 'conflict',
  'upload-empty': 'invalid',
  /** A part other than the last is below the minimum; `detail.number`, `detail.size`, `detail.sizeMin`. */
  'part-too-small': 'invalid',
  'part-number-invalid': 'invalid',
  /** A part that a seal lists is not there, or has other bytes; `detail.number`, or `detail.partCount` of what was sealed. */
  'part-mismatch': 'invalid',
  /** More bytes than the limit; `detail.sizeMax`. */
  'body-too-large': 'too-large',
  /** The body ended before its announced length, or its framing broke off. */
  'body-truncated': 'invalid',
  /** The bytes do not have the digest that the caller sent; `detail.digest` names it. */
  'digest-mismatch': 'invalid',
  'object-not-found': 'missing',
  'name-conflict': 'conflict',
  /** A hold keeps the object from being deleted. */
  'object-held': 'conflict',
  /** The object changed since the version the caller saw. */
  'object-changed': 'conflict',
  /** An account's limit is reached; `detail.limit` names it. */
  'quota-exceeded': 'too-large',
  /** The bytes are no media file of a kind that is asked for, or are broken. */
  'media-refused': 'invalid',
  /** The store has no room. */
  'storage-full': 'retry-later',
  /** The blob store failed. */
  'storage-failed': 'internal',
  /** The metadata store failed. */
  'metadata-failed': 'internal',
  /** Temporarily not serving: the server drains, or a store cannot be reached. Trying again is safe. */
  unavailable: 'retry-later',
} as const satisfies Readonly<Record<string, ErrorClass>>

export type TreeErrorCode = keyof typeof TREE_CODES
export type AccountErrorCode = keyof typeof ACCOUNT_CODES
/**
 * What can go wrong in the core. A dialect maps every code to its vendor's status, code and envelope with an exhaustive
 * `Record<CoreErrorCode, …>`; no vendor word and no HTTP status stands here.
 */
export type CoreErrorCode = TreeErrorCode | AccountErrorCode | keyof typeof FLAT_CODES

/** Every code with its class. */
export const ERROR_CLASSES: Readonly<Record<CoreErrorCode, ErrorClass>> = {
  ...TREE_CODES,
  ...ACCOUNT_CODES,
  ...FLAT_CODES,
}

export const CORE_ERROR_CODES = Object.keys(ERROR_CLASSES) as readonly CoreErrorCode[]

/** The same value for each tree code: for those who have no trees. */
export const forTreeCodes = <Value>(value: Value): Readonly<Record<TreeErrorCode, Value>> =>
  forCodes(TREE_CODES, value)

/** The same value for each account code: for doors through which nobody changes accounts or users' buckets. */
export const forAccountCodes = <Value>(value: Value): Readonly<Record<AccountErrorCode, Value>> =>
  forCodes(ACCOUNT_CODES, value)

const forCodes = <Code extends string, Value>(codes: Record<Code, ErrorClass>, value: Value) =>
  Object.fromEntries(Object.keys(codes).map((code) => [code, value])) as Record<Code, Value>

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

/** Faults of one sending, or of one moment, that the next one may not have. */
const PASSING: readonly CoreErrorCode[] = [
  'upload-changed',
  'object-changed',
  'body-truncated',
  'digest-mismatch',
]

/** Whether the same request can succeed later without being changed. */
export function isRetryable(code: CoreErrorCode): boolean {
  const kind = ERROR_CLASSES[code]
  return kind === 'retry-later' || kind === 'internal' || PASSING.includes(code)
}

export const isCoreError = (error: unknown, code?: CoreErrorCode): error is CoreError =>
  error instanceof CoreError && (code === undefined || error.code === code)

/** What an error says; anything may be thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** SQLITE_CORRUPT and SQLITE_NOTADB (sqlite.org/rescode.html), as stores tell them. */
const DAMAGE: readonly unknown[] = [11, 26]

/** Whether a store of facts failed because its own files are not what they were. */
export const isDamagedDatabase = (error: unknown): boolean =>
  isCoreError(error, 'metadata-failed') &&
  (error.detail.isDamaged === true || DAMAGE.includes(Number(error.detail.sqlite) & 0xff))
