import type { TimeMs } from '../clock.ts'
import type { AccountId, BlobId, ObjectId, SegmentName, UploadId } from '../ids.ts'
import type { BucketName } from './buckets.ts'
import type { Digests, SegmentFacts } from './bytes.ts'
import type { JsonObject } from './json.ts'

/** Rules the bytes of an upload have to keep. Sizes in bytes. */
export interface UploadLimits {
  readonly partNumberMin: number
  readonly partNumberMax: number
  /** Holds for every part but the last; checked at seal. */
  readonly partSizeMin: number
  readonly partSizeMax: number
  /** Of all parts together; checked at seal. */
  readonly sizeMax: number
  /** The size that was named at the beginning: no part may make it more. Absent: none was. */
  readonly sizeNamed?: number
  /** Its bytes come one after another, each where the last ended. It has no numbered parts then. */
  readonly isAppended?: true
}

/** The sum of a sealed upload's parts. */
export interface SealedFacts {
  readonly size: number
  readonly partCount: number
  /** Of the whole: md5 if there is one part; crc64, combined from the parts, if all have one. */
  readonly digests: Digests
  /** S3's ETag of several parts: hex md5 of the parts' binary md5s. Null if a part has no md5. */
  readonly md5OfParts: string | null
}

interface UploadBase {
  readonly id: UploadId
  readonly account: AccountId
  readonly bucket: BucketName
  /** The dialect's name for it. At most one open or sealed upload of a bucket has it. */
  readonly ref: string
  /** The object key that the commit will give. */
  readonly key: string
  readonly blob: BlobId
  readonly limits: UploadLimits
  readonly attributes: JsonObject
  readonly createdAt: TimeMs
  readonly expiresAt: TimeMs
  /** Grows with every change; the compare of compare-and-set. */
  readonly version: number
}

export type UploadState = 'open' | 'sealed' | 'committed' | 'aborted' | 'expired' | 'failed'

/** A session that makes one object: open → sealed → committed, or → aborted | expired | failed. */
export type Upload = UploadBase &
  (
    | { readonly state: 'open' }
    | { readonly state: 'sealed'; readonly sealed: SealedFacts }
    | { readonly state: 'committed'; readonly sealed: SealedFacts; readonly objectId: ObjectId }
    | { readonly state: 'aborted' }
    | { readonly state: 'expired' }
    | { readonly state: 'failed'; readonly reason: string }
  )

/** One numbered piece of an upload. */
export interface Part {
  readonly number: number
  readonly segment: SegmentName
  readonly facts: SegmentFacts
  readonly writtenAt: TimeMs
}

/** A part that a seal lists: its number, and the md5 of its bytes in lower-case hex. */
export interface ListedPart {
  readonly number: number
  readonly md5: string
}
