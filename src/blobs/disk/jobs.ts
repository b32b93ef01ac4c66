import type { SegmentName } from '../../core/ids.ts'
import type { DigestName, SegmentFacts } from '../../core/model/bytes.ts'
import type { Failure } from './failures.ts'
import type { Durability } from './layout.ts'

/**
 * A failure to play, for tests: the `nth` such call in each first worker (counting from 1) fails with `error`. Each
 * segment is synced twice: the file, then its folder.
 */
export interface Fault {
  readonly call: 'open' | 'write' | 'sync'
  readonly nth: number
  /** A system's error name, or `crash`: the worker dies. */
  readonly error: 'ENOSPC' | 'EDQUOT' | 'EIO' | 'crash'
}

/** What an I/O worker is started with. */
export interface WorkerSetup {
  readonly dir: string
  readonly durability: Durability
  readonly faults: readonly Fault[]
}

/** What an I/O worker is asked to do. Jobs of one segment are done in the order they were sent. */
export type Job =
  | {
      readonly type: 'write'
      readonly segment: number
      /** With a segment's first job alone. */
      readonly create: { readonly name: SegmentName; readonly digests: readonly DigestName[] } | null
      /** Its first `size` bytes are the segment's next. Null with a size of 0. */
      readonly buffer: ArrayBuffer | null
      readonly size: number
      /** These are the last bytes: make them durable and tell the segment's facts. */
      readonly isLast: boolean
    }
  /** Removes a segment at whatever stage it is. */
  | { readonly type: 'abort'; readonly segment: number; readonly name: SegmentName }

/** What came of a job. After a failure the worker has removed the segment's file and forgotten the segment. */
export interface Outcome {
  readonly failure: Failure | null
  /** Of the last write only. */
  readonly facts: SegmentFacts | null
  /** The job's buffer comes back to be used again. */
  readonly buffer: ArrayBuffer | null
}
