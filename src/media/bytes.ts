import type { ByteSource } from '../core/ports/media.ts'

/** Small reads are answered from blocks of this size. */
const BLOCK_SIZE = 16 * 1024
/** How many blocks are kept. Memory is bounded by their number and size. */
const BLOCKS_MAX = 128
/** Most blocks of one fetch. Reads that are no further apart count as going forward. */
const RUN_MAX = 64
const STEP_MAX = 8

/** Where a cache keeps its bytes. Caches that are used after each other may have the same. */
export interface CacheMemory {
  readonly blocks: Uint8Array
  readonly run: Uint8Array
}

export const createCacheMemory = (): CacheMemory => ({
  blocks: new Uint8Array(BLOCKS_MAX * BLOCK_SIZE),
  run: new Uint8Array(RUN_MAX * BLOCK_SIZE),
})

interface Blocks {
  has(index: number): boolean
  /** What is there until the next `keep`; null: nothing. It counts as read last. */
  get(index: number): Uint8Array | null
  /** Copies a block that is not there into the place of the one that was read longest ago, once there is no more room. */
  keep(index: number, bytes: Uint8Array): void
}

function createBlocks(memory: Uint8Array): Blocks {
  const blocks = new Map<number, Uint8Array>()
  return {
    has: (index) => blocks.has(index),
    get: (index) => {
      const bytes = blocks.get(index)
      if (bytes === undefined) return null
      blocks.delete(index)
      blocks.set(index, bytes)
      return bytes
    },
    keep: (index, bytes) => {
      const [oldest] = blocks.size < BLOCKS_MAX ? [] : blocks
      if (oldest !== undefined) blocks.delete(oldest[0])
      const at = oldest?.[1].byteOffset ?? blocks.size * BLOCK_SIZE
      const block = memory.subarray(at, at + bytes.length)
      block.set(bytes)
      blocks.set(index, block)
    },
  }
}

/**
 * Keeps the blocks that were read last, so that parsers may ask for a few bytes at a time, and fetches longer and longer
 * runs of them while the reads go forward. The memory of blocks and runs is used again; what a read gives is its own. Reads are asked for one after the other. Those longer than a
 * block pass through. Reads are cut at the end of the source: what comes back can be shorter than asked for, never longer.
 */
export function cached(source: ByteSource, memory: CacheMemory = createCacheMemory()): ByteSource {
  const blocks = createBlocks(memory.blocks)
  const fetched = { first: Number.NEGATIVE_INFINITY, count: 0 }

  /** Bytes `from` to `to` of a block, after it and others behind it were fetched. */
  const fetchRun = async (first: number, from: number, to: number): Promise<Uint8Array> => {
    const after = fetched.first + fetched.count
    const goesForward = first >= after && first < after + STEP_MAX
    const count = goesForward ? Math.min(fetched.count * 2, RUN_MAX) : 1
    Object.assign(fetched, { first, count })
    const start = first * BLOCK_SIZE
    const bytes = await source.read(start, Math.min(start + count * BLOCK_SIZE, source.size), memory.run)
    for (let at = 0; at < bytes.length; at += BLOCK_SIZE) {
      const index = first + at / BLOCK_SIZE
      if (!blocks.has(index)) blocks.keep(index, bytes.subarray(at, at + BLOCK_SIZE))
    }
    return bytes.slice(from, Math.min(to, BLOCK_SIZE))
  }

  const partOf = async (index: number, from: number, to: number): Promise<Uint8Array> => {
    const bytes = blocks.get(index)
    if (bytes === null) return fetchRun(index, from, to)
    return bytes.slice(from, to)
  }

  return {
    size: source.size,
    read: async (start, wantedEnd, into) => {
      const end = Math.min(wantedEnd, source.size)
      if (end <= start) return new Uint8Array(0)
      if (end - start > BLOCK_SIZE) return source.read(start, end, into)
      const first = Math.floor(start / BLOCK_SIZE)
      const last = Math.floor((end - 1) / BLOCK_SIZE)
      const [from, to] = [start - first * BLOCK_SIZE, end - first * BLOCK_SIZE]
      const head = await partOf(first, from, to)
      return first === last ? head : Buffer.concat([head, await partOf(last, 0, to - BLOCK_SIZE)])
    },
  }
}

/** What stands behind the first `start` bytes. */
export const from = (source: ByteSource, start: number): ByteSource => ({
  size: source.size - start,
  read: (first, end, into) => source.read(start + first, start + end, into),
})

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Bytes `at` to `at + length` as Latin-1 text. It is shorter where the bytes end. */
export const textAt = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length))

/** A length in samples as whole milliseconds. */
export const samplesToMs = (samples: number, sampleRateHz: number): number =>
  Math.round((samples * 1000) / sampleRateHz)
