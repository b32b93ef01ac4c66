const MIB = 1024 * 1024

/** Segments up to this many bytes go in one request; the parts of longer ones have at least this size. */
export const PART_SIZE = 8 * MIB
/** A quarter of the least memory, so that a few parts can be underway. */
export const PART_SIZE_MAX = 32 * MIB
/** Of one upload, in every S3 store. */
export const PARTS_MAX = 10_000
/** After so many parts of an upload whose size was not announced, they become twice as large. */
const PARTS_PER_SIZE = 2500

/** Sizes of the memory that a part is gathered in: the next larger one is taken when one is full. */
export const BUFFER_SIZES: readonly number[] = [MIB / 8, MIB / 2, 2 * MIB, 8 * MIB, 16 * MIB, 32 * MIB]

/**
 * The size of part `number` (from 1) of a segment that is expected to have `sizeExpected` bytes. All parts have one size
 * where the size is known, as some stores want it; else they grow, to about 220 GiB at most.
 */
export function partSize(number: number, sizeExpected: number): number {
  let size = PART_SIZE
  while (size * PARTS_MAX < sizeExpected) size *= 2
  return Math.min(PART_SIZE_MAX, size * 2 ** Math.floor((number - 1) / PARTS_PER_SIZE))
}

/** The size of memory to go on with: at least four times what is full, as much as is known to come, no more than a part. */
export function bufferSize(filled: number, coming: number, partMax: number): number {
  const wanted = Math.min(partMax, Math.max(filled * 4, filled + coming))
  return BUFFER_SIZES.find((size) => size >= wanted) ?? PART_SIZE_MAX
}
