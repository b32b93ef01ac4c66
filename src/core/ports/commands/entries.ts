import type { TimeMs } from '../../clock.ts'
import type { BlobId } from '../../ids.ts'
import type { AccountLimits } from '../../model/limits.ts'
import type { ConflictPolicy } from '../../model/objects.ts'
import type {
  DirectoryEntry,
  Entry,
  EntryAddress,
  EntryId,
  EntryKind,
  EntryOrder,
  EntryTraits,
  FileEntry,
  ListMarker,
  Place,
  SeenFile,
  VolumeAddress,
} from '../../model/trees.ts'

export interface ListEntries {
  readonly volume: VolumeAddress
  readonly directory: EntryAddress
  readonly order: EntryOrder
  readonly descending: boolean
  /** Directories before all others, in either direction; else all in one order. */
  readonly directoriesFirst: boolean
  readonly only: 'directories' | 'others' | null
  /** Beginning of the name; empty for all. Reads are bounded with order `name` alone; other orders look at every entry. */
  readonly prefix: string
  /** With order `name`: names beyond this alone, in the list's direction; null for all. Other orders pass it over. */
  readonly afterName: string | null
  /** Go on after this; null begins. Not together with `offset` > 0. */
  readonly after: ListMarker | null
  /** Entries to skip. They are read, so at most 10,000 make sense. */
  readonly offset: number
  readonly limit: number
}

export interface PutEntry {
  readonly volume: VolumeAddress
  readonly id: EntryId
  readonly place: Place
  readonly conflict: ConflictPolicy
  /** Fail with `object-changed` unless this is what the place has; absent takes it as it is. */
  readonly ifThere?: SeenFile | undefined
  readonly traits: EntryTraits
  readonly what:
    | { readonly kind: 'link'; readonly target: EntryId }
    | { readonly kind: 'virtual'; readonly size: number; readonly contentType: string | null }
    /** Shares the bytes of another file. It may be in another volume of the account, and must still have this blob. */
    | {
        readonly kind: 'file'
        readonly source: { readonly volume: VolumeAddress; readonly id: EntryId; readonly blob: BlobId }
        readonly contentType: string | null
      }
  /** The account's limits; absent for none. */
  readonly within?: AccountLimits
  readonly now: TimeMs
}

export interface MoveEntry {
  readonly volume: VolumeAddress
  readonly id: EntryId
  /** Another volume of the same realm is possible for anything but directories (`entry-mismatch`). */
  readonly to: { readonly volume: VolumeAddress } & Place
  /** `overwrite` replaces no directory and puts no directory in place of a file: both are `name-conflict`. */
  readonly conflict: ConflictPolicy
  /** Fail with `object-changed` unless it is a file that still has these bytes; absent takes it as it is. */
  readonly ifBlob?: BlobId | undefined
  /** Fail with `entry-not-found` unless it is still here; absent takes it from wherever it is. */
  readonly ifPlace?: Place | undefined
  /** Fail with `object-changed` unless this is what the new place has; absent takes it as it is. */
  readonly ifThere?: SeenFile | undefined
  readonly now: TimeMs
}

/** Directories, files, links and virtual files of a volume. */
export interface EntryCommands {
  /** The entry with its path; null if there is none. An entry in the bin is found by its id alone, and has no path. */
  findEntry(query: { readonly volume: VolumeAddress; readonly at: EntryAddress }): Promise<Entry | null>
  /**
   * One page of a directory's entries with their paths. `next` is the marker of the last one if more follow. Reads at most
   * twice `offset + limit` index rows, and a few more. Errors: `directory-not-found`, also if it is no directory.
   */
  listEntries(query: ListEntries): Promise<{
    readonly directory: DirectoryEntry
    readonly entries: readonly Entry[]
    readonly next: ListMarker | null
  }>
  /**
   * The files of a whole volume, whatever their directory. Everything but directories is a file here. The order is as in a
   * directory, in one group. Reads the index row of every directory and up to `limit` entries of each.
   */
  listFiles(query: {
    readonly volume: VolumeAddress
    readonly order: EntryOrder
    readonly descending: boolean
    readonly after: ListMarker | null
    readonly limit: number
  }): Promise<{ readonly entries: readonly Entry[]; readonly next: ListMarker | null }>
  /**
   * Counts bytes, files (all but directories) and directories below a directory, at any depth. The directory itself does not
   * count. Reads an index row for each. Errors: `directory-not-found`, also if it is no directory.
   */
  measureDirectory(query: {
    readonly volume: VolumeAddress
    readonly id: EntryId
  }): Promise<{ readonly bytes: number; readonly files: number; readonly directories: number }>
  /**
   * Makes the directory and the missing ones above it. `rename` renames the last level alone. A file in the way of a level
   * above is `name-conflict`; with `fail` also one in the way of the last. `ids` has one fresh id for each level.
   */
  makeDirectory(command: {
    readonly volume: VolumeAddress
    readonly path: readonly string[]
    readonly ids: readonly EntryId[]
    readonly conflict: 'fail' | 'rename'
    readonly traits: EntryTraits
    /** The account's limits; absent for none. Beyond them it is `quota-exceeded`. */
    readonly within?: AccountLimits
    readonly now: TimeMs
  }): Promise<DirectoryEntry>
  /** Only what is named changes; `attributes` are replaced as a whole. Errors: `entry-not-found`, `object-changed`. */
  updateEntry(command: {
    readonly volume: VolumeAddress
    readonly id: EntryId
    readonly ifVersion: number | null
    readonly change: Partial<EntryTraits>
  }): Promise<Entry>
  /**
   * Adds one hold to a file or takes one away (never below none); the file may be in the bin. A held file keeps its bytes: it
   * may be moved, renamed, changed and put into the bin, itself or with a directory above it, and taken back. Whatever would
   * overwrite it, remove it for good, alone or with what it is in, or empty a bin that has it fails with `object-held` and
   * changes nothing; a bin's expiry passes over it. Copies are not held. Errors: `entry-not-found`, `entry-mismatch` for
   * what is no file.
   */
  holdEntry(command: {
    readonly volume: VolumeAddress
    readonly id: EntryId
    readonly by: 1 | -1
  }): Promise<FileEntry>
  /**
   * Makes a link, a virtual file, or a file of another's bytes. Errors: `directory-not-found`, `object-changed` (`ifThere`),
   * `name-conflict`, `object-held` (overwriting), `quota-exceeded`, `entry-not-found` (the source).
   */
  putEntry(command: PutEntry): Promise<{ readonly entry: Entry; readonly isOverwritten: boolean }>
  /**
   * Errors: `entry-not-found`, `entry-mismatch` (the root, too), `directory-not-found`, `directory-cycle` (into itself or
   * below), `object-changed`, `name-conflict`, `object-held` (overwriting), `quota-exceeded` (into another volume). Moving
   * something to where it is changes nothing.
   */
  moveEntry(command: MoveEntry): Promise<Entry>
  /**
   * Takes an entry out of its directory. With `bin` it goes into the bin in one step, with all below it. Without, it is gone:
   * a file's bytes become garbage with the last file that has them; a directory's entries are removed at once up to a bound, and
   * `removeDoomed` removes the rest. `kind` null takes any. With `ifBlob` only a file that has these bytes, with
   * `ifPlace` only what is still there, with `ifEmpty` no directory that has something in it. Errors: `entry-not-found` (`ifPlace`, too),
   * `entry-mismatch` (the root; another kind), `object-changed` (`ifBlob`, `ifEmpty`), `object-held` without `bin`.
   */
  removeEntry(command: {
    readonly volume: VolumeAddress
    readonly id: EntryId
    readonly kind: EntryKind | null
    readonly bin: boolean
    readonly ifBlob?: BlobId | undefined
    readonly ifPlace?: Place | undefined
    readonly ifEmpty?: boolean | undefined
    readonly now: TimeMs
  }): Promise<{ readonly entry: Entry; readonly recycledId: number | null }>
  /**
   * Goes on with removals that were too large for one step. Removes up to `limit` entries and returns how many. Also gives
   * up copies that nobody continued for a week.
   */
  removeDoomed(command: { readonly limit: number; readonly now: TimeMs }): Promise<number>
}
