/** Bytes of a block: what is checked together. The grid begins at the part's first byte; the last block has what is left. */
export const BLOCK_SIZE = 128 * 1024
/** Bytes of one sum. */
export const SUM_SIZE = 8
/** How many sums are kept together. */
export const RUN_BLOCKS = 64

/** How many blocks so many bytes are. */
export const blockCount = (size: number): number => Math.ceil(size / BLOCK_SIZE)
