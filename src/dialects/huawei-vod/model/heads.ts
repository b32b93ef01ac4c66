import { createHash } from 'node:crypto'
import type { ByteSource } from '../../../core/ports/media.ts'

/** Page vod_04_0050 says the first 1024 bytes. The vendor's sample (vod_04_0212) takes one more. Both are known. */
const HEAD_SIZES = [1024, 1025]

/** Duplicates of a file have the same: its size, and the MD5 of its head. `md5` is hex of either case. */
export const headOf = (size: number, md5: string): string => `${size}:${md5.toLowerCase()}`

/** All heads that clients may name a file by. Errors: those of `source.read`. */
export async function readHeads(source: ByteSource): Promise<readonly string[]> {
  const bytes = await source.read(0, Math.min(source.size, Math.max(...HEAD_SIZES)))
  const heads = HEAD_SIZES.map((size) => createHash('md5').update(bytes.subarray(0, size)).digest('hex'))
  return [...new Set(heads)].map((md5) => headOf(source.size, md5))
}
