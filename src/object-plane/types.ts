import type { AccountId } from '../core/ids.ts'
import type { DigestName, Digests, Staged, StoredObject, TimeMs } from '../core/model.ts'
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
  /** A header or query value that cannot be used. */
  | 'argument-invalid'
  | 'precondition-failed'
  | 'range-not-satisfiable'
  /** The request asks for something object stores have but the plane does not, e.g. a copy or a sub-resource. */
  | 'not-implemented'

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

/** A key that may sign requests, and whose it is. */
export interface PlaneKey {
  readonly account: AccountId
  readonly secretKey: string
}

export type FindPlaneKey = (accessKey: string) => PlaneKey | null

/** What a signature proves. */
export interface PlaneSigner {
  readonly account: AccountId
  /** The body's sha256 (lower-case hex) where the signature covers it; null when the body is not signed. */
  readonly bodySha256: string | null
}

/** A cloud's way of speaking about objects, as data and strategies: nothing of it stands in the plane itself. */
export interface PlaneFlavour {
  readonly name: string
  /** Computed for every body written. */
  readonly digests: readonly DigestName[]
  /** Query names, lower case, that ask for something other than an object's bytes. Answered `not-implemented`. */
  readonly unsupportedQueries: readonly string[]
  /** Headers of a PUT, lower case, that change its meaning in ways the plane cannot follow. The same. */
  readonly unsupportedHeaders: readonly string[]
  /** Query names, lower case, whose value replaces a header of a GET's answer. */
  readonly overrides: ReadonlyMap<string, string>
  /** The vendor's own answer headers that scripts in browsers may read. */
  readonly exposedHeaders: readonly string[]
  newRequestId(now: TimeMs): string
  /** Who signed this request. Throws PlaneError. Never looks at the body. */
  authenticate(exchange: Exchange, findKey: FindPlaneKey): PlaneSigner
  /** Throws PlaneError `key-invalid` for a key that the vendor would not take. */
  checkKey(key: string): void
  /** Headers of every answer: request id, server time and the like. */
  commonHeaders(exchange: Exchange): ReplyHeaders
  /** Headers that tell of stored bytes, e.g. the crc64. */
  digestHeaders(digests: Digests): ReplyHeaders
  /** Any error a handler threw, in the vendor's status, code and envelope, common headers included. Never throws. */
  renderError(error: unknown, exchange: Exchange): Reply
}

/** What a dialect's storage means: given by the dialect, used by the plane. */
export interface PlaneNamespace {
  /** Patterns of the paths that lead here, for the router: `/2100056056/*`. */
  readonly paths: readonly string[]
  /** Null when there is no such bucket. `path` is decoded; `host` is the Host header. May throw PlaneError. */
  locate(host: string, path: string): PlaneTarget | null
  /** Most bytes one PUT may bring. */
  readonly sizeMax: number
  /** Keeps the bytes of a PUT. Takes over `staged`, also when it fails. */
  write(target: PlaneTarget, staged: Staged, contentType: string | null): Promise<void>
  /** The visible object, or null. */
  read(target: PlaneTarget): Promise<StoredObject | null>
}
