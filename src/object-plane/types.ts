import type { Account } from '../core/accounts.ts'
import type { AccountId } from '../core/ids.ts'
import type { Digests, Staged, StoredObject, TimeMs } from '../core/model.ts'
import type { Exchange, Reply, ReplyHeaders } from '../http/types.ts'

/** What went wrong on the plane, in terms every object store shares. Flavours render each exhaustively. */
export type PlaneErrorCode =
  | 'access-denied'
  | 'url-expired'
  | 'signature-mismatch'
  | 'signature-malformed'
  | 'algorithm-unsupported'
  | 'expires-invalid'
  | 'expires-too-long'
  | 'clock-skew'
  | 'access-key-unknown'
  | 'no-such-bucket'
  | 'no-such-key'
  | 'key-invalid'
  | 'digest-invalid'

export class PlaneError extends Error {
  override readonly name = 'PlaneError'
  readonly code: PlaneErrorCode

  constructor(code: PlaneErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/** Where a request points: what the dialect's namespace makes of host and path. */
export interface PlaneTarget {
  readonly account: AccountId
  readonly bucket: string
  readonly key: string
}

/** A cloud's way of speaking about objects, as data and strategies: nothing of it stands in the plane itself. */
export interface PlaneFlavour {
  readonly name: string
  /** Of the vendor's own headers, lower case: `x-tos-`. */
  readonly headerPrefix: string
  /** Computed for every body written. */
  readonly digests: readonly ('md5' | 'crc64')[]
  newRequestId(now: TimeMs): string
  /** Who signed this request. Throws PlaneError. Never looks at the body. */
  authenticate(exchange: Exchange, byAccessKey: (accessKey: string) => Account | null, now: TimeMs): Account
  /** Headers of every answer: request id, server time and the like. */
  commonHeaders(exchange: Exchange): ReplyHeaders
  /** Headers that tell of stored bytes, e.g. the crc64. */
  digestHeaders(digests: Digests): ReplyHeaders
  /** Any error a handler threw, in the vendor's status, code and envelope. */
  renderError(error: unknown, exchange: Exchange): Reply
}

/** What a dialect's storage means: given by the dialect, used by the plane. */
export interface PlaneNamespace {
  /** Patterns of the paths that lead here, for the router: `/2100056056/*`. */
  readonly paths: readonly string[]
  /** Null when nothing of this namespace is meant. `path` is decoded. */
  locate(host: string, path: string): PlaneTarget | null
  /** Most bytes one PUT may bring. */
  readonly sizeMax: number
  /** Keeps the bytes of a PUT. Takes over `staged`, also when it fails. */
  write(target: PlaneTarget, staged: Staged, contentType: string | null): Promise<void>
  /** The visible object, or null. */
  read(target: PlaneTarget): Promise<StoredObject | null>
}
