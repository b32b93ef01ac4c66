import type { TimeMs } from '../../clock.ts'
import type { AccountId, BlobId, SegmentName, UploadId } from '../../ids.ts'
import type { UploadAddress } from '../../model/addresses.ts'
import type { BucketName } from '../../model/buckets.ts'
import type { Staged } from '../../model/bytes.ts'
import type { JsonObject } from '../../model/json.ts'
import type { AccountLimits } from '../../model/limits.ts'
import type { VolumeAddress } from '../../model/trees.ts'
import type { ListedPart, Part, Upload, UploadLimits } from '../../model/uploads.ts'
import type { KeyRange } from '../../rules/key-lists.ts'

export interface BeginUpload {
  readonly account: AccountId
  readonly id: UploadId
  readonly blob: BlobId
  readonly bucket: BucketName
  readonly ref: string
  readonly key: string
  readonly limits: UploadLimits
  readonly attributes: JsonObject
  /** The volume that its file will be in, and the bytes that it replaces there. Its bytes count there while it goes on. */
  readonly into?: { readonly volume: VolumeAddress; readonly replaces: number }
  /** The account's limits; absent for none. */
  readonly within?: AccountLimits
  readonly now: TimeMs
  readonly expiresAt: TimeMs
}

export interface AttachPart {
  readonly account: AccountId
  readonly upload: UploadAddress
  readonly number: number
  readonly staged: Staged
  /** The account's limits; absent for none. */
  readonly within?: AccountLimits
  readonly now: TimeMs
}

/** Where a part's bytes are: they end at `end` in the segment, which is the segment's size unless others share it. */
export interface StoredPart {
  readonly blob: BlobId
  readonly number: number
  readonly segment: SegmentName
  readonly end: number
  readonly isShared: boolean
}

export interface AppendPart extends Omit<AttachPart, 'number'> {
  /** How many bytes the upload has; these come behind them. */
  readonly offset: number
  /** The size of the whole, told now for the first time. */
  readonly sizeNamed?: number
}

/** Which unfinished uploads of a bucket a list shows. */
export interface ListUploads extends KeyRange {
  readonly account: AccountId
  readonly bucket: BucketName
  /** Of the uploads to the key `after`, those behind this one; null for none of them. */
  readonly afterId: UploadId | null
  readonly limit: number
  /** Those whose time is over are not shown. */
  readonly now: TimeMs
}

export interface UploadPosition {
  readonly key: string
  /** Null: before all uploads to the key. */
  readonly id: UploadId | null
}

export type ListedUpload =
  | { readonly kind: 'upload'; readonly upload: Upload }
  | { readonly kind: 'prefix'; readonly prefix: string }

export interface UploadPage {
  readonly entries: readonly ListedUpload[]
  /** The last entry, to go on after: its key and id, or its prefix. Null where nothing is left. */
  readonly next: UploadPosition | null
}

/** How far an upload has come whose bytes are appended. */
export interface Appended {
  readonly upload: Upload
  /** How many bytes it has: the next ones belong there. */
  readonly offset: number
}

/** The life of uploads. State changes go through `transition` of rules/upload-state.ts, inside the transaction. */
export interface UploadCommands {
  /**
   * Makes an upload. If an open or sealed one has the same bucket and ref, that one is returned as it is, and its expiry
   * moves on to `expiresAt`, never back. One whose time is over is expired first, and a new one is made. Repeating a command with its `id` makes no
   * second one, whatever became of the first. Errors:
   * `quota-exceeded` beyond a limit of the account or without room under the quota of the volume; `volume-not-found`.
   */
  beginUpload(command: BeginUpload): Promise<Upload>
  /**
   * Puts staged bytes at a part number. Bytes that were there before become garbage. Errors: those of `transition`, and
   * `storage-failed` if the segment's reservation was swept, and `quota-exceeded` as at the beginning. After an error the caller has to discard the bytes.
   */
  attachPart(command: AttachPart): Promise<{ readonly upload: Upload; readonly part: Part }>
  /**
   * Adds staged bytes behind those that the upload has. They are a part whose number is their offset. No bytes add nothing, unless the
   * upload has none. Errors: those of `attachPart`; `upload-changed` with `detail.offset` if the upload does not end at `offset`, and
   * without where it has numbered parts, or another size was named before.
   */
  appendPart(command: AppendPart): Promise<Appended>
  /** The upload, whatever its state, and how many bytes it has; null when there is none in this account. */
  findOffset(query: { readonly account: AccountId; readonly upload: UploadAddress }): Promise<Appended | null>
  /**
   * Puts staged bytes in the place of the appended parts that begin at `start` and together are as long. The caller made them of these
   * parts' bytes. False if there are none that begin and end so, or the upload is not open: the caller has to discard the bytes then.
   */
  joinParts(command: {
    readonly account: AccountId
    readonly upload: UploadAddress
    readonly start: number
    readonly staged: Staged
    readonly now: TimeMs
  }): Promise<boolean>
  /**
   * Moves the bytes of other uploads, one behind the other, into an upload that has none; these end as aborted ones, without their
   * bytes. Repeating it does nothing. Errors: those of `appendPart`; `upload-not-found`; `upload-changed` with `detail.upload` for
   * one that does not go on, has numbered parts, or has not all bytes that were named.
   */
  gatherUploads(command: {
    readonly account: AccountId
    readonly upload: UploadAddress
    /** Each once. */
    readonly of: readonly UploadId[]
    /** The account's limits; absent for none. */
    readonly within?: AccountLimits
    readonly now: TimeMs
  }): Promise<Appended>
  /** Moves the expiry, on or back. */
  renewUpload(command: {
    readonly account: AccountId
    readonly upload: UploadAddress
    readonly expiresAt: TimeMs
    readonly now: TimeMs
  }): Promise<Upload>
  /** Gives an upload that goes on more attributes, in place of those of the same names. */
  describeUpload(command: {
    readonly account: AccountId
    readonly upload: UploadAddress
    readonly attributes: JsonObject
    readonly now: TimeMs
  }): Promise<Upload>
  /**
   * Makes the bytes final. Repeating it is fine. With `parts`, only these make the blob, and the bytes of others become
   * garbage. `part-mismatch` if one of them is missing or has another md5, or if other parts were sealed before; and if an upload that is
   * appended to has fewer bytes than were named. With
   * `ifVersion`: `upload-changed` if the upload is open and has another version.
   */
  sealUpload(command: {
    readonly account: AccountId
    readonly upload: UploadAddress
    readonly parts?: readonly ListedPart[]
    readonly ifVersion?: number | null
    readonly now: TimeMs
  }): Promise<Upload>
  /** Ends an upload and makes its bytes garbage. Repeating it is fine. */
  abortUpload(command: {
    readonly account: AccountId
    readonly upload: UploadAddress
    readonly now: TimeMs
  }): Promise<Upload>
  /** As abort, with the reason kept. */
  failUpload(command: {
    readonly account: AccountId
    readonly upload: UploadAddress
    readonly reason: string
    readonly ifVersion: number | null
    readonly now: TimeMs
  }): Promise<Upload>
  /** Expires up to `limit` uploads whose time is over; returns how many. */
  expireUploads(command: { readonly now: TimeMs; readonly limit: number }): Promise<number>
  /** Deletes the rows of up to `limit` uploads that were closed before `before`; returns how many. */
  forgetUploads(command: { readonly before: TimeMs; readonly limit: number }): Promise<number>

  /**
   * What an upload that goes on has in the blob store: parts in order of number, those above `after`. Not among them are those of
   * assemblies that are not settled, and bytes that are kept with the facts. Nothing where there is no such upload, or it is over.
   */
  listStoredParts(query: {
    readonly account: AccountId
    readonly upload: UploadAddress
    readonly after: number
    readonly limit: number
  }): Promise<readonly StoredPart[]>
  /**
   * A page of a flat bucket's unfinished uploads, in the order of their keys' bytes in UTF-8, and for one key in that of their ids.
   * Errors: `bucket-not-found`.
   */
  listUploads(query: ListUploads): Promise<UploadPage>
  findUpload(query: { readonly account: AccountId; readonly upload: UploadAddress }): Promise<Upload | null>
  /** Parts in order of number, those above `after`. */
  listParts(query: {
    readonly account: AccountId
    readonly upload: UploadAddress
    readonly after: number
    readonly limit: number
  }): Promise<readonly Part[]>
}
