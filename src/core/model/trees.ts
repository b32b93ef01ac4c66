import type { TimeMs } from '../clock.ts'
import type { AccountId, BlobId, ObjectId } from '../ids.ts'
import type { Content } from './bytes.ts'
import type { JsonObject } from './json.ts'

/**
 * Trees: directories and files, beside the flat buckets of objects. A *realm* is a set of volumes with common settings; a
 * *volume* is one tree with its own root, bin and counts; an *entry* is a directory, a file, a link or a virtual file in it.
 * Entries have ids that outlive every move. Files share blobs: a copy links bytes and moves none.
 */

/** The most code points of an entry's name with its extension. Dialects refuse longer names. */
export const NAME_LENGTH_MAX = 255

/** A set of volumes with common settings. */
export interface RealmAddress {
  readonly account: AccountId
  readonly realm: string
}

/** One volume's address. The account is always part of it. */
export interface VolumeAddress {
  readonly account: AccountId
  readonly realm: string
  readonly volume: string
}

export interface Volume extends VolumeAddress {
  /** The root directory. */
  readonly root: EntryId
  /** Who made it, in the dialect's words; empty for nobody. */
  readonly owner: string
  readonly attributes: JsonObject
  readonly createdAt: TimeMs
}

/** What a volume holds now. Each file's bytes count, also in the bin, and also where copies share them. */
export interface VolumeUsage {
  readonly bytes: number
  readonly files: number
  readonly directories: number
  readonly binFiles: number
  readonly binDirectories: number
}

/** Entries are objects with a place in a tree: ids are 32 lower-case hex characters. */
export type EntryId = ObjectId

/** An entry's id, or the names from the root to it. No names: the root itself. */
export type EntryAddress = { readonly id: EntryId } | { readonly path: readonly string[] }

/** Where something shall be put. `name` is not empty. */
export interface Place {
  readonly parent: EntryId
  readonly name: string
}

/** A file with the bytes that somebody has seen it with. */
export interface SeenFile {
  readonly id: EntryId
  readonly blob: BlobId
}

interface EntryBase {
  readonly id: EntryId
  readonly volume: VolumeAddress
  /** Null for the root, and for what was taken out of its directory into the bin. */
  readonly parent: EntryId | null
  /** Unique among the parent's entries; empty for the root. Compared byte by byte. */
  readonly name: string
  /**
   * Names from the root to the entry itself; empty for the root. Null if no path leads to it: the entry or a directory above
   * it is in the bin or is being removed.
   */
  readonly path: readonly string[] | null
  readonly attributes: JsonObject
  readonly createdAt: TimeMs
  /** Of files: when their bytes were last written. Of others: when they were made. */
  readonly modifiedAt: TimeMs
  /** When it was made, by its owner's clock; null if the owner did not tell. */
  readonly localCreatedAt: TimeMs | null
  readonly localModifiedAt: TimeMs | null
  readonly version: number
}

export type DirectoryEntry = EntryBase & {
  readonly kind: 'directory'
  /** Direct children only. */
  readonly fileCount: number
  readonly directoryCount: number
}
export type FileEntry = EntryBase & {
  readonly kind: 'file'
  readonly contentType: string | null
  readonly content: Content
  /** How many holds keep its bytes. */
  readonly holds: number
}
/** Points to another entry by its id, so it survives moves of the target. The target may be gone. */
export type LinkEntry = EntryBase & { readonly kind: 'link'; readonly target: EntryId }
/** A file without bytes. Its maker says what `size` is; it counts nowhere. */
export type VirtualEntry = EntryBase & {
  readonly kind: 'virtual'
  readonly contentType: string | null
  readonly size: number
}

export type Entry = DirectoryEntry | FileEntry | LinkEntry | VirtualEntry
export type EntryKind = Entry['kind']

/** What the maker of an entry decides. */
export interface EntryTraits {
  readonly attributes: JsonObject
  readonly localCreatedAt: TimeMs | null
  readonly localModifiedAt: TimeMs | null
}

export type EntryOrder = 'name' | 'modified' | 'size' | 'created' | 'local-created'

/** Where a list goes on. A list returns it. It stays valid when the directory changes, and belongs to one order. */
export interface ListMarker {
  /** Which half of the list, if directories come first. */
  readonly group: 'directories' | 'others' | 'all'
  /** The order's value of the last entry shown. */
  readonly value: string | number
  readonly id: EntryId
}

/** Something in the bin. `id` is a small number that is unique within the store. */
export interface RecycledEntry {
  readonly id: number
  readonly entry: Entry
  /** As it was when it was removed. */
  readonly originalPath: readonly string[]
  readonly removedAt: TimeMs
  /** A file's size. Of a directory the sizes of all files in it, or 0 if they were not counted. */
  readonly size: number
}

/** A limit of bytes for one or several volumes of a realm together. */
export interface Quota {
  readonly id: number
  readonly capacity: number
  /** Names of the volumes it is for. */
  readonly volumes: readonly string[]
  readonly attributes: JsonObject
}

/** Settings of a realm, in the dialect's words (how long the bin keeps things, say). */
export interface RealmSettings {
  readonly attributes: JsonObject
  readonly changedAt: TimeMs
}

/** Digests of a blob in the dialect's terms. They are computed when somebody asks; null until then. */
export interface Fingerprint {
  readonly beginning: string | null
  readonly full: string | null
}
