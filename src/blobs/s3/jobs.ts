import type { DigestName, SegmentFacts } from '../../core/model/bytes.ts'

/** What a hashing worker is asked to do. Jobs of one segment are done in the order they were sent. */
export type Job =
  | {
      readonly type: 'measure'
      readonly segment: number
      /** With a segment's first job alone. */
      readonly digests: readonly DigestName[] | null
      /** Its first `size` bytes are the segment's next. */
      readonly buffer: ArrayBuffer
      readonly size: number
      /** These are the last bytes: tell the segment's facts and forget it. */
      readonly isLast: boolean
    }
  | { readonly type: 'forget'; readonly segment: number }

/** By what the store checks the bytes of one request. */
export interface Sums {
  /** Base64. */
  readonly md5: string
}

export type Outcome =
  | {
      readonly type: 'measured'
      readonly sums: Sums
      /** Of the last bytes only. */
      readonly facts: SegmentFacts | null
      /** The job's buffer comes back to be sent. */
      readonly buffer: ArrayBuffer
    }
  | { readonly type: 'forgotten' }
  | { readonly type: 'failed'; readonly message: string }
