import type { HashName } from '../../core/bytes/digests.ts'
import type { SegmentName } from '../../core/ids.ts'
import type { DigestName, Digests, SegmentFacts } from '../../core/model/bytes.ts'
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
  /** Where the buffers of all jobs lie. */
  readonly memory: SharedArrayBuffer
  readonly faults: readonly Fault[]
}

/** The next bytes of a segment: so many of the shared memory. They must stay as they are until the job is done. */
export interface Piece {
  readonly segment: number
  readonly at: number
  readonly size: number
  /** These are the last bytes. */
  readonly isLast: boolean
}

/** What an I/O worker is asked to do. Jobs of one segment are done in the order they were sent. */
export type Job =
  /** Writes a piece, and takes it into the segment's facts. After the last one the bytes are made durable and the facts are told. */
  | (Piece & {
      readonly type: 'write'
      /** With a segment's first job alone. */
      readonly create: { readonly name: SegmentName; readonly digests: readonly DigestName[] } | null
    })
  /** Takes a piece into a digest, and no more. After the last one the digest is told. */
  | (Piece & { readonly type: 'hash'; readonly digest: HashName; readonly isFirst: boolean })
  /** Removes a segment at whatever stage it is. */
  | { readonly type: 'abort'; readonly segment: number; readonly name: SegmentName }
  /** Nothing more is taken into a digest. */
  | { readonly type: 'forget'; readonly segment: number; readonly digest: HashName }

/** Digests that take longer than writing does. */
export type { HashName }

/** What came of a job. After a failed write the worker has removed the segment's file and forgotten the segment. */
export interface Outcome {
  readonly failure: Failure | null
  /** Of the last write only. */
  readonly facts: SegmentFacts | null
  /** Of the last piece that was hashed. */
  readonly digests: Digests | null
}
