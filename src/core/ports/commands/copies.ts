import type { TimeMs } from '../../clock.ts'
import type { AccountId } from '../../ids.ts'
import type { DirectoryEntry, EntryId, Place, VolumeAddress } from '../../model/trees.ts'

export interface CopyDirectory {
  readonly source: { readonly volume: VolumeAddress; readonly id: EntryId }
  /** May be in another volume of the account. */
  readonly to: { readonly volume: VolumeAddress } & Place
  readonly conflict: 'fail' | 'rename'
  /** The new directory's id; those of the entries below are made from it by hashing. */
  readonly id: EntryId
  readonly now: TimeMs
}

/** Copies of directories, at once or in steps. */
export interface CopyCommands {
  /**
   * Copies a directory with all below it, linking bytes. Up to `entriesMax` entries are copied at once and shown together.
   * More: null; then `beginCopy` and `continueCopy` do it in steps. Errors as `moveEntry` but for cycles: a directory may
   * be copied into itself as it was before.
   */
  copyDirectory(command: CopyDirectory & { readonly entriesMax: number }): Promise<DirectoryEntry | null>
  /** Starts a copy in steps: the new directory is nowhere to be seen before the last one. Its id is that of the copy. */
  beginCopy(command: CopyDirectory): Promise<void>
  /**
   * Copies up to `limit` more entries; the directory when it is done and shown, also to who asks again. What changes in the
   * source meanwhile may be copied or not. Errors: `object-not-found` for no such copy, and those of the end, which stay:
   * `name-conflict`, `rename-exhausted`, `directory-not-found`, `quota-exceeded`; then what was copied is doomed.
   */
  continueCopy(command: {
    readonly account: AccountId
    readonly id: EntryId
    readonly limit: number
    readonly now: TimeMs
  }): Promise<DirectoryEntry | null>
}
