import { createHash, type Hash } from 'node:crypto'
import type { DigestName, SegmentFacts } from '../model/bytes.ts'
import { BlockSummer } from './blocks.ts'
import { crc32 } from './crc32.ts'
import { Crc64 } from './crc64.ts'

/** Measures bytes as they pass: size, the guarding crc32, and the digests asked for, no more. */
export class Digester {
  #size = 0
  #crc32 = 0
  readonly #hashes: readonly (readonly ['md5' | 'sha256', Hash])[]
  readonly #crc64: Crc64 | null
  readonly #blocks: BlockSummer | null

  constructor(names: readonly DigestName[], blocks: BlockSummer | null = null) {
    this.#hashes = names.flatMap((name) => (name === 'crc64' ? [] : [[name, createHash(name)] as const]))
    this.#crc64 = names.includes('crc64') ? new Crc64() : null
    this.#blocks = blocks
  }

  /** For bytes that the blob store keeps: their blocks are summed as well. */
  static ofSegment(names: readonly DigestName[]): Digester {
    return new Digester(names, new BlockSummer())
  }

  update(chunk: Uint8Array): void {
    this.#size += chunk.byteLength
    this.#crc32 = crc32(chunk, this.#crc32)
    for (const [, hash] of this.#hashes) hash.update(chunk)
    this.#crc64?.update(chunk)
    this.#blocks?.update(chunk)
  }

  /** Call once, after the last chunk. */
  finish(): SegmentFacts {
    const digests = Object.fromEntries(this.#hashes.map(([name, hash]) => [name, hash.digest('hex')]))
    if (this.#crc64 !== null) digests.crc64 = this.#crc64.digest()
    const blocks = this.#blocks?.finish()
    const facts = { size: this.#size, crc32: this.#crc32, digests }
    return blocks === undefined ? facts : { ...facts, blocks }
  }
}
