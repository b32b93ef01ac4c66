import type { SegmentName } from '../ids.ts'
import type { SegmentFacts } from '../model/bytes.ts'
import type { SegmentWriteOptions, SegmentWriter } from './blobs.ts'

/** A segment that the blob store is putting together. `token` is the store's name for this work; it is no secret. */
export interface OpenAssembly {
  readonly name: SegmentName
  readonly token: string
}

export interface SlotWriteOptions extends SegmentWriteOptions {
  /** How many bytes will come at most. */
  readonly sizeExpected: number
  /**
   * Returns a fresh segment for the bytes if they are too few for a slot. The store asks once at most, before it writes
   * there.
   */
  elsewhere(): Promise<SegmentName>
}

export interface SlotFacts {
  readonly facts: SegmentFacts
  /** To be handed to `complete`; null if the bytes went elsewhere. */
  readonly receipt: string | null
}

/** As a SegmentWriter. An abort leaves the slot's bytes to the end of the assembly. */
export interface SlotWriter extends Omit<SegmentWriter, 'finish'> {
  /** Resolves once the bytes are durable. */
  finish(): Promise<SlotFacts>
}

/**
 * An optional ability of a blob store: it makes one segment of many slots without copying them. Slots are written in any
 * order, side by side and from many nodes. An assembly that is not complete is no segment and cannot be read. Errors are
 * those of a BlobStore.
 */
export interface Assembly {
  /**
   * The kind of assembly that takes at most `size` bytes at `slot`; null if there is none. All slots of an assembly are of
   * one kind. There are few kinds.
   */
  kindOf(slot: number, size: number): number | null
  /** Begins an assembly of a segment that was never written before; returns its token. */
  begin(name: SegmentName): Promise<string>
  /** Writes a slot that was never written before. `sizeExpected` fits the assembly's kind. */
  createSlot(assembly: OpenAssembly, slot: number, options: SlotWriteOptions): Promise<SlotWriter>
  /**
   * Makes the segment of the slots of these receipts. They are in ascending order of slot and have `size` bytes in all.
   * Other slots are given up. Repeating it is fine, also at the same time from many nodes.
   */
  complete(assembly: OpenAssembly, receipts: readonly string[], size: number): Promise<void>
  /** Ends an assembly that was not completed and removes its slots. Repeating it is fine. */
  abort(assembly: OpenAssembly): Promise<void>
}
