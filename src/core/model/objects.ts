import type { TimeMs } from '../clock.ts'
import type { AccountId, ObjectId } from '../ids.ts'
import type { BucketName } from './buckets.ts'
import type { Content } from './bytes.ts'
import type { JsonObject } from './json.ts'
import type { MediaFacts } from './media.ts'

/** What is visible after commit: a resource, an asset, a file. */
export interface StoredObject {
  readonly id: ObjectId
  readonly account: AccountId
  readonly bucket: BucketName
  /** Unique within the bucket. */
  readonly key: string
  /** What people see; need not be unique. */
  readonly name: string
  /** Dialect-defined labels that lists filter by. */
  readonly kind: string
  readonly status: string
  readonly contentType: string | null
  /** Null for objects that have no bytes (a text template, say). */
  readonly content: Content | null
  readonly media: MediaFacts | null
  readonly attributes: JsonObject
  /** How many holds keep it from being deleted. */
  readonly holds: number
  readonly createdAt: TimeMs
  readonly updatedAt: TimeMs
  readonly version: number
}

/** An object as somebody saw it: another one, or a changed one, is not the same. */
export type SeenObject = Pick<StoredObject, 'id' | 'version'>

/** What long lists show of an object. */
export interface ObjectBrief {
  readonly id: ObjectId
  readonly name: string
  /** 0 where it is no media file. */
  readonly durationMs: number
  readonly attributes: JsonObject
  readonly createdAt: TimeMs
}

/** Everything about an object that its dialect decides. */
export interface ObjectTraits {
  readonly name: string
  readonly kind: string
  readonly status: string
  readonly contentType: string | null
  readonly media: MediaFacts | null
  readonly attributes: JsonObject
}

/** What a commit does when the key is taken. `rename` makes `name(1).ext`, `name(2).ext`, … of the key. */
export type ConflictPolicy = 'fail' | 'rename' | 'overwrite'

/** What searches find an object by, beside its status and kind. It goes when the object goes. */
export interface ObjectIndex {
  /**
   * In the dialect's words, as `category:7` or `tag:news`; each counts once. An object without labels is found by no status
   * and no kind.
   */
  readonly labels: readonly string[]
  /** Keywords are looked for here. It is kept in one letter case. */
  readonly text: string
}
