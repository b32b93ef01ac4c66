import type { TimeMs } from '../clock.ts'
import type { AccountId, BlobId, SegmentName } from '../ids.ts'
import type { BlobsIdentity } from '../model/bytes.ts'

/** Where a walk through all parts is. */
export interface PartPlace {
  readonly blob: BlobId
  readonly number: number
}

/** A part as the facts have it, with what they say of its segment. */
export interface CheckedPart extends PartPlace {
  readonly segment: SegmentName
  /** Its first byte's offset in the segment. */
  readonly offset: number
  /** Others may lie in the same segment. */
  readonly isShared: boolean
  readonly size: number
  readonly crc32: number
  /** `store`: bytes in the blob store. `facts`: bytes that are kept with the facts; null: they are gone. */
  readonly bytes: { readonly in: 'store' } | { readonly in: 'facts'; readonly bytes: Uint8Array | null }
  /** The segment's state; `none` where the facts do not have its name. */
  readonly state: SegmentState | 'none'
  /** The blob store is still putting the segment together. */
  readonly isAssembling: boolean
  /** Its blocks have sums. */
  readonly hasSums: boolean
}

export type SegmentState = 'reserved' | 'live' | 'garbage'

/** What bytes belong to. */
export interface BlobOwner {
  readonly blob: BlobId
  readonly kind: 'object' | 'file' | 'upload'
  readonly id: string
  /** The dialect's name; empty where a user made the bucket. */
  readonly dialect: string
  readonly account: AccountId
  readonly bucket: string
  /** Of a file: what its volume, `bucket`, is in. */
  readonly realm: string | null
  /** The object's key, or the file's path. */
  readonly key: string
}

/** A rule that all rows keep. */
export type FactRule =
  | 'parts-have-segments'
  | 'parts-have-blobs'
  | 'parts-lie-in-order'
  | 'slots-lie-in-order'
  | 'blobs-have-their-size'
  | 'blobs-count-owners'
  | 'segments-have-parts'
  | 'objects-have-blobs'
  | 'files-have-blobs'
  | 'objects-have-buckets'
  | 'entries-have-volumes'
  | 'entries-have-directories'
  | 'entries-are-somewhere'
  | 'entries-are-in-no-circle'
  | 'uploads-have-blobs'
  | 'uploads-have-sums'
  | 'assemblies-are-used'
  | 'uploads-have-assemblies'
  | SumRule

/** A rule of a sum that is kept beside the rows. */
export type SumRule =
  | 'directory-counts'
  | 'bucket-counts'
  | 'volume-counts'
  | 'bin-counts'
  | 'account-uploads'
  | 'account-stored'
  | 'account-tokens'
  | 'volume-pending'

/** A row that breaks a rule. */
export interface BrokenRule {
  /** What the row is called: an id, a name, an account. */
  readonly subject: string
  /** The bytes that are concerned. */
  readonly blob: BlobId | null
}

/**
 * Looks through the facts as they are kept. It changes nothing, and has connections of its own, so that it holds nobody up. Lists of
 * rules go through whole tables. Errors are those of Facts.
 */
export interface FactsChecker {
  /** Parts after a place (null: all), in order of blob and number. May return fewer than `limit`; empty only at the end. */
  listParts(query: {
    readonly after: PartPlace | null
    readonly limit: number
  }): Promise<readonly CheckedPart[]>
  /** The sums of all blocks of a part, as far as they are there. */
  findSums(query: { readonly segment: SegmentName; readonly number: number }): Promise<Uint8Array>
  /** The blob store that the facts are tied to; null where they are tied to none yet. */
  findBlobs(query: Readonly<Record<string, never>>): Promise<BlobsIdentity | null>
  /** Those of these names that the facts have. */
  findSegments(query: { readonly names: readonly SegmentName[] }): Promise<readonly SegmentName[]>
  /** Who has these blobs. One blob may have several owners, or none. */
  findOwners(query: { readonly blobs: readonly BlobId[] }): Promise<readonly BlobOwner[]>
  /** Rows that break a rule. At one moment, so that what others write meanwhile breaks none. */
  findBroken(query: { readonly rule: FactRule; readonly limit: number }): Promise<readonly BrokenRule[]>
  /** The end of the last lease of a job: later than now while a server runs. Null: there never was one. */
  leasedUntil(query: Readonly<Record<string, never>>): Promise<TimeMs | null>
  /** How much there is to look at. */
  count(query: Readonly<Record<string, never>>): Promise<{ readonly parts: number; readonly bytes: number }>
  /** What the database says of its own files, a line each; nothing where all is well. Takes as long as reading them. */
  checkDatabase(query: Readonly<Record<string, never>>): Promise<readonly string[]>
  close(): Promise<void>
}
