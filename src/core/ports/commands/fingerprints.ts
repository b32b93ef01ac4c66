import type { BlobId } from '../../ids.ts'
import type { FileEntry, Fingerprint, RealmAddress } from '../../model/trees.ts'

/** Files of the same bytes. */
export interface FingerprintCommands {
  /**
   * Visible files of the realm that have exactly `size` bytes, with the known digests of their blob. One file for each blob,
   * newest blob first. None if `size` is below 1 MiB. `volumes` are the only ones that files may be in; null for all.
   */
  filesOfSize(
    query: RealmAddress & {
      readonly size: number
      readonly limit: number
      readonly volumes: readonly string[] | null
    },
  ): Promise<readonly { readonly file: FileEntry; readonly fingerprint: Fingerprint }[]>
  /** Keeps what was computed of a blob as long as the blob lives. A null leaves what is there. */
  setFingerprint(command: { readonly blob: BlobId } & Fingerprint): Promise<void>
}
