import type { BlobId, SegmentName } from '../ids.ts'

export type DigestName = 'md5' | 'sha256' | 'crc64' | 'sha1' | 'sha512' | 'crc32c' | 'crc64nvme' | XxHashName
type XxHashName = 'xxhash3' | 'xxhash64' | 'xxhash128'

/**
 * Digests of a run of bytes: crc64 (ECMA-182, reflected) and crc64nvme as unsigned decimal, the others as lower-case hex.
 * Objects keep the first three; parts keep all.
 */
export type Digests = { readonly [name in DigestName]?: string }

/** What is known about bytes that are durably written. Every segment is guarded by its `crc32`. */
export interface SegmentFacts {
  readonly size: number
  readonly crc32: number
  readonly digests: Digests
  /** The sums of its blocks, as `bytes/blocks.ts` makes them. Absent where the bytes are one block. */
  readonly blocks?: Uint8Array
}

/** Bodies up to this many bytes are kept with the facts: one transaction makes both durable. */
export const INLINE_SIZE_MAX = 64 * 1024

/**
 * Bytes that were received and belong to nothing yet. Attach them to an upload or an object, or discard them. They are
 * durable; inline bytes become durable with the transaction that attaches them.
 */
export type Staged =
  | { readonly where: 'store'; readonly name: SegmentName; readonly facts: SegmentFacts }
  | {
      readonly where: 'inline'
      readonly name: SegmentName
      readonly facts: SegmentFacts
      readonly bytes: Uint8Array
    }
  /** Bytes in a part's slot of an assembly: only that part can have them. `name` is the assembly's. */
  | {
      readonly where: 'assembly'
      readonly name: SegmentName
      readonly facts: SegmentFacts
      readonly token: string
      readonly receipt: string
    }

/** An object's immutable bytes. */
export interface Content {
  readonly blob: BlobId
  readonly size: number
  readonly partCount: number
  readonly digests: Digests
  readonly md5OfParts: string | null
}

/** The sums of blocks in a row. `first` is the number of the first, counted from 0 in the part. */
export interface BlockSums {
  readonly first: number
  readonly sums: Uint8Array
}

/** A run of a segment's bytes in a blob: one part. `start` is its first byte's offset in the blob. */
export interface Extent {
  readonly segment: SegmentName
  /** The part's number. With the segment it names the part's sums. */
  readonly number: number
  /** Its first byte's offset in the segment. */
  readonly offset: number
  readonly start: number
  readonly size: number
  readonly crc32: number
  /** Present for bytes that are kept with the facts. */
  readonly inline: Uint8Array | null
  /** The sums of blocks that were asked for, as many as one answer has. Absent where the part has none: its crc32 is all there is. */
  readonly blocks?: BlockSums
}

/** Which blob store it is. */
export interface BlobsIdentity {
  /** How it is reached. */
  readonly place: string
  /** What lies in the store to tell it from others; null where nothing does, or nothing is known of it. */
  readonly mark: string | null
}
