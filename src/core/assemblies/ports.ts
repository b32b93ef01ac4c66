import type { AccountId, BlobId, SegmentName } from '../ids.ts'
import type { SegmentFacts, TimeMs } from '../model.ts'
import type { SegmentWriteOptions, SegmentWriter, UploadAddress } from '../ports.ts'

/** A segment that the blob store is putting together. `token` is the store's own word for the work, and no secret. */
export interface OpenAssembly {
  readonly name: SegmentName
  readonly token: string
}

export interface SlotWriteOptions extends SegmentWriteOptions {
  /** How many bytes will come at most. */
  readonly sizeExpected: number
  /**
   * Gives a fresh segment for the bytes where they turn out to be too few for a slot. Asked once at most, and before
   * anything is written there.
   */
  elsewhere(): Promise<SegmentName>
}

export interface SlotFacts {
  readonly facts: SegmentFacts
  /** What `complete` has to be told of the slot; null where the bytes went elsewhere. */
  readonly receipt: string | null
}

/** As a SegmentWriter. An abort leaves the slot's bytes to the end of the assembly. */
export interface SlotWriter extends Omit<SegmentWriter, 'finish'> {
  /** Resolves once the bytes are durable. */
  finish(): Promise<SlotFacts>
}

/**
 * An optional ability of a blob store: slots, written in any order, side by side and from many nodes, become one segment
 * without anybody copying them. What is not complete cannot be read, and is no segment yet. Errors are those of a BlobStore.
 */
export interface Assembly {
  /**
   * The kind of assembly that takes at most `size` bytes at `slot`; null where none does. Slots of different kinds cannot be
   * in one assembly. There are few kinds.
   */
  kindOf(slot: number, size: number): number | null
  /** Begins an assembly of a segment that was never written before; returns its token. */
  begin(name: SegmentName): Promise<string>
  /** Writes a slot that nobody wrote to before. `sizeExpected` is of the assembly's kind. */
  createSlot(assembly: OpenAssembly, slot: number, options: SlotWriteOptions): Promise<SlotWriter>
  /**
   * Makes the segment of the slots that these receipts are of, in ascending order of slot: `size` bytes in all. Other slots
   * are given up. Repeating it is fine, also at the same time from many nodes.
   */
  complete(assembly: OpenAssembly, receipts: readonly string[], size: number): Promise<void>
  /** Ends an assembly that was not completed and removes its slots; one that is over is fine. */
  abort(assembly: OpenAssembly): Promise<void>
}

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
export interface Assemblies {
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
