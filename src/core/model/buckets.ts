import type { TimeMs } from '../clock.ts'
import type { AccountId, ObjectId } from '../ids.ts'
import type { Content } from './bytes.ts'
import type { JsonObject } from './json.ts'
import type { VolumeAddress } from './trees.ts'

declare const brand: unique symbol

/**
 * A bucket within its account: its owner and its name, as `owner:name`. The owner is a dialect, or nobody where a user made the
 * bucket. Only `bucketName`, `innerBucket` and `userBucket` make one, so no name that a user chooses is that of a dialect.
 */
export type BucketName = string & { readonly [brand]: 'BucketName' }

/** What `:` ends. No owner has one in its name, so that names may have any text. */
const OWNER = /^[a-z0-9-]*$/

/** A dialect's bucket. People see it by `name`. Throws TypeError for an owner that is no dialect's name. */
export function bucketName(owner: string, name: string): BucketName {
  if (!OWNER.test(owner)) throw new TypeError(`no dialect is called ${owner}`)
  return `${owner}:${name}` as BucketName
}

/** A dialect's bucket that nobody is shown: uploads that become files elsewhere, say. */
export const innerBucket = (owner: string, name: string): BucketName => bucketName(owner, `.${name}`)

/** A bucket that a user made. */
export const userBucket = (name: string): BucketName => bucketName('', name)

/** The owner is empty for a user's bucket. */
export function bucketParts(bucket: BucketName): { readonly owner: string; readonly name: string } {
  const at = bucket.indexOf(':')
  return { owner: bucket.slice(0, at), name: bucket.slice(at + 1) }
}

/** What people call a bucket by, for ever: keys are limited to buckets by it. */
export const stableName = (bucket: BucketName): string => bucketParts(bucket).name

interface BucketBase {
  readonly account: AccountId
  readonly name: BucketName
  /** In the words of whoever serves it: what the public may do, how long objects stay. */
  readonly settings: JsonObject
  readonly createdAt: TimeMs
  /** When the settings changed. */
  readonly changedAt: TimeMs
  readonly version: number
}

/** A namespace of objects, or a tree of files that is shown as one. */
export type Bucket = BucketBase &
  ({ readonly shape: 'flat' } | { readonly shape: 'tree'; readonly volume: VolumeAddress })

/** An object, a file, or an empty directory, whose key ends in a slash. */
export interface ListedObject {
  readonly kind: 'object'
  readonly key: string
  readonly id: ObjectId
  readonly size: number
  readonly contentType: string | null
  /** Null for a directory, and for a link and a virtual file in a tree. */
  readonly content: Content | null
  readonly changedAt: TimeMs
  /** What is kept of an object beside its bytes. Absent in a tree. */
  readonly attributes?: JsonObject
}

export type ListedEntry = ListedObject | { readonly kind: 'prefix'; readonly prefix: string }

/** Some of a bucket's keys. */
export interface KeyPage {
  readonly entries: readonly ListedEntry[]
  /** The last entry's text, to go on after; null where nothing is left. */
  readonly next: string | null
}
