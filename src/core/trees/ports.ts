import type { AccountId, BlobId } from '../ids.ts'
import type { ConflictPolicy, JsonObject, TimeMs } from '../model.ts'
import type { UploadAddress } from '../ports.ts'
import type {
  DirectoryEntry,
  Entry,
  EntryAddress,
  EntryFields,
  EntryId,
  EntryKind,
  EntryOrder,
  FileEntry,
  ListMarker,
  Place,
  Quota,
  RealmSettings,
  RecycledEntry,
  Volume,
  VolumeAddress,
  VolumeUsage,
} from './model.ts'

export interface RealmAddress {
  readonly account: AccountId
  readonly realm: string
}

export interface ListEntries {
  readonly volume: VolumeAddress
  readonly directory: EntryAddress
  readonly order: EntryOrder
  readonly descending: boolean
  /** Directories before all others, in either direction; else all in one order. */
  readonly directoriesFirst: boolean
  readonly only: 'directories' | 'others' | null
  /** Beginning of the name; empty for all. Bounded reads need order `name`; with other orders matches are looked for. */
  readonly prefix: string
  /** With order `name`: the first name, inclusive; null for none. */
  readonly startName: string | null
  /** Go on after this; null begins. Not together with `offset` > 0. */
  readonly after: ListMarker | null
  /** Entries to skip; at most 10,000 makes sense: they are read. */
  readonly offset: number
  readonly limit: number
}

export interface CommitFile {
  readonly account: AccountId
  readonly upload: UploadAddress
  /** Fail with `upload-changed` unless the upload still has this version; null takes it as it is. */
  readonly ifVersion: number | null
  /** Id of the new entry; an overwritten file keeps its own. */
  readonly id: EntryId
  readonly volume: VolumeAddress
  readonly place: Place
  readonly conflict: ConflictPolicy
  readonly contentType: string | null
  readonly fields: EntryFields
  readonly now: TimeMs
}

export interface PutEntry {
  readonly volume: VolumeAddress
  readonly id: EntryId
  readonly place: Place
  readonly conflict: ConflictPolicy
  readonly fields: EntryFields
  readonly what:
    | { readonly kind: 'link'; readonly target: EntryId }
    | { readonly kind: 'virtual'; readonly size: number; readonly contentType: string | null }
    /** Links the bytes of another file, which may be in another volume of the account, and which must still have this blob. */
    | {
        readonly kind: 'file'
        readonly source: { readonly volume: VolumeAddress; readonly id: EntryId; readonly blob: BlobId }
        readonly contentType: string | null
      }
  readonly now: TimeMs
}

export interface MoveEntry {
  readonly volume: VolumeAddress
  readonly id: EntryId
  /** Another volume of the same realm is possible for anything but directories (`entry-mismatch`). */
  readonly to: { readonly volume: VolumeAddress } & Place
  /** `overwrite` replaces anything but directories, and never by a directory: `name-conflict`. */
  readonly conflict: ConflictPolicy
  readonly now: TimeMs
}

/**
 * Trees of directories and files. Each command is one atomic, durable step, as those of `Metadata`, of the same store. A
 * command whose volume is not there fails with `volume-not-found`; other errors are named. Names of taken places are
 * `name (1).ext`, `name (2)` (directories) and so on with the policy `rename`; `rename-exhausted` where no number is left.
 * `quota-exceeded` has `detail.limit` = `bytes`.
 */
export interface Trees {
  // ------------------------------------------------------------------------------------------------------ volumes

  /** Errors: `name-conflict` when it is there and `ifAbsent` is false; else the one that is there is returned. */
  createVolume(command: {
    readonly volume: VolumeAddress
    readonly root: EntryId
    readonly owner: string
    readonly attributes: JsonObject
    readonly ifAbsent: boolean
    readonly now: TimeMs
  }): Promise<Volume>
  findVolume(query: VolumeAddress): Promise<Volume | null>
  /** In order of name, those above `after`. Empty `prefix`: all; null `owner`: anybody's. */
  listVolumes(
    query: RealmAddress & {
      readonly after: string
      readonly prefix: string
      readonly owner: string | null
      readonly limit: number
    },
  ): Promise<readonly Volume[]>
  countVolumes(query: RealmAddress & { readonly owner: string | null }): Promise<number>
  /** Replaces the attributes. */
  updateVolume(command: VolumeAddress & { readonly attributes: JsonObject }): Promise<Volume>
  /**
   * Takes the volume away at once; what it held is removed by `removeDoomed`. Errors: `volume-not-empty` without `force`
   * when anything is in it or its bin.
   */
  deleteVolume(command: VolumeAddress & { readonly force: boolean; readonly now: TimeMs }): Promise<void>
  volumeUsage(query: VolumeAddress): Promise<VolumeUsage>
  /** Bytes of all the realm's volumes. */
  realmBytes(query: RealmAddress): Promise<number>
  /** Null while nothing was ever set. */
  realmSettings(query: RealmAddress): Promise<RealmSettings | null>
  setRealmSettings(
    command: RealmAddress & { readonly attributes: JsonObject; readonly now: TimeMs },
  ): Promise<void>

  // ------------------------------------------------------------------------------------------------------ entries

  /** With its path. Null where nothing is there; what is in the bin is found by id alone, without a path. */
  findEntry(query: { readonly volume: VolumeAddress; readonly at: EntryAddress }): Promise<Entry | null>
  /**
   * One page of a directory's entries (their `path` is filled), and the marker of the last one where more follow. Reads no
   * more index rows than twice `offset + limit` and a few. Errors: `directory-not-found`, also for other kinds of entries.
   */
  listEntries(query: ListEntries): Promise<{
    readonly directory: DirectoryEntry
    readonly entries: readonly Entry[]
    readonly next: ListMarker | null
  }>
  /**
   * All files (all but directories) of a volume that the root leads to, whatever their directory; orders as in a
   * directory, in one group. Reads the index row of each directory and up to `limit` entries in each, however many there are.
   */
  listFiles(query: {
    readonly volume: VolumeAddress
    readonly order: EntryOrder
    readonly descending: boolean
    readonly after: ListMarker | null
    readonly limit: number
  }): Promise<{ readonly entries: readonly Entry[]; readonly next: ListMarker | null }>
  /**
   * Bytes, files (all but directories) and directories below a directory (itself not counted), whatever their depth. Reads
   * an index row for each. Errors: `directory-not-found`, also for other kinds of entries.
   */
  measureDirectory(query: {
    readonly volume: VolumeAddress
    readonly id: EntryId
  }): Promise<{ readonly bytes: number; readonly files: number; readonly directories: number }>
  /**
   * Makes the directory and those above it that are missing. `rename` renames the last level alone; a file in the way of
   * any level above, or of the last with `fail`, is `name-conflict`. `ids` has one fresh id for each level.
   */
  makeDirectory(command: {
    readonly volume: VolumeAddress
    readonly path: readonly string[]
    readonly ids: readonly EntryId[]
    readonly conflict: 'fail' | 'rename'
    readonly fields: EntryFields
    readonly now: TimeMs
  }): Promise<DirectoryEntry>
  /** Only what is named changes; `attributes` are replaced as a whole. Errors: `entry-not-found`, `object-changed`. */
  updateEntry(command: {
    readonly volume: VolumeAddress
    readonly id: EntryId
    readonly ifVersion: number | null
    readonly change: Partial<EntryFields>
  }): Promise<Entry>
  /**
   * Makes an upload's bytes a file; seals first when the upload is open. Repeating it returns the first file (found by id
   * wherever it is now). Errors: those of `commitUpload`, `directory-not-found` when the parent's row is gone (a parent in
   * the bin is fine), `name-conflict`, `quota-exceeded`. Overwriting keeps the entry's id and `createdAt`.
   */
  commitFile(command: CommitFile): Promise<{ readonly entry: FileEntry; readonly isOverwritten: boolean }>
  /** Makes a link, a virtual file, or a file of another's bytes. Errors: `directory-not-found`, `name-conflict`, `quota-exceeded`, `entry-not-found` (the source). */
  putEntry(command: PutEntry): Promise<{ readonly entry: Entry; readonly isOverwritten: boolean }>
  /**
   * Errors: `entry-not-found`, `entry-mismatch` (the root, too), `directory-not-found`, `directory-cycle` (into itself or
   * below), `name-conflict`, `quota-exceeded` (into another volume). Moving something to where it is changes nothing.
   */
  moveEntry(command: MoveEntry): Promise<Entry>
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
  /**
   * Takes an entry out of its directory. With `bin` it goes there, as one step, whatever is below it; else it is gone: a
   * file's bytes become garbage with its last link, a directory's entries are removed at once up to a bound, the rest by
   * `removeDoomed`. `kind` null takes any. Errors: `entry-not-found`, `entry-mismatch` (the root; another kind).
   */
  removeEntry(command: {
    readonly volume: VolumeAddress
    readonly id: EntryId
    readonly kind: EntryKind | null
    readonly bin: boolean
    readonly now: TimeMs
  }): Promise<{ readonly entry: Entry; readonly recycledId: number | null }>
  /**
   * Goes on with removals that were too large for one step: up to `limit` entries. Returns how many went. Also gives up
   * copies that nobody went on with for a week.
   */
  removeDoomed(command: { readonly limit: number; readonly now: TimeMs }): Promise<number>

  // ---------------------------------------------------------------------------------------------------------- bin

  /** `after` is the id of the last one shown with its value in the order; null begins. */
  listRecycled(query: {
    readonly volume: VolumeAddress
    readonly order: 'name' | 'modified' | 'size' | 'removed'
    readonly descending: boolean
    readonly after: { readonly value: string | number; readonly id: number } | null
    readonly offset: number
    readonly limit: number
  }): Promise<{
    readonly recycled: readonly RecycledEntry[]
    readonly total: number
    readonly hasMore: boolean
  }>
  findRecycled(query: { readonly volume: VolumeAddress; readonly id: number }): Promise<RecycledEntry | null>
  /**
   * Puts it back under its name: into the directory it came from if that is still there and not in the bin, or into the
   * root with `fallbackToRoot`. Errors: `recycled-not-found`, `directory-not-found`, `name-conflict`.
   */
  restoreRecycled(command: {
    readonly volume: VolumeAddress
    readonly id: number
    readonly conflict: ConflictPolicy
    readonly fallbackToRoot: boolean
    readonly now: TimeMs
  }): Promise<Entry>
  /** Removes for good, as `removeEntry` without bin. Errors: `recycled-not-found`. */
  removeRecycled(command: {
    readonly volume: VolumeAddress
    readonly id: number
    readonly now: TimeMs
  }): Promise<void>
  /** Empties the bin: all at once for who looks, the work goes on in `removeDoomed`. Returns how many went. */
  emptyBin(command: { readonly volume: VolumeAddress; readonly now: TimeMs }): Promise<number>
  /** Removes up to `limit` things that were put into the realm's bins before `before`; returns how many. */
  expireRecycled(
    command: RealmAddress & { readonly before: TimeMs; readonly limit: number; readonly now: TimeMs },
  ): Promise<number>

  // ------------------------------------------------------------------------------------------------------- quotas

  /** Errors: `quota-exists` when one of the volumes has one, `volume-not-found`. */
  createQuota(
    command: RealmAddress & {
      readonly volumes: readonly string[]
      readonly capacity: number
      readonly attributes: JsonObject
    },
  ): Promise<Quota>
  findQuota(
    query: RealmAddress & ({ readonly id: number } | { readonly volume: string }),
  ): Promise<Quota | null>
  /** Only what is named changes. Errors: `quota-not-found`. */
  updateQuota(
    command: RealmAddress & {
      readonly id: number
      readonly capacity?: number
      readonly attributes?: JsonObject
    },
  ): Promise<Quota>
  /** Bytes that still fit into the volume; null where no quota is set. Never below 0. */
  roomOf(query: VolumeAddress): Promise<number | null>

  // ------------------------------------------------------------------------------------------------- same bytes

  /**
   * Files of the realm of exactly `size` bytes that a root leads to, one for each blob, newest blob first, with the digests
   * known of the blob. None where `size` is below 1 MiB.
   */
  filesOfSize(
    query: RealmAddress & { readonly size: number; readonly limit: number },
  ): Promise<readonly { readonly file: FileEntry; readonly fingerprint: Fingerprint }[]>
  /** Keeps what was computed of a blob, as long as the blob lives. Values that are null leave what is there. */
  setFingerprint(command: { readonly blob: BlobId } & Fingerprint): Promise<void>
}

/** Digests of a blob that are computed when they are asked for, in the dialect's terms; null while not computed. */
export interface Fingerprint {
  readonly beginning: string | null
  readonly full: string | null
}

export interface CopyDirectory {
  readonly source: { readonly volume: VolumeAddress; readonly id: EntryId }
  /** May be in another volume of the account. */
  readonly to: { readonly volume: VolumeAddress } & Place
  readonly conflict: 'fail' | 'rename'
  /** The new directory's id; those of the entries below are made from it by hashing. */
  readonly id: EntryId
  readonly now: TimeMs
}

// ------------------------------------------------------------------------------------------------------- tokens

/** A bearer token's facts. The token itself is never kept, only its SHA-256. */
export interface AccessToken extends RealmAddress {
  /** SHA-256 of the token, 64 lower-case hex characters. */
  readonly hash: string
  readonly user: string
  readonly client: string
  readonly session: string
  /** Names of the volumes it is for; empty for all. */
  readonly volumes: readonly string[]
  readonly grants: readonly string[]
  readonly attributes: JsonObject
  /** Milliseconds that each use adds, counted from the use. */
  readonly periodMs: number
  readonly expiresAt: TimeMs
}

/** Access tokens that live on as long as they are used. */
export interface Tokens {
  createToken(command: AccessToken): Promise<void>
  /** Null when unknown or its time is over. */
  findToken(query: { readonly hash: string; readonly now: TimeMs }): Promise<AccessToken | null>
  /** Moves the end on, never back. Null when it is not there any more. */
  renewToken(command: {
    readonly hash: string
    readonly expiresAt: TimeMs
    readonly now: TimeMs
  }): Promise<AccessToken | null>
  /** Fine when it is not there. */
  deleteToken(command: RealmAddress & { readonly hash: string }): Promise<void>
  /** Deletes those that fit all that is given; null fits any. Returns how many. `users`: any of these (`''`: without one). */
  deleteTokens(
    command: RealmAddress & {
      readonly users: readonly string[] | null
      readonly client: string | null
      readonly session: string | null
    },
  ): Promise<number>
  /** Deletes up to `limit` tokens whose time is over. */
  expireTokens(command: { readonly now: TimeMs; readonly limit: number }): Promise<number>
}
