import xxhash from 'xxhash-wasm'

/** Bytes of a block: what is checked together. The grid begins at the part's first byte; the last block has what is left. */
export const BLOCK_SIZE = 64 * 1024
/** Bytes of one sum: XXH64 with seed 0, little-endian. */
export const SUM_SIZE = 8
/** How many sums are kept together. */
export const RUN_BLOCKS = 64

const { create64, h64Raw } = await xxhash()

/** How many blocks so many bytes are. */
export const blockCount = (size: number): number => Math.ceil(size / BLOCK_SIZE)

/** The first block, counted from 0, that does not have its sum; null where all have. `bytes` begin and end at blocks' borders. */
export function firstWrongBlock(bytes: Uint8Array, sums: Uint8Array): number | null {
  const wanted = new DataView(sums.buffer, sums.byteOffset, sums.byteLength)
  const count = blockCount(bytes.byteLength)
  for (let block = 0; block < count; block++) {
    const isKnown = (block + 1) * SUM_SIZE <= sums.byteLength
    if (!isKnown || sumOf(bytes, block) !== wanted.getBigUint64(block * SUM_SIZE, true)) return block
  }
  return null
}

const sumOf = (bytes: Uint8Array, block: number): bigint =>
  h64Raw(bytes.subarray(block * BLOCK_SIZE, (block + 1) * BLOCK_SIZE))

/** Sums blocks as their bytes pass. */
export class BlockSummer {
  readonly #sums: bigint[] = []
  /** Of a block that bytes are still missing of. */
  #state: ReturnType<typeof create64> | null = null
  #filled = 0

  update(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.byteLength; ) {
      const end = Math.min(at + BLOCK_SIZE - this.#filled, chunk.byteLength)
      const piece = chunk.subarray(at, end)
      if (piece.byteLength === BLOCK_SIZE) this.#sums.push(h64Raw(piece))
      else this.#add(piece)
      at = end
    }
  }

  /** The sums of all blocks. Undefined for one block: the crc32 of the whole is the check of that. */
  finish(): Uint8Array | undefined {
    this.#endBlock()
    if (this.#sums.length <= 1) return undefined
    const sums = new Uint8Array(this.#sums.length * SUM_SIZE)
    const view = new DataView(sums.buffer)
    for (const [block, sum] of this.#sums.entries()) view.setBigUint64(block * SUM_SIZE, sum, true)
    return sums
  }

  #add(piece: Uint8Array): void {
    this.#state ??= create64()
    this.#state.update(piece)
    this.#filled += piece.byteLength
    if (this.#filled === BLOCK_SIZE) this.#endBlock()
  }

  #endBlock(): void {
    if (this.#state !== null) this.#sums.push(this.#state.digest())
    this.#state = null
    this.#filled = 0
  }
}
