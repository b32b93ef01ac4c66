import type { TimeMs } from '../clock.ts'
import type { AccountId, BlobId, SegmentName } from '../ids.ts'

/** Bytes of a part that cannot be given: which of them. */
export interface DamagePlace {
  readonly segment: SegmentName
  /** The part's number. */
  readonly number: number
  /** The block's number in the part; null where it is not one block. */
  readonly block: number | null
}

/**
 * `bytes`: they are others than were stored. `missing`: there is no such segment. `short` and `long`: it ends before its last byte, or
 * goes on after it. `unreadable`: the disk does not give them. `unknown`: their sums are missing.
 */
export type DamageKind = 'bytes' | 'missing' | 'short' | 'long' | 'unreadable' | 'unknown'

/** Who met it. */
export type DamageFinder = 'read' | 'commit' | 'scrub' | 'fsck'

/** What the bytes belong to, as its finder knew it. Others may share them. */
export type DamagedThing =
  | { readonly type: 'object'; readonly account: AccountId; readonly bucket: string; readonly key: string }
  | {
      readonly type: 'file'
      readonly account: AccountId
      readonly realm: string
      readonly volume: string
      readonly id: string
      /** Its path, or its name where no path leads to it. */
      readonly path: string
    }
  | { readonly type: 'upload'; readonly account: AccountId; readonly bucket: string; readonly key: string }
  | { readonly type: 'unknown' }

/** One finding. */
export interface Damage extends DamagePlace {
  readonly blob: BlobId
  readonly kind: DamageKind
  readonly thing: DamagedThing
  readonly finder: DamageFinder
}

/** A finding that was written down. */
export interface KnownDamage extends Damage {
  readonly foundAt: TimeMs
  /** The last time that it was met. */
  readonly seenAt: TimeMs
}
