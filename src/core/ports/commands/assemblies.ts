import type { TimeMs } from '../../clock.ts'
import type { AccountId, BlobId, SegmentName } from '../../ids.ts'
import type { UploadAddress } from '../../model/addresses.ts'
import type { OpenAssembly } from '../assembly.ts'

/** What became of the wish for a slot. */
export type SlotClaim =
  /** It is the caller's alone, for ever. */
  | { readonly outcome: 'claimed'; readonly assembly: OpenAssembly }
  /** It was claimed before, or the upload does not take such parts (now): the bytes have to be a segment of their own. */
  | { readonly outcome: 'refused' }
  /** It is free, but the upload has no assembly of this kind: begin one and offer it. */
  | { readonly outcome: 'absent' }

/** An assembly with what `complete` needs: the slots that parts have now. */
export interface AssemblyPlan extends OpenAssembly {
  /** In ascending order of slot. */
  readonly receipts: readonly string[]
  readonly size: number
}

/**
 * What the metadata knows of assemblies; part of `Metadata`. A part number is the slot of the same number. A slot is claimed
 * once in an upload's life, and before its bytes are sent: what a part has can never be written over.
 *
 * An assembly belongs to an upload. When the upload ends without an object, or is sealed with no part in the assembly, its
 * segment becomes garbage; it has to be aborted before the name is forgotten.
 */
export interface AssemblyCommands {
  /**
   * Claims a part's slot for an upload that is open and may have several parts. `offer`, whose name is reserved, becomes the
   * upload's assembly if it has none of this kind yet. Errors: `storage-failed` when the offer is not reserved any more.
   */
  claimSlot(command: {
    readonly account: AccountId
    readonly upload: UploadAddress
    readonly number: number
    readonly kind: number
    readonly offer: OpenAssembly | null
    readonly now: TimeMs
  }): Promise<SlotClaim>
  /** A blob's assemblies that have parts in them and are not settled: final once the upload is sealed. */
  listAssemblies(query: { readonly blob: BlobId }): Promise<readonly AssemblyPlan[]>
  /**
   * A sealed upload's assemblies are complete: their segments are stored ones like others from now on. Repeating it is fine.
   * Errors: `upload-not-found`; `upload-closed` or `upload-expired` when the upload ended without an object.
   */
  settleAssemblies(command: {
    readonly account: AccountId
    readonly upload: UploadAddress
    readonly now: TimeMs
  }): Promise<void>
  /** Those of these names that are assemblies and not settled, in use or garbage. */
  findAssemblies(query: { readonly names: readonly SegmentName[] }): Promise<readonly OpenAssembly[]>
}
