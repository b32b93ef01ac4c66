import type { TimeMs } from '../core/clock.ts'
import type { AccountId } from '../core/ids.ts'
import type { KeyPage, ListedObject } from '../core/model/buckets.ts'
import type { DigestName, SegmentFacts } from '../core/model/bytes.ts'
import type { JsonObject } from '../core/model/json.ts'
import type { Part, Upload } from '../core/model/uploads.ts'
import type { ListKeys } from '../core/ports/commands/buckets.ts'
import type { ListUploads } from '../core/ports/commands/uploads.ts'
import type { Conditions } from '../http/conditions.ts'
import type { Exchange, ReplyHeaders } from '../http/types.ts'
import type { PlaneListedPart } from './listed-part.ts'
import type { PlaneTarget } from './target.ts'

/** A bucket as clients see it. */
export interface PlaneBucket {
  readonly name: string
  readonly createdAt: TimeMs
}

/** A bucket that a request names, of the account that asks. */
export interface BucketTarget {
  readonly account: AccountId
  readonly bucket: string
}

/** Buckets that clients make and remove. */
export interface PlaneBucketLife {
  list(account: AccountId): Promise<readonly PlaneBucket[]>
  /** Null: the account has none of that name. */
  find(bucket: BucketTarget): Promise<PlaneBucket | null>
  /** `settings` are as the flavour read them. Throws `bucket-exists`, `bucket-name-taken`, `bucket-name-invalid`. */
  create(bucket: BucketTarget, settings: JsonObject): Promise<void>
  /** Errors: `no-such-bucket`, and those of the core. */
  remove(bucket: BucketTarget): Promise<void>
}

/** Which unfinished uploads a list shows. */
export type UploadsAsked = Pick<ListUploads, 'prefix' | 'delimiter' | 'after' | 'afterId' | 'limit'>

export type KeyRangeAsked = Pick<ListKeys, 'prefix' | 'delimiter' | 'after' | 'limit'>

/** What can be done with the keys of a bucket, beside reading and writing an object. */
export interface PlaneKeys {
  /** Errors: `no-such-bucket`. */
  list(bucket: BucketTarget, range: KeyRangeAsked): Promise<KeyPage>
  /** With its quotes. */
  etagOf(entry: ListedObject): string
  /** Removes what is there; nothing is fine. Throws `no-such-bucket`, `precondition-failed`. */
  remove(target: PlaneTarget, condition: PlaneCondition): Promise<void>
  /**
   * Makes an object of the bytes of another one, without reading them. Throws `no-such-key`, `precondition-failed`. Null, or absent: the
   * bytes are read, and written as those of a PUT are.
   */
  copy?(copy: PlaneCopy): Promise<PlaneCopied | null>
  /** The same for a part of an upload: the bytes of an object, or a range of them. Throws as a copy does, and `no-such-upload`. */
  copyPart?(copy: PlanePartCopy): Promise<PlaneCopied>
  /** The account's buckets, where clients may ask for them although they make none. */
  buckets?(account: AccountId): Promise<readonly PlaneBucket[]>
}

/** How a cloud asks for copies. */
export interface PlaneCopyFlavour {
  /** What its headers may begin with: `x-amz-`. The first one counts whose `copy-source` is there. */
  readonly prefixes: readonly string[]
  /** Bucket and key that the text names, decoded, in the form of a path; null for a text that names none. Default: they stand in it. */
  sourceAt?(text: string): { readonly bucket: string | null; readonly path: string } | null
  /** What the copy shall have beside its bytes; null for what the source has. Throws PlaneError. */
  readsDetails(exchange: Exchange): PlaneDetails | null
  /** Checks the header that names the source. Throws what it is refused with. */
  sourceOf?(header: string): void
  /** What of the source's is replaced where not all is: tags, say. Throws PlaneError. */
  changesOf?(exchange: Exchange): PlaneCopyChanges
  /** Elements that tell of the checksum of a copy, by what is kept of it. */
  copiedFields?(attributes: JsonObject): string
  /** Which bytes of the source a part is, the last one included; null for all. Throws PlaneError. */
  rangeOf(exchange: Exchange): { readonly first: number; readonly last: number } | null
}

/** What a copy has otherwise than its source. */
export interface PlaneCopyChanges {
  readonly attributes: JsonObject
  /** Attributes that it has not. */
  readonly dropped: readonly string[]
  /** The checksum that it shall have, in the flavour's words; null for that of the source. */
  readonly algorithm: string | null
}

export interface PlanePartCopy extends Omit<PlaneCopy, 'details'> {
  readonly part: { readonly uploadId: string; readonly number: number }
  readonly range: { readonly first: number; readonly last: number } | null
}

export interface PlaneCopy {
  readonly source: PlaneTarget
  readonly target: PlaneTarget
  /** On the source. */
  readonly sourceCondition: PlaneCondition
  readonly condition: PlaneCondition
  /** Null: what the source has. */
  readonly details: PlaneDetails | null
  readonly changes?: PlaneCopyChanges
}

export interface PlaneCopied {
  /** What is kept of it beside its bytes. */
  readonly attributes?: JsonObject
  /** With its quotes. */
  readonly etag: string
  readonly changedAt: TimeMs
}

/** What a client wants to be so before something is changed or read. Values are the headers' texts; null for none. */
export interface PlaneCondition extends Conditions {
  /** Bytes that a thing has to have to be removed. */
  readonly size?: number | null
  /** The second that it has to have changed in. */
  readonly changedAt?: TimeMs | null
}

export const UNCONDITIONAL: PlaneCondition = { ifMatch: null, ifNoneMatch: null }

/** What a client says of an object beside its bytes. */
export interface PlaneDetails {
  readonly contentType: string | null
  /** In the flavour's words; `headersOf` of the flavour makes headers of them. */
  readonly attributes: JsonObject
}

/** All that a PUT says beside its bytes. */
export interface PlaneDescription {
  readonly details: PlaneDetails
  readonly condition: PlaneCondition
  /** Bytes of the object itself, where the body has more around them; null where it has not. */
  readonly innerSize: number | null
  /** Digests to compute beside the flavour's. */
  readonly digests: readonly DigestName[]
  /**
   * Compares the bytes with what the client says of them, in the head or behind the body. Returns attributes to keep, and headers of the
   * answer. Throws `digest-mismatch`'s CoreError, `digest-invalid`.
   */
  settle(facts: SegmentFacts, trailer: ReadonlyMap<string, string>): Settled
}

export interface Settled {
  readonly attributes: JsonObject
  readonly headers: ReplyHeaders
}

/** An upload that is to be completed. */
export interface CompletingUpload {
  /** What was kept of it beside its bytes. */
  readonly kept: JsonObject
  readonly listed: readonly PlaneListedPart[]
  /** All that it has, in order of number. */
  readonly parts: readonly Part[]
}

/** What a cloud keeps of uploads of parts, and compares when one is completed. */
export interface PlaneCompleting {
  /** What the beginning of an upload says of the object. Without it that is what a PUT says. */
  detailsOf?(exchange: Exchange): PlaneDetails
  /** Elements of an upload in a list of them, beside those of all clouds. */
  listedUpload?(upload: Pick<Upload, 'attributes'>): string
  /** Compares what the client says of the whole with what is there. Returns what is kept beside the bytes, and throws what the complete is refused with. */
  settle?(exchange: Exchange, upload: CompletingUpload): JsonObject
}

/** What a complete made. */
export interface PlaneCompleted {
  /** Without quotes. */
  readonly etag: string
  /** What was kept beside the bytes. */
  readonly attributes?: JsonObject
}

/** Where a part lies: bytes `start` to `end` (exclusive). */
export interface PartRange {
  readonly start: number
  readonly end: number
}
