import type { ByteSource } from '../core/ports/media.ts'

/** Small reads are answered from blocks of this size. */
const BLOCK_SIZE = 16 * 1024
/** How many blocks are kept. Memory is bounded by their number and size. */
const BLOCKS_MAX = 128
/** Most blocks of one fetch. Reads that are no further apart count as going forward. */
const RUN_MAX = 64
const STEP_MAX = 8

/**
 * Keeps the blocks that were read last, so that parsers may ask for a few bytes at a time, and fetches longer and longer
 * runs of them while the reads go forward. Reads longer than a block pass through. Reads are cut at the end of the
 * source: what comes back can be shorter than asked for, never longer.
 */
export function cached(source: ByteSource): ByteSource {
  const blocks = new Map<number, Uint8Array>()
  const fetched = { first: Number.NEGATIVE_INFINITY, count: 0 }

  const fetchRun = async (first: number): Promise<Uint8Array> => {
    const after = fetched.first + fetched.count
    const goesForward = first >= after && first < after + STEP_MAX
    const count = goesForward ? Math.min(fetched.count * 2, RUN_MAX) : 1
    Object.assign(fetched, { first, count })
    const start = first * BLOCK_SIZE
    const bytes = await source.read(start, Math.min(start + count * BLOCK_SIZE, source.size))
    for (let at = BLOCK_SIZE; at < bytes.length; at += BLOCK_SIZE) {
      blocks.set(first + at / BLOCK_SIZE, bytes.slice(at, at + BLOCK_SIZE))
    }
    return bytes.slice(0, BLOCK_SIZE)
  }

  const block = async (index: number): Promise<Uint8Array> => {
    const bytes = blocks.get(index) ?? (await fetchRun(index))
    blocks.delete(index)
    blocks.set(index, bytes)
    for (const oldest of blocks.keys()) {
      if (blocks.size <= BLOCKS_MAX) break
      blocks.delete(oldest)
    }
    return bytes
  }

  return {
    size: source.size,
    read: async (start, wantedEnd) => {
      const end = Math.min(wantedEnd, source.size)
      if (end <= start) return new Uint8Array(0)
      if (end - start > BLOCK_SIZE) return source.read(start, end)
      const first = Math.floor(start / BLOCK_SIZE)
      const last = Math.floor((end - 1) / BLOCK_SIZE)
      const head = await block(first)
      const at = start - first * BLOCK_SIZE
      if (first === last) return head.subarray(at, end - first * BLOCK_SIZE)
      const tail = (await block(last)).subarray(0, end - last * BLOCK_SIZE)
      return Buffer.concat([head.subarray(at), tail])
    },
  }
}

/** What stands behind the first `start` bytes. */
export const from = (source: ByteSource, start: number): ByteSource => ({
  size: source.size - start,
  read: (first, end) => source.read(start + first, start + end),
})

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Bytes `at` to `at + length` as Latin-1 text. It is shorter where the bytes end. */
export const textAt = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length))

/** A length in samples as whole milliseconds. */
export const samplesToMs = (samples: number, sampleRateHz: number): number =>
  Math.round((samples * 1000) / sampleRateHz)
