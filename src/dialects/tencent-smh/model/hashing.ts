import { createHash, type Hash } from 'node:crypto'

/** Bytes of one block. Shorter files have no hashes. */
export const BLOCK_SIZE = 1024 ** 2

/** Hashes of a file's bytes, 64 lower-case hex characters each: reference §5.10. */
export interface FileHashes {
  /** SHA-256 of the first MiB. */
  readonly beginning: string
  /** A chain over all blocks: each SHA-256 begins with the 32 bytes of the SHA-256 of the block before. */
  readonly full: string
}

/** Hashes bytes as they come. There is at least one block. */
export async function hashFile(bytes: AsyncIterable<Uint8Array>): Promise<FileHashes> {
  const chain = new Chain()
  for await (const chunk of bytes) chain.update(chunk)
  return chain.finish()
}

/** The hash of the first block alone. */
export async function hashBeginning(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of bytes) hash.update(chunk)
  return hash.digest('hex')
}

class Chain {
  #hash: Hash = createHash('sha256')
  #filled = 0
  #first: Buffer | null = null
  #last: Buffer | null = null

  update(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.byteLength; ) {
      const end = Math.min(at + BLOCK_SIZE - this.#filled, chunk.byteLength)
      if (this.#filled === 0 && this.#last !== null) this.#hash.update(this.#last)
      this.#hash.update(chunk.subarray(at, end))
      this.#filled += end - at
      at = end
      if (this.#filled === BLOCK_SIZE) this.#endBlock()
    }
  }

  finish(): FileHashes {
    if (this.#filled > 0 || this.#last === null) this.#endBlock()
    const [first, last] = [this.#first, this.#last]
    if (first === null || last === null) throw new Error('a chain of hashes has no block')
    return { beginning: first.toString('hex'), full: last.toString('hex') }
  }

  #endBlock(): void {
    this.#last = this.#hash.digest()
    this.#first ??= this.#last
    this.#hash = createHash('sha256')
    this.#filled = 0
  }
}
