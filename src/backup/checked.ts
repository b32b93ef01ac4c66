import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { CoreError } from '../core/errors.ts'
import type { KeptExtent } from '../core/ports/snapshot.ts'

export const sizeOf = (extents: readonly KeptExtent[]): number =>
  extents.reduce((sum, { size }) => sum + size, 0)

/** The bytes of a segment. Fails with `storage-failed` before the last ones of an extent that does not have its checksum, or its size. */
export async function* checked(
  source: AsyncIterable<Uint8Array>,
  extents: readonly KeptExtent[],
): AsyncGenerator<Uint8Array> {
  let at = 0
  let left = extents[0]?.size ?? 0
  let sum = 0
  for await (const chunk of source) {
    for (let start = 0; start < chunk.byteLength; ) {
      if (at >= extents.length) throw wrong('has more bytes than the facts say')
      const piece = chunk.subarray(start, start + left)
      sum = crc32(piece, sum)
      start += piece.byteLength
      left -= piece.byteLength
      if (left > 0) continue
      if (sum !== extents[at]?.crc32) throw wrong('does not have its checksum')
      at += 1
      left = extents[at]?.size ?? 0
      sum = 0
    }
    yield chunk
  }
  if (at < extents.length) throw wrong('ends before its size')
}

const wrong = (what: string): CoreError => new CoreError('storage-failed', `the segment ${what}`)

/** Hashes bytes that pass by. */
export class Measure {
  readonly #hash = createHash('sha256')
  size = 0

  async *of(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      this.#hash.update(chunk)
      this.size += chunk.byteLength
      yield chunk
    }
  }

  /** To be called once, at the end. In hex. */
  sha256(): string {
    return this.#hash.digest('hex')
  }
}

/** Bytes that have to come to a size and a hash, else `storage-failed` at their end. */
export async function* measured(
  source: AsyncIterable<Uint8Array>,
  { size, sha256, file }: { readonly size: number; readonly sha256: string; readonly file: string },
): AsyncGenerator<Uint8Array> {
  const measure = new Measure()
  yield* measure.of(source)
  if (measure.size !== size || measure.sha256() !== sha256)
    throw new CoreError('storage-failed', `the file ${file} of the backup is not what was written`)
}
