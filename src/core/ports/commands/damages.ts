import type { TimeMs } from '../../clock.ts'
import type { BlobId, SegmentName } from '../../ids.ts'
import type { Damage, DamagePlace, KnownDamage } from '../../model/damages.ts'

/** What bytes are checked by, and which were found damaged. */
export interface DamageCommands {
  /**
   * Gives a part the sums of its blocks, after its bytes were found to have its crc32: for parts that have none. False where the part
   * is not there any more, or has sums.
   */
  setBlocks(command: {
    readonly blob: BlobId
    readonly number: number
    readonly segment: SegmentName
    /** Of all blocks of the part. */
    readonly sums: Uint8Array
  }): Promise<boolean>
  /** Writes a finding down. One that is known stays as it was, but for `seenAt`, and `kind` as it is now. */
  recordDamage(command: Damage & { readonly now: TimeMs }): Promise<void>
  /** Findings whose part is still there, in order of place, those behind `after`. */
  listDamages(query: {
    readonly after: DamagePlace | null
    readonly limit: number
  }): Promise<readonly KnownDamage[]>
  /**
   * Takes findings away: those of a part that was mended, or all that were not seen since a time, as at the end of a scrub that
   * looked at everything.
   */
  forgetDamages(
    command: { readonly segment: SegmentName; readonly number: number } | { readonly seenBefore: TimeMs },
  ): Promise<void>
}
