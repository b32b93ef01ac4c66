import type { TimeMs } from '../../clock.ts'
import type { AccountId } from '../../ids.ts'
import type { AccountLimits } from '../../model/limits.ts'
import type { DirectoryEntry, EntryId, Place, VolumeAddress } from '../../model/trees.ts'

export interface CopyDirectory {
  readonly source: { readonly volume: VolumeAddress; readonly id: EntryId }
  /** May be in another volume of the account. */
  readonly to: { readonly volume: VolumeAddress } & Place
  readonly conflict: 'fail' | 'rename'
  /** The new directory's id; those of the entries below are made from it by hashing. */
  readonly id: EntryId
  /** The account's limits; absent for none. */
  readonly within?: AccountLimits
  readonly now: TimeMs
}

/** Copies of directories, at once or in steps. */
export interface CopyCommands {
  /**
   * Copies a directory with all below it, linking bytes. Up to `entriesMax` entries are copied at once and shown together.
   * Null if there are more: then `beginCopy` and `continueCopy` copy in steps. A directory may be copied into itself; it is
   * copied as it was before. Other errors are those of `moveEntry`.
   */
  copyDirectory(command: CopyDirectory & { readonly entriesMax: number }): Promise<DirectoryEntry | null>
  /** Starts a copy in steps. Nobody sees the new directory before the last step. Its id is that of the copy. */
  beginCopy(command: CopyDirectory): Promise<void>
  /**
   * Copies up to `limit` more entries. Returns the directory once it is shown, also when asked again; null before. A change
   * of the source meanwhile may be copied or not. Errors: `object-not-found` if there is no such copy. The last step can
   * fail with `name-conflict`, `rename-exhausted`, `directory-not-found` or `quota-exceeded`. That error stays, and what was
   * copied is doomed.
   */
  continueCopy(command: {
    readonly account: AccountId
    readonly id: EntryId
    readonly limit: number
    /** The account's limits; absent for none. */
    readonly within?: AccountLimits
    readonly now: TimeMs
  }): Promise<DirectoryEntry | null>
}
