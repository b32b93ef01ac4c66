import type { TimeMs } from '../../clock.ts'
import type { AccountId, BlobId, ObjectId } from '../../ids.ts'
import type { ObjectAddress, UploadAddress } from '../../model/addresses.ts'
import type { BucketName } from '../../model/buckets.ts'
import type { Staged } from '../../model/bytes.ts'
import type { NewDelivery } from '../../model/deliveries.ts'
import type { AccountLimits } from '../../model/limits.ts'
import type {
  ConflictPolicy,
  ObjectBrief,
  ObjectIndex,
  ObjectTraits,
  SeenObject,
  StoredObject,
} from '../../model/objects.ts'

export interface NewObject {
  readonly id: ObjectId
  readonly traits: ObjectTraits
  readonly conflict: ConflictPolicy
  /** Most objects the bucket may hold; 0 for no limit. Checked in the same transaction. */
  readonly objectsMax: number
  /** What searches find it by. */
  readonly index?: ObjectIndex
  /** Fail with `object-changed` unless this is what the key has; absent takes it as it is. With `overwrite` alone. */
  readonly ifThere?: SeenObject | undefined
}

export interface PutObject extends NewObject {
  readonly account: AccountId
  readonly bucket: BucketName
  readonly key: string
  readonly blob: BlobId
  /** The whole of the bytes; null for an object without. */
  readonly staged: Staged | null
  /** An object of the account whose bytes the new one shares: none are copied. `object-changed` where it is not as it was seen. */
  readonly links?: SeenObject | undefined
  readonly deliveries: readonly NewDelivery[]
  /** The account's limits; absent for none. */
  readonly within?: AccountLimits
  readonly now: TimeMs
}

export interface UpdateObject {
  readonly account: AccountId
  readonly object: ObjectAddress
  readonly ifVersion: number | null
  /** Only what is named changes; `attributes` are replaced as a whole. */
  readonly change: Partial<ObjectTraits>
  /** In place of the index before; without, that stays. */
  readonly index?: ObjectIndex
  /** An upload to abort with this change. If it cannot be aborted, nothing changes: `upload-closed`, `upload-not-found`. */
  readonly ends?: UploadAddress
  /** The object's bytes become garbage with this change; it stays, without content. */
  readonly dropsContent?: boolean
  readonly deliveries: readonly NewDelivery[]
  readonly now: TimeMs
}

export interface ListObjects {
  readonly account: AccountId
  readonly bucket: BucketName
  readonly kind: string | null
  readonly status: string | null
  /** Part of the name, in any letter case, or the whole id. */
  readonly keyword: string | null
  readonly order: 'newest-first' | 'oldest-first'
  readonly limit: number
  readonly offset: number
}

/** Objects of a kind and status, the newest first, after one of them. */
export interface ListBriefs {
  readonly account: AccountId
  readonly bucket: BucketName
  readonly kind: string
  readonly status: string
  /** The last one of the page before; null for the first page. */
  readonly after: Pick<ObjectBrief, 'createdAt' | 'id'> | null
  readonly limit: number
}

export interface Usage {
  readonly objects: number
  readonly bytes: number
}

/** What is visible in buckets. */
export interface ObjectCommands {
  /**
   * Makes an object of staged bytes, or of another one's, in one step. Errors: `object-changed`, `name-conflict`, `object-held`
   * (overwriting), `quota-exceeded`, `storage-failed`.
   */
  putObject(command: PutObject): Promise<StoredObject>
  /** Errors, in this order: `object-not-found`; `object-changed`; of `ends` those of an abort; dropping bytes `object-held`. */
  updateObject(command: UpdateObject): Promise<StoredObject>
  /** Deletes and returns what was there. Errors: `object-not-found`, `object-changed`, `object-held`. */
  deleteObject(command: {
    readonly account: AccountId
    readonly object: ObjectAddress
    /** Only if the object still is this one; absent takes it as it is. */
    readonly ifThere?: SeenObject | undefined
    readonly now: TimeMs
  }): Promise<StoredObject>
  /** Adds or takes away one hold (never below none). A held object and its bytes stay. Errors: `object-not-found`. */
  holdObject(command: {
    readonly account: AccountId
    readonly object: ObjectAddress
    readonly by: 1 | -1
    readonly now: TimeMs
  }): Promise<StoredObject>

  findObject(query: {
    readonly account: AccountId
    readonly object: ObjectAddress
  }): Promise<StoredObject | null>
  /** `total` counts all matches, whatever the page. */
  listObjects(
    query: ListObjects,
  ): Promise<{ readonly objects: readonly StoredObject[]; readonly total: number }>
  /** For lists that are read to their end: a page costs its own rows alone. */
  listBriefs(query: ListBriefs): Promise<readonly ObjectBrief[]>
  usage(query: { readonly account: AccountId; readonly bucket: BucketName }): Promise<Usage>
}
