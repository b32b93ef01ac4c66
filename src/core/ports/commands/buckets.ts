import type { TimeMs } from '../../clock.ts'
import type { AccountId } from '../../ids.ts'
import type { Bucket, BucketName, KeyPage } from '../../model/buckets.ts'
import type { JsonObject } from '../../model/json.ts'
import type { KeyRange } from '../../rules/key-lists.ts'

export interface BucketAddress {
  readonly account: AccountId
  readonly bucket: BucketName
}

export interface ListKeys extends BucketAddress, KeyRange {
  /** Most entries of the page. */
  readonly limit: number
}

/** Namespaces. A dialect's flat bucket is made with the first thing in it, a tree with its volume, a user's by command. */
export interface BucketCommands {
  /** Makes a user's bucket. Errors: `name-conflict`. */
  createBucket(
    command: BucketAddress & { readonly settings: JsonObject; readonly now: TimeMs },
  ): Promise<Bucket>
  findBucket(query: BucketAddress): Promise<Bucket | null>
  /** In order of owner and name, beginning after `after`. Inner ones are left out; a null `owner` fits all owners. */
  listBuckets(query: {
    readonly account: AccountId
    readonly owner: string | null
    readonly after: BucketName | null
    readonly limit: number
  }): Promise<readonly Bucket[]>
  /** The bucket of that name that is public, of whatever account; null for none. */
  findPublicBucket(query: { readonly name: string }): Promise<Bucket | null>
  /** Replaces the settings. Errors: `bucket-not-found`, `bucket-changed`; `name-conflict` where another bucket of that name is public. */
  updateBucket(
    command: BucketAddress & {
      readonly settings: JsonObject
      /** Whether it is found without an account. Absent: as it is. */
      readonly isPublic?: boolean
      readonly ifVersion: number | null
      readonly now: TimeMs
    },
  ): Promise<Bucket>
  /**
   * Removes a user's bucket. Errors: `bucket-not-found`; `bucket-not-empty` while it has an object or an unfinished upload;
   * `invalid-argument` for a dialect's. Its row stays under `mark`, a fresh text.
   */
  deleteBucket(command: BucketAddress & { readonly mark: string }): Promise<void>
  /**
   * A page of a bucket's keys, or of a tree's paths, in the order of their bytes in UTF-8. Objects without bytes are left out,
   * as are directories with something in them. Errors: `bucket-not-found`.
   */
  listKeys(query: ListKeys): Promise<KeyPage>
}
