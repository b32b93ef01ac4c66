const MIB = 1024 * 1024

/** Segments up to this many bytes go in one request; the parts of longer ones have at least this size. */
export const PART_SIZE = 8 * MIB
/** A quarter of the least memory, so that a few parts can be underway. */
export const PART_SIZE_MAX = 32 * MIB
/** Of one upload, in every S3 store. */
export const PARTS_MAX = 10_000
/** After so many parts of an upload whose size was not announced, they become twice as large. */
const PARTS_PER_SIZE = 2500

/** Every part but an upload's last has at least as many bytes, in every S3 store. */
export const PART_SIZE_MIN = 5 * MIB
/** Slots up to this many bytes are one part; larger ones are cut into parts of one size, at least half as large. */
const SLOT_PART_SIZE = 16 * MIB
/** What a form may have beside a file: an announced size may be so much too large, and need not cost memory. */
const FRAMING_SIZE = 64 * 1024
/** What an S3 store takes as one part. */
const SLOT_SIZE_MAX = 5 * 1024 * MIB

/** The parts of an assembly that are one slot's. */
export interface SlotShape {
  /** How many part numbers each slot of this kind of assembly has. */
  readonly kind: number
  /** The slot's first part number. */
  readonly first: number
  /** How many parts it has at most. */
  readonly count: number
  /** Of each but the last. */
  readonly partSize: number
}

/**
 * How `size` bytes at most become slot `slot` of an assembly; null where they cannot. The numbers of all slots of a kind
 * follow each other, so that parts are in order of slot, and there are only a few kinds.
 */
export function slotShape(slot: number, size: number): SlotShape | null {
  if (size < PART_SIZE_MIN || size > SLOT_SIZE_MAX) return null
  const count = Math.max(1, Math.ceil((size - FRAMING_SIZE) / SLOT_PART_SIZE))
  const kind = 2 ** Math.ceil(Math.log2(count))
  if (slot < 1 || slot * kind > PARTS_MAX) return null
  return { kind, first: (slot - 1) * kind + 1, count, partSize: Math.ceil(size / count) }
}

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

/**
 * The size of memory to go on with: at least four times what is full, as much as is known to come, no more than a part. For
 * a part's last few bytes, which may never come, there is more only when all is full.
 */
export function bufferSize(filled: number, coming: number, partMax: number): number {
  const wanted = Math.min(partMax, Math.max(filled * 4, filled + coming))
  const enough = wanted === partMax ? Math.max(filled + 1, partMax - FRAMING_SIZE) : wanted
  return BUFFER_SIZES.find((size) => size >= enough) ?? PART_SIZE_MAX
}

/** The size of memory that holds a whole part. */
export const bufferSizeWhole = (partSize: number): number =>
  BUFFER_SIZES.find((size) => size >= partSize) ?? PART_SIZE_MAX
