import type { IncomingMessage } from 'node:http'
import type { TimeMs } from '../core/clock.ts'
import type { AccountId } from '../core/ids.ts'
import type { DigestName, Digests, Staged } from '../core/model/bytes.ts'
import type { JsonObject } from '../core/model/json.ts'
import type { Part } from '../core/model/uploads.ts'
import type { UploadPage } from '../core/ports/commands/uploads.ts'
import type { Reach } from '../core/rules/rights.ts'
import type { Servable } from '../http/serve-object.ts'
import type { SignedRequest } from '../http/signed-request.ts'
import type { Exchange, Reply, ReplyHeaders, RoutePath } from '../http/types.ts'
import type {
  BucketTarget,
  CompletingUpload,
  PartRange,
  PlaneBucketLife,
  PlaneCompleted,
  PlaneCompleting,
  PlaneCondition,
  PlaneCopyFlavour,
  PlaneDescription,
  PlaneDetails,
  PlaneKeys,
  UploadsAsked,
} from './contents.ts'
import type { PlaneExpected } from './expected.ts'
import type {
  PlaneFields,
  PlaneForm,
  PlaneFormClaim,
  PlaneFormFlavour,
  PlaneFormNamespace,
  PlaneFormResult,
} from './form-types.ts'
import type { PlaneListedPart } from './listed-part.ts'
import type { BucketOperation, PlaneOperation } from './operations.ts'
import type { FindPlaneKey, PlaneGrant, PlaneKey, PlaneSigner } from './signer.ts'
import type { PlaneBuckets, PlaneTarget } from './target.ts'
import type { PlaneJson, PlaneListing } from './telling.ts'

export type {
  FindPlaneKey,
  PartRange,
  PlaneBuckets,
  PlaneCompleted,
  PlaneFields,
  PlaneForm,
  PlaneFormClaim,
  PlaneFormFlavour,
  PlaneFormNamespace,
  PlaneFormResult,
  PlaneGrant,
  PlaneKey,
  PlaneListedPart,
  PlaneSigner,
  PlaneTarget,
}

/** One numbered part of an upload, as a request names it. `number` is 1 to 10,000. */
export interface PlanePart {
  readonly uploadId: string
  readonly number: number
}

/** Some of an upload's parts, in ascending order of number, and whether there are more. */
export interface PlanePartsPage {
  /** What is kept of the upload beside its bytes. */
  readonly kept?: JsonObject
  readonly parts: readonly Part[]
  readonly isTruncated: boolean
}

/** What signatures cover. */
export interface PlaneRequest extends SignedRequest {
  /** The bucket that the host names; null where the path has it, or nothing. */
  readonly bucket: string | null
}

/** The upload that an answer is about. */
export interface PlaneUpload {
  readonly target: PlaneTarget
  readonly uploadId: string
  /** Keys in answers are percent-encoded. */
  readonly isKeyEncoded: boolean
}

export interface PlanePartsList extends PlanePartsPage {
  /** The client asked for parts above this number. */
  readonly after: number
  /** The client asked for at most so many parts. */
  readonly max: number
}

/** How a cloud tells of uploads of parts. Answers have the common headers in them. */
export interface PlaneMultipartFlavour extends PlaneCompleting {
  /** The parts that the body of a complete lists, ascending. Throws `xml-malformed`, `part-order-invalid`. */
  readComplete(body: Uint8Array): Promise<readonly PlaneListedPart[]>
  initiated(exchange: Exchange, upload: PlaneUpload): Reply
  listed(exchange: Exchange, upload: PlaneUpload, list: PlanePartsList): Reply
  completed(exchange: Exchange, upload: PlaneUpload, completed: PlaneCompleted): Reply
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
  /** The vendor's own answer headers that scripts in browsers may read. */
  readonly exposedHeaders: readonly string[]
  newRequestId(now: TimeMs): string
  /** Throws PlaneError. Never looks at the body. */
  authenticate(request: PlaneRequest, findKey: FindPlaneKey): PlaneSigner
  /** Whether a request says nothing at all of who sends it. Without it such a request is wrong in its signature. */
  isAnonymous?(request: PlaneRequest): boolean
  /** Whether a request says that it is signed as this cloud's are. Only its head is looked at, and nothing is checked. */
  isSigned(request: IncomingMessage): boolean
  /** Throws PlaneError `key-invalid` for a key that the vendor would not take. */
  checkKey(key: string): void
  /** Headers of every answer: request id, server time and the like. */
  commonHeaders(exchange: Exchange): ReplyHeaders
  /** What a client says of a bucket that it makes, by its head and its body. Without it the body is not read. Throws PlaneError. */
  readBucket?(exchange: Exchange, body: Uint8Array): JsonObject
  /** What the answer to the making of a bucket tells of it. */
  madeHeaders?(bucket: string): ReplyHeaders
  /** What the answer to the HEAD of a bucket tells of it. */
  bucketHeaders(bucket: string): ReplyHeaders
  /** A query name (lower case) by which clients ask with a HEAD, unsigned, what a bucket's service is, and the headers that say so. */
  readonly probe?: { readonly query: string; readonly headers: ReplyHeaders }
  /** Headers that tell of stored bytes, e.g. the crc64. */
  digestHeaders(digests: Digests): ReplyHeaders
  /** How many bytes a second the client asks for; null for no limit. Throws `argument-invalid`. */
  trafficLimit?(exchange: Exchange): number | null
  readonly form?: PlaneFormFlavour
  readonly multipart?: PlaneMultipartFlavour
  /** What a PUT says beside its bytes; `upload` is what is kept of that of a part. Without it nothing counts but their type. Throws PlaneError. */
  describe?(exchange: Exchange, upload: JsonObject | null): PlaneDescription
  /** What a deletion is bound to beside the conditions of HTTP. */
  deleteCondition?(exchange: Exchange): Pick<PlaneCondition, 'size' | 'changedAt'>
  /** Elements of an object in a list of keys, beside those of all clouds. */
  listedObject?(attributes: JsonObject): string
  /** Headers that tell what was kept of an object beside its bytes. */
  objectHeaders?(exchange: Exchange, attributes: JsonObject): ReplyHeaders
  /** An XML document as an answer, with the flavour's headers. Without it there are no lists, copies and deletions of many. */
  answerXml?(exchange: Exchange, root: string, fields: string, status?: number): Reply
  /** How lists are, where not as S3's. */
  readonly listing?: PlaneListing
  /** In place of XML. */
  readonly json?: PlaneJson
  /** Copies by the client's word. Without it there are none. */
  readonly copying?: PlaneCopyFlavour
  /** What an error is called within an answer about many things. */
  errorCodeOf?(error: unknown): { readonly code: string; readonly message: string }
  /** Any error a handler threw, in the vendor's status, code and envelope, common headers included. Never throws. */
  renderError(error: unknown, exchange: Exchange): Reply
}

/** What a GET shows: bytes that can be read from any offset, and headers of their own. */
export interface PlaneObject extends Servable {
  readonly headers?: ReplyHeaders
  /** What was kept beside the bytes, in the flavour's words. */
  readonly attributes?: JsonObject
  /** How many parts it was put together from (null: it came in one piece), and where one of them lies; null for a number that none has. Absent where that is not told. */
  readonly parts?: { readonly count: number | null; rangeOf(number: number): Promise<PartRange | null> }
}

/** What paths mean and where bytes go. The dialect gives it; the plane uses it. */
export interface PlaneNamespace {
  /** The paths that lead here, for the router: `/cos/*`. */
  readonly paths: readonly RoutePath[]
  /** Null when there is no such bucket. `path` is decoded; a form's is `/` and its key. A `bucket` stands in the host, not there; `account` signed. Throws PlaneError. */
  locate(path: string, bucket: string | null, account: AccountId): PlaneTarget | null
  readonly buckets: PlaneBuckets
  /** Whom a request counts for that nobody signed. Throws `access-denied`. Without it there are none. */
  anonymous?(asked: AnonymousAsked): Promise<PlaneSigner>
  /** Where the target is in the names that keys are limited to: the dialect's README has them. */
  reachOf(target: PlaneTarget): Reach
  /** The same of all keys of a bucket that begin with `prefix`. Without it they are what clients call them. */
  reachIn?(bucket: string, prefix: string): Reach
  /** Most bytes one request may bring. */
  readonly sizeMax: number
  /**
   * Called before a byte of a body is taken. Throws what the write would be refused with; it may still refuse what passes here. Without
   * it every write is tried.
   */
  checkWrite?(target: PlaneTarget, part: PlanePart | null): Promise<PlaneExpected>
  /** Keeps the bytes of a PUT. Takes over `staged`, also when it fails. */
  write(target: PlaneTarget, staged: Staged, contentType: string | null): Promise<void>
  /** The same with all that the flavour's `describe` found. In place of `write` where it is there. Returns the entity tag, with its quotes. */
  writeDescribed?(
    target: PlaneTarget,
    staged: Staged,
    described: { readonly details: PlaneDetails; readonly condition: PlaneCondition },
  ): Promise<string>
  /** Keeps the bytes of one part, the last ones sent for its number. Takes over `staged`. Without it there are no parts. */
  writePart?(target: PlaneTarget, part: PlanePart, staged: Staged): Promise<void>
  /** Uploads of parts that clients begin and complete here; without it, or where the flavour has none, there are none. */
  readonly multipart?: PlaneMultipart
  /** Takes objects by forms; without it, or where the flavour has none, there are no forms. */
  readonly form?: PlaneFormNamespace
  /** What is visible there, or null. */
  read(target: PlaneTarget): Promise<PlaneObject | null>
  /** Lists, removes and copies; without it, or where the flavour writes no such documents, there is nothing of that. */
  readonly keys?: PlaneKeys
  /** Buckets that clients make and remove. Without it HEAD alone is there. */
  readonly life?: PlaneBucketLife
}

/** What a request asks for that nobody signed. */
export interface AnonymousAsked {
  /** Decoded. */
  readonly path: string
  /** The bucket that the host names; null for none. */
  readonly bucket: string | null
  readonly operation: PlaneOperation | BucketOperation
  /** Sub-resources (lower case) that it is about; none for the thing itself. */
  readonly queries: readonly string[]
}

/** The life of uploads of parts, as S3 has it. `uploadId` is the client's word: it may be anything. */
export interface PlaneMultipart {
  /** Begins an upload; returns its id. */
  initiate(target: PlaneTarget, contentType: string | null, details: PlaneDetails | null): Promise<string>
  /** At most `max` (1 to 1000) parts with numbers above `after`. */
  listParts(
    target: PlaneTarget,
    uploadId: string,
    page: { readonly after: number; readonly max: number },
  ): Promise<PlanePartsPage>
  /** Makes the object of these parts alone, in ascending order; returns its etag, without quotes. */
  complete(
    target: PlaneTarget,
    uploadId: string,
    parts: readonly PlaneListedPart[],
    condition: PlaneCondition,
    settle: (upload: Pick<CompletingUpload, 'kept' | 'parts'>) => JsonObject,
  ): Promise<PlaneCompleted>
  /** Ends the upload; its parts go. `initiatedAt`: only if it began in that second. Throws `precondition-failed`. */
  abort(target: PlaneTarget, uploadId: string, initiatedAt: TimeMs | null): Promise<void>
  /** A page of a bucket's unfinished uploads. Without it there are no such lists. */
  list?(bucket: BucketTarget, asked: UploadsAsked): Promise<UploadPage>
}
