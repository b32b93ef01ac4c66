import type { AccountId } from '../core/ids.ts'
import type { KeyPage, ListedObject } from '../core/model/buckets.ts'
import { strictEncodePath } from '../http/canonical.ts'
import type { Exchange, Reply } from '../http/types.ts'
import type { PlaneBucket, PlaneCopied, PlaneKeys } from './contents.ts'
import type { Deletion } from './delete-xml.ts'

/** A list of keys: what a client asked for, and what it is shown. */
export interface ListTold {
  readonly bucket: string
  readonly account: AccountId
  readonly prefix: string
  readonly delimiter: string | null
  readonly max: number
  /** Keys in the answer are percent-encoded. */
  readonly isEncoded: boolean
  /** What the second form asks for, where it is that. */
  readonly second: { readonly token: string | null; readonly startAfter: string | null } | null
  /** What the list goes on behind; empty for its beginning. */
  readonly marker: string
  readonly page: KeyPage
  readonly etagOf: PlaneKeys['etagOf']
  /** Elements of the flavour's own that tell of an object. */
  ownOf(object: ListedObject): string
}

/** What became of the keys that a client lists to have them deleted. */
export interface DeletionTold {
  /** Empty where the client did not want to be told. */
  readonly deleted: readonly string[]
  readonly failed: readonly { readonly key: string; readonly code: string; readonly message: string }[]
}

/** How a cloud speaks of all this in JSON. */
export interface PlaneJson {
  list(exchange: Exchange, list: ListTold): Reply
  buckets(exchange: Exchange, account: AccountId, buckets: readonly PlaneBucket[]): Reply
  /** Throws PlaneError for a body that is no such list. */
  readDeletion(body: Uint8Array): Deletion
  deleted(exchange: Exchange, told: DeletionTold): Reply
  copied(exchange: Exchange, copied: PlaneCopied): Reply
}

/** How a cloud's lists differ from S3's. */
export interface PlaneListing {
  /** Whether they may be asked for in the second form, `list-type=2`. Others pass the parameter over. */
  readonly hasSecondForm: boolean
}

export const S3_LISTING: PlaneListing = { hasSecondForm: true }

/** A key as an answer has it. */
export const shownKey = (key: string, { isEncoded }: Pick<ListTold, 'isEncoded'>): string =>
  isEncoded ? strictEncodePath(key) : key

/** A marker as a token of the second form, so that no node has to remember one. */
export const tokenOf = (marker: string): string => Buffer.from(marker).toString('base64url')
export const markerOf = (token: string): string => Buffer.from(token, 'base64url').toString()
