import type { SegmentName } from '../ids.ts'
import type { SegmentFacts } from '../model/bytes.ts'
import type { SegmentWriteOptions, SegmentWriter } from './blobs.ts'

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
