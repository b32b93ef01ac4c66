import type { SegmentName } from '../ids.ts'
import type { DigestName, SegmentFacts } from '../model/bytes.ts'
import type { DamageKind } from '../model/damages.ts'

export interface SegmentWriteOptions {
  readonly digests: readonly DigestName[]
  /** How many bytes will come, if it is known. Room is kept for them. Not checked. */
  readonly sizeExpected?: number | undefined
}

/**
 * Writes one segment. Calls come one at a time: await `write` before the next call. After a failed call only `abort`
 * is allowed. Errors: `storage-full`, `storage-failed`.
 */
export interface SegmentWriter {
  /** Has taken the chunk's bytes when it resolves. It resolves late to slow a fast sender down. */
  write(chunk: Uint8Array): Promise<void>
  /** Resolves once the bytes are durable, the folder entry included. */
  finish(): Promise<SegmentFacts>
  /** Stops and removes what was written. Never rejects; safe to call at any time and more than once. */
  abort(): Promise<void>
}

/** How chunks of a reader come. */
export interface ReadOptions {
  /** Every chunk but the last is a multiple of so many bytes. Default: chunks of any size. */
  readonly grain?: number
  /** A chunk's memory is used again once the next one is asked for. Default: the caller may keep it. */
  readonly lends?: boolean
}

/** A segment that should be there with so many bytes; where others share it, with at least so many. */
export interface ExpectedSegment {
  readonly name: SegmentName
  readonly size: number
  readonly isShared: boolean
}

export interface AilingSegment {
  readonly name: SegmentName
  readonly kind: Extract<DamageKind, 'missing' | 'short' | 'long'>
}

/** Some of what lies in a blob store. */
export interface StoredNames {
  readonly segments: readonly SegmentName[]
  /** What else lies there, by where it lies. */
  readonly others: readonly string[]
}

/** What is asked of a blob store to look through it: all that there is, whoever knows of it. Errors: those of a BlobStore. */
export interface BlobInventory extends Pick<BlobStore, 'read' | 'close'> {
  /** How many bytes there are of a segment; null where there is none. */
  sizeOf(name: SegmentName): Promise<number | null>
  /** All that lies there, some at a time, in ascending order. */
  list(): AsyncIterable<StoredNames>
  /** The names of all segments that there are bytes of, in ascending order. */
  listSegments(): Promise<readonly SegmentName[]>
  /** Resolves if the store can be reached now. */
  probe(): Promise<void>
}

/** What is wrong with a segment that has so many bytes, null for none at all. Null where nothing is. */
export function ailmentOf(
  { size: wanted, isShared }: ExpectedSegment,
  size: number | null,
): AilingSegment['kind'] | null {
  if (size === null) return 'missing'
  if (size < wanted) return 'short'
  return size > wanted && !isShared ? 'long' : null
}

/** Where bytes are kept. Knows segments only: what they belong to is the metadata's business. */
export interface BlobStore {
  /** So long after its sender is gone, or was told of a failure, a segment may still come, in ms. 0: it is all there then, or never. */
  readonly lateMs: number
  /** `name` was never written before. */
  create(name: SegmentName, options: SegmentWriteOptions): Promise<SegmentWriter>
  /**
   * Bytes `start` to `end` (exclusive) in order. Fails with `storage-failed` if they are not all there; `detail.damage` says what is
   * wrong with them, where it is not the store as a whole.
   */
  read(name: SegmentName, start: number, end: number, options?: ReadOptions): AsyncIterable<Uint8Array>
  /**
   * Those of these segments that are not there with their bytes. Reads none of them. A store that others run need not be asked for
   * what this process has just written there.
   */
  look(segments: readonly ExpectedSegment[]): Promise<readonly AilingSegment[]>
  /** Removes these segments. A name that is not there is fine. */
  remove(names: readonly SegmentName[]): Promise<void>
  /** Resolves if `size` bytes have room now, else fails with `storage-full`. */
  reserve(size: number): Promise<void>
  close(): Promise<void>
}
