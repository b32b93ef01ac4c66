import type { TimeMs } from '../../clock.ts'
import type { AccountId, BlobId, UploadId } from '../../ids.ts'
import type { UploadAddress } from '../../model/addresses.ts'
import type { Staged } from '../../model/bytes.ts'
import type { JsonObject } from '../../model/json.ts'
import type { ListedPart, Part, Upload, UploadLimits } from '../../model/uploads.ts'

export interface BeginUpload {
  readonly account: AccountId
  readonly id: UploadId
  readonly blob: BlobId
  readonly bucket: string
  readonly ref: string
  readonly key: string
  readonly limits: UploadLimits
  readonly attributes: JsonObject
  readonly now: TimeMs
  readonly expiresAt: TimeMs
}

export interface AttachPart {
  readonly account: AccountId
  readonly upload: UploadAddress
  readonly number: number
  readonly staged: Staged
  readonly now: TimeMs
}

/** The life of uploads. State changes go through `transition` of rules/upload-state.ts, inside the transaction. */
export interface UploadCommands {
  /**
   * Makes an upload, or, when an open or sealed one has the same bucket and ref, moves that one's expiry on to `expiresAt`
   * (never back) and returns it as it is. One whose time is over is expired first, and a new one made.
   */
  beginUpload(command: BeginUpload): Promise<Upload>
  /**
   * Puts staged bytes at a part number; bytes that were there before become garbage. Fails as `transition` does; then
   * stored bytes are still the caller's to discard. A stored segment whose reservation was swept: `storage-failed`.
   */
  attachPart(command: AttachPart): Promise<{ readonly upload: Upload; readonly part: Part }>
  /** Moves the expiry, on or back. */
  renewUpload(command: {
    readonly account: AccountId
    readonly upload: UploadAddress
    readonly expiresAt: TimeMs
    readonly now: TimeMs
  }): Promise<Upload>
  /**
   * Makes the bytes final. Repeating it is fine. `parts`: only these make the blob, the bytes of others become garbage;
   * `part-mismatch` when one of them is not there or has another md5, or when others were sealed before. `ifVersion`: fail
   * with `upload-changed` if it is open with another one.
   */
  sealUpload(command: {
    readonly account: AccountId
    readonly upload: UploadAddress
    readonly parts?: readonly ListedPart[]
    readonly ifVersion?: number | null
    readonly now: TimeMs
  }): Promise<Upload>
  /** Ends an upload and makes its bytes garbage. Ending it again in the same way is fine. */
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

  findUpload(query: { readonly account: AccountId; readonly upload: UploadAddress }): Promise<Upload | null>
  /** Parts in order of number, those above `after`. */
  listParts(query: {
    readonly account: AccountId
    readonly upload: UploadAddress
    readonly after: number
    readonly limit: number
  }): Promise<readonly Part[]>
}
