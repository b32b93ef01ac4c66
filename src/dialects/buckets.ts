import type { Core } from '../core/core.ts'
import type { ErrorClass } from '../core/errors.ts'
import type { AccountId } from '../core/ids.ts'
import type { Bucket, BucketName, KeyPage } from '../core/model/buckets.ts'
import type { DigestName } from '../core/model/bytes.ts'
import type { JsonObject } from '../core/model/json.ts'
import type { Upload } from '../core/model/uploads.ts'
import type { ListKeys } from '../core/ports/commands/buckets.ts'
import type { BeginUpload } from '../core/ports/commands/uploads.ts'
import { type Servable, servable } from '../http/serve-object.ts'

/**
 * A dialect's buckets as another dialect reaches them: who writes or deletes there does what the dialect's own calls would do. The caller
 * has checked that the account's key may do it.
 */
export interface DialectBuckets {
  /** The bucket of that name, made if the account may have it and nothing was in it yet; null where it may have none. */
  open(account: AccountId, name: string): Promise<Bucket | null>
  /** As `listKeys`, in the names by which files are found here. */
  list(bucket: Bucket, range: KeysAsked): Promise<KeyPage>
  find(bucket: Bucket, key: string): Promise<BucketFile | null>
  readonly writing: BucketWriting | NotHere
  readonly removing: BucketRemoving | NotHere
}

/** Why this is not done here, for the client: which of the dialect's calls do it. */
export type NotHere = string

export type KeysAsked = Pick<ListKeys, 'prefix' | 'delimiter' | 'after' | 'limit'>

/** What clients say of a file in words of their own, by lower-case name. */
export type FileMeta = Readonly<Record<string, string>>

export interface BucketFile extends Servable {
  readonly meta: FileMeta
}

export interface NewFile {
  readonly key: string
  readonly meta: FileMeta
  /** Bytes; null where that is not known yet. */
  readonly size: number | null
  readonly isInParts: boolean
}

/** How an upload is begun that becomes a file. */
export interface PlannedUpload {
  readonly bucket: BucketName
  readonly key: string
  readonly attributes: JsonObject
  readonly into?: NonNullable<BeginUpload['into']>
  /** Bytes. */
  readonly sizeMax: number
}

/** What has to be there when a file is written or deleted; the command compares it again. */
export interface Wanted {
  /** Nothing; else `name-conflict`. */
  readonly isFree: boolean
  /** Throws unless the file there is the one that the client means. Null: anything. */
  readonly check: ((there: BucketFile | null) => void) | null
}

export interface BucketWriting {
  /** What the dialect tells of its files. */
  readonly digests: readonly DigestName[]
  /** Throws what a write would be refused with, before a byte of it has come. It changes nothing. */
  check(bucket: Bucket, key: string): Promise<void>
  plan(bucket: Bucket, file: NewFile): Promise<PlannedUpload>
  /** Makes the upload's bytes the file. A repetition gives the same file. */
  commit(
    bucket: Bucket,
    upload: Upload,
    file: Pick<NewFile, 'key' | 'meta'>,
    wanted: Wanted,
  ): Promise<BucketFile>
  /** Of a key that ends in a slash. Null: there are no directories. */
  readonly makeDirectory: ((bucket: Bucket, key: string) => Promise<void>) | null
}

/** Nothing is there: nothing happens. */
export type BucketRemoving = (bucket: Bucket, key: string, wanted: Wanted['check']) => Promise<void>

/** What a dialect refuses. The message is for the client. */
export class BucketRefusal extends Error {
  override readonly name = 'BucketRefusal'
  readonly kind: ErrorClass

  constructor(kind: ErrorClass, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.kind = kind
  }
}

/** Reads flat buckets whose files have the keys of their objects. */
export function flatReading({ buckets, objects }: Core): Pick<DialectBuckets, 'open' | 'list' | 'find'> {
  return {
    open: async () => null,
    list: ({ account, name }, range) => buckets.listKeys({ account, bucket: name, ...range }),
    find: async ({ account, name }, key) => {
      const object = await objects.find({ account, bucket: name, key })
      return object === null ? null : { ...servable(objects, object), meta: {} }
    },
  }
}
