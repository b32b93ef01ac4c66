import type { TimeMs } from '../../clock.ts'
import type { BlobId, SegmentName } from '../../ids.ts'
import type { Extent } from '../../model/bytes.ts'

/** Where bytes are, and which of them are of no use any more. */
export interface SegmentCommands {
  /**
   * Segments of a sealed blob that hold bytes at or after `offset`, in order. Of an open upload: the bytes of its parts
   * as they are now. May give fewer than `limit` where extents bring bytes along; empty only at the end.
   */
  listExtents(query: {
    readonly blob: BlobId
    readonly offset: number
    readonly limit: number
  }): Promise<readonly Extent[]>
  /** Writes down that these names may soon hold bytes; unattached ones become garbage when the lease is over. */
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
   * Makes names that are still only reserved garbage at once, and returns those; an attached one stays as it is, so
   * that a caller who did not hear of its success removes nothing.
   */
  discardSegments(command: { readonly names: readonly SegmentName[] }): Promise<readonly SegmentName[]>
  /** Garbage to remove: superseded, of ended uploads and deleted objects, and leases that are over. Oldest first. */
  listGarbage(query: { readonly now: TimeMs; readonly limit: number }): Promise<readonly SegmentName[]>
  /** Their bytes are gone: drop the rows, if they are (still) garbage. */
  forgetSegments(command: { readonly names: readonly SegmentName[]; readonly now: TimeMs }): Promise<void>
  /** Every stored (not inline) segment that something visible or underway points to: for audits and tests. */
  listLiveSegments(query: { readonly after: string; readonly limit: number }): Promise<readonly SegmentName[]>
}
