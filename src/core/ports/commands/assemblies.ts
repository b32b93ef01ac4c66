import type { TimeMs } from '../../clock.ts'
import type { AccountId, BlobId, SegmentName } from '../../ids.ts'
import type { UploadAddress } from '../../model/addresses.ts'
import type { OpenAssembly } from '../assembly.ts'

/** The answer to a claim of a slot. */
export type SlotClaim =
  /** The slot belongs to this caller, for ever. */
  | { readonly outcome: 'claimed'; readonly assembly: OpenAssembly }
  /** The slot was claimed before, or the upload takes no such part. The bytes have to be a segment of their own. */
  | { readonly outcome: 'refused' }
  /** The slot is free, but the upload has no assembly of this kind. Begin one and offer it. */
  | { readonly outcome: 'absent' }

/** An assembly and what `complete` needs of it: the slots that parts have now. */
export interface AssemblyPlan extends OpenAssembly {
  /** In ascending order of slot. */
  readonly receipts: readonly string[]
  readonly size: number
}

/**
 * What the metadata knows about assemblies. A part has the slot of its own number. A slot is claimed once in an upload's
 * life, before its bytes are sent. So the bytes of a part are never written over.
 *
 * An assembly belongs to an upload. Its segment becomes garbage if the upload ends without an object, or is sealed without
 * a part in it. Garbage that is an assembly has to be aborted before its name is forgotten.
 */
export interface AssemblyCommands {
  /**
   * Claims a part's slot for an upload that is open and may have several parts. `offer` becomes the upload's assembly if it
   * has none of this kind yet. The name of `offer` is reserved; `storage-failed` if it is not reserved any more.
   */
  claimSlot(command: {
    readonly account: AccountId
    readonly upload: UploadAddress
    readonly number: number
    readonly kind: number
    readonly offer: OpenAssembly | null
    readonly now: TimeMs
  }): Promise<SlotClaim>
  /** A blob's assemblies that have parts and are not settled. They are final once the upload is sealed. */
  listAssemblies(query: { readonly blob: BlobId }): Promise<readonly AssemblyPlan[]>
  /**
   * The store has completed a sealed upload's assemblies. Their segments are like all others now. Repeating it is fine.
   * Errors: `upload-not-found`; `upload-closed` or `upload-expired` when the upload ended without an object.
   */
  settleAssemblies(command: {
    readonly account: AccountId
    readonly upload: UploadAddress
    readonly now: TimeMs
  }): Promise<void>
  /** Those of these names that are assemblies and are not settled. They may be in use or garbage. */
  findAssemblies(query: { readonly names: readonly SegmentName[] }): Promise<readonly OpenAssembly[]>
}
