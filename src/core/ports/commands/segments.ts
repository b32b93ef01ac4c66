import type { TimeMs } from '../../clock.ts'
import type { BlobId, SegmentName } from '../../ids.ts'
import type { Extent } from '../../model/bytes.ts'

/** Where bytes are, and which of them nothing needs any more. */
export interface SegmentCommands {
  /**
   * The extents of a sealed blob at or after `offset`, in order. Of an open upload: its parts as they are now. May return
   * fewer than `limit` if extents bring bytes along. Empty only at the end. With `sumsUntil` only those that begin before it come, with
   * the sums of the blocks that bytes from `offset` to there lie in. Of the first extent at least one run comes; ask again from where they
   * end.
   */
  listExtents(query: {
    readonly blob: BlobId
    readonly offset: number
    readonly limit: number
    readonly sumsUntil?: number
  }): Promise<readonly Extent[]>
  /** Reserves names before their bytes come. A name that is not attached becomes garbage when the lease is over. */
  reserveSegments(command: {
    readonly names: readonly SegmentName[]
    readonly leaseUntil: TimeMs
  }): Promise<void>
  /** Extends the lease of names that are still reserved. */
  extendSegments(command: {
    readonly names: readonly SegmentName[]
    readonly leaseUntil: TimeMs
  }): Promise<void>
  /**
   * Makes reserved names garbage at once. Returns all names that no part ever had, also those that are garbage or forgotten: what lies there
   * can be removed. An attached name stays as it is: a caller that lost the answer of its attaching removes nothing.
   */
  discardSegments(command: { readonly names: readonly SegmentName[] }): Promise<readonly SegmentName[]>
  /**
   * Garbage to remove, oldest first: superseded parts, bytes of ended uploads and deleted objects, leases that are over. None while
   * somebody has the lease `SWEEP_PAUSE`.
   */
  listGarbage(query: { readonly now: TimeMs; readonly limit: number }): Promise<readonly SegmentName[]>
  /**
   * The bytes of these names are gone: drops the rows that are still garbage. Those that no part ever had stay for `lateMs` (default 0), and
   * are listed as garbage once more: until then bytes that were sent before may come.
   */
  forgetSegments(command: {
    readonly names: readonly SegmentName[]
    readonly lateMs?: number
    readonly now: TimeMs
  }): Promise<void>
  /** Every stored segment that an object or an upload points to, for audits and tests. Inline ones are not among them. */
  listLiveSegments(query: { readonly after: string; readonly limit: number }): Promise<readonly SegmentName[]>
}
