import type { BlobId } from '../../ids.ts'
import type { FileEntry, Fingerprint, RealmAddress } from '../../model/trees.ts'

/** Files of the same bytes. */
export interface FingerprintCommands {
  /**
   * Files of the realm of exactly `size` bytes that a root leads to, one for each blob, newest blob first, with the digests
   * known of the blob. None where `size` is below 1 MiB.
   */
  filesOfSize(
    query: RealmAddress & { readonly size: number; readonly limit: number },
  ): Promise<readonly { readonly file: FileEntry; readonly fingerprint: Fingerprint }[]>
  /** Keeps what was computed of a blob, as long as the blob lives. Values that are null leave what is there. */
  setFingerprint(command: { readonly blob: BlobId } & Fingerprint): Promise<void>
}
