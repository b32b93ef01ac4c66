import type { SegmentName } from '../ids.ts'
import type { DigestName, SegmentFacts } from '../model/bytes.ts'

export interface SegmentWriteOptions {
  readonly digests: readonly DigestName[]
  /** How many bytes will come, where it is known: room is kept for them. Not checked. */
  readonly sizeExpected?: number | undefined
}

/**
 * Writes one segment. Calls come one at a time: await `write` before the next call. After a failed call only `abort`
 * is allowed. Errors: `storage-full`, `storage-failed`.
 */
export interface SegmentWriter {
  /** Takes the chunk's bytes before it resolves, and resolves late to hold a fast sender back. */
  write(chunk: Uint8Array): Promise<void>
  /** Resolves once the bytes are durable, the folder entry included. */
  finish(): Promise<SegmentFacts>
  /** Stops and removes what was written. Never rejects; safe to call at any time and more than once. */
  abort(): Promise<void>
}

/** Where bytes are kept. Knows segments only: what they belong to is the metadata's business. */
export interface BlobStore {
  /** `name` was never written before. */
  create(name: SegmentName, options: SegmentWriteOptions): Promise<SegmentWriter>
  /** Bytes `start` to `end` (exclusive) in order. Fails with `storage-failed` if they are not all there. */
  read(name: SegmentName, start: number, end: number): AsyncIterable<Uint8Array>
  /** Removes what is there of these; a name that is not there is fine. */
  remove(names: readonly SegmentName[]): Promise<void>
  /** Resolves if `size` bytes have room now, else fails with `storage-full`. */
  reserve(size: number): Promise<void>
  close(): Promise<void>
}
