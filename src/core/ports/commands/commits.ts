import type { TimeMs } from '../../clock.ts'
import type { AccountId } from '../../ids.ts'
import type { ObjectAddress, UploadAddress } from '../../model/addresses.ts'
import type { NewDelivery } from '../../model/deliveries.ts'
import type { ConflictPolicy, ObjectIndex, ObjectTraits, StoredObject } from '../../model/objects.ts'
import type { EntryId, EntryTraits, FileEntry, Place, SeenFile, VolumeAddress } from '../../model/trees.ts'
import type { NewObject } from './objects.ts'

/** A new object in the upload's bucket, under the upload's key. */
export interface ObjectTarget extends NewObject {
  readonly kind: 'object'
}

/** An object that is there. The upload's bytes take the place of those that it had. */
export interface FilledTarget {
  readonly kind: 'filled-object'
  readonly object: ObjectAddress
  /** Fail with `object-changed` unless the object still has this version. */
  readonly ifVersion: number
  readonly change: Partial<ObjectTraits>
  /** In place of the index before; without, that stays. */
  readonly index?: ObjectIndex
}

/** A file in a tree. An overwritten file keeps its id and its `createdAt`. */
export interface FileTarget {
  readonly kind: 'file'
  /** The id of a new entry. */
  readonly id: EntryId
  readonly volume: VolumeAddress
  readonly place: Place
  readonly conflict: ConflictPolicy
  /** Fail with `object-changed` unless this is what the place has; absent takes it as it is. */
  readonly ifThere?: SeenFile | undefined
  readonly contentType: string | null
  readonly traits: EntryTraits
}

/** What an upload's bytes become. */
export type CommitTarget = ObjectTarget | FilledTarget | FileTarget

export interface CommitUpload<Target extends CommitTarget = CommitTarget> {
  readonly account: AccountId
  readonly upload: UploadAddress
  /** Fail with `upload-changed` unless the upload still has this version; null takes it as it is. */
  readonly ifVersion: number | null
  readonly target: Target
  /** Messages that are written with the commit, or not at all. */
  readonly deliveries: readonly NewDelivery[]
  readonly now: TimeMs
}

export interface CommittedFile {
  readonly entry: FileEntry
  readonly isOverwritten: boolean
}

export type Committed<Target extends CommitTarget> = Target extends FileTarget ? CommittedFile : StoredObject

export interface CommitCommands {
  /**
   * Makes an upload's bytes visible, as its target says; seals first when the upload is open. Repeating it returns what the
   * first one made, a file wherever it is now; `object-not-found` when that was deleted since. Errors: those of
   * `transition`; `object-held` when a held object or file would lose its bytes; last of all `upload-changed` with
   * `detail.unassembled` while parts are in assemblies that are not settled. Of an object: `name-conflict`,
   * `quota-exceeded`. Of a filled one: `object-not-found`, `object-changed`, and `upload-closed` when the upload became
   * another object. Of a file: `volume-not-found`, `directory-not-found` when the parent's row is gone (a parent in the bin
   * is fine), `object-changed`, `name-conflict`, `quota-exceeded`.
   */
  commitUpload<Target extends CommitTarget>(command: CommitUpload<Target>): Promise<Committed<Target>>
}
