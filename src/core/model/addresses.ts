import type { AccountId, ObjectId, UploadId } from '../ids.ts'
import type { BucketName } from './buckets.ts'

/** How to name an upload: by its internal id, or by bucket and the dialect's ref (newest first). */
export type UploadAddress = { readonly id: UploadId } | { readonly bucket: BucketName; readonly ref: string }

export type ObjectAddress = { readonly id: ObjectId } | { readonly bucket: BucketName; readonly key: string }

/** Where an upload is: the account is always part of the address. */
export type UploadIn = UploadAddress & { readonly account: AccountId }

/** Where an object is: the account is always part of the address. */
export type ObjectIn = ObjectAddress & { readonly account: AccountId }

/** The part of an upload that bytes are for. */
export interface PartTarget {
  readonly upload: UploadIn
  readonly number: number
}
