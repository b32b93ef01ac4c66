import { createHash, type Hash } from 'node:crypto'
import type { DigestName, SegmentFacts } from '../model/bytes.ts'
import { BlockSummer } from './blocks.ts'
import { crc32 } from './crc32.ts'
import { Crc32c } from './crc32c.ts'
import { CRC64_NVME, Crc64 } from './crc64.ts'
import { newXxh3, newXxh64, newXxh128 } from './xxhash.ts'

/** A checksum that no hash of the runtime has. */
interface Sum {
  update(chunk: Uint8Array): void
  digest(): string
}

type SumName = 'crc64' | 'crc32c' | 'crc64nvme' | 'xxhash3' | 'xxhash64' | 'xxhash128'

const SUMS: Readonly<Record<SumName, () => Sum>> = {
  crc64: () => new Crc64(),
  crc32c: () => new Crc32c(),
  crc64nvme: () => new Crc64(CRC64_NVME),
  xxhash3: newXxh3,
  xxhash64: newXxh64,
  xxhash128: newXxh128,
}

/** Those that are a hash of the runtime's. */
export type HashName = Exclude<DigestName, SumName>

export const isHash = (name: DigestName): name is HashName => !(name in SUMS)

/** The digest of bytes that are there, as lower-case hex; `crc64` and `crc64nvme` as unsigned decimal. */
export function digestOf(name: DigestName, bytes: Uint8Array): string {
  const sum = isHash(name) ? null : SUMS[name]()
  if (sum === null) return createHash(name).update(bytes).digest('hex')
  sum.update(bytes)
  return sum.digest()
}

/** Measures bytes as they pass: size, the guarding crc32, and the digests asked for, no more. */
export class Digester {
  #size = 0
  #crc32 = 0
  readonly #hashes: readonly (readonly [HashName, Hash])[]
  readonly #sums: readonly (readonly [DigestName, Sum])[]
  readonly #blocks: BlockSummer | null

  constructor(names: readonly DigestName[], blocks: BlockSummer | null = null) {
    const each = [...new Set(names)]
    this.#hashes = each.flatMap((name) => (isHash(name) ? [[name, createHash(name)] as const] : []))
    this.#sums = each.flatMap((name) => (isHash(name) ? [] : [[name, SUMS[name]()] as const]))
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
    for (const [, sum] of this.#sums) sum.update(chunk)
    this.#blocks?.update(chunk)
  }

  /** Call once, after the last chunk. */
  finish(): SegmentFacts {
    const digests = Object.fromEntries(this.#hashes.map(([name, hash]) => [name, hash.digest('hex')]))
    for (const [name, sum] of this.#sums) digests[name] = sum.digest()
    const blocks = this.#blocks?.finish()
    const facts = { size: this.#size, crc32: this.#crc32, digests }
    return blocks === undefined ? facts : { ...facts, blocks }
  }
}
