import { crc32 } from 'node:zlib'
import { BLOCK_SIZE, firstWrongBlock, SUM_SIZE } from '../bytes/blocks.ts'
import { CoreError } from '../errors.ts'
import type { BlobId } from '../ids.ts'
import type { Extent } from '../model/bytes.ts'
import type { ByteSource } from '../ports/media.ts'
import type { Ports } from '../ports.ts'
import { type Damages, placed, type Watched, watched } from './damages.ts'
import { checkableUntil, Extents, KeptExtents } from './extents.ts'

/** A part without sums of its blocks is read whole before it is given, up to so many bytes. */
const PRECHECKED_SIZE_MAX = 1024 * 1024

interface Stores extends Pick<Ports, 'metadata' | 'blobs' | 'readsUnchecked'> {
  /** Default: nothing is kept. */
  readonly extents?: Extents
}

export interface ReadBlobOptions {
  /** A chunk's memory is used again once the next one is asked for. Default: the caller may keep it. */
  readonly lends?: boolean
}

/**
 * Bytes `start` to `end` (exclusive) of a blob, in order. What is given was checked: by the sum of its block, or by the crc32
 * of a small part. Of a large part without sums, as version 0.1.0 wrote it, only a reader of the whole has it checked, before the
 * last bytes are given. Errors: `storage-failed`; where bytes are not those that were stored, `damageOf` tells which.
 */
export async function* readBlob(
  stores: Stores,
  blob: BlobId,
  start: number,
  end: number,
  options: ReadBlobOptions = {},
): AsyncIterable<Uint8Array> {
  const { extents: lookUp = new Extents(stores.metadata) } = stores
  for (let offset = start; offset < end; ) {
    const extents = await lookUp.list(blob, offset, end)
    const from = offset
    for (const extent of extents) {
      const until = Math.min(extent.start + extent.size, end)
      const checkable = Math.min(until, checkableUntil(extent))
      if (checkable > offset) {
        yield* readExtent(stores, extent, offset - extent.start, checkable - extent.start, options)
        offset = checkable
      }
      if (checkable < until) break
    }
    if (offset === from) throw endsEarly(blob, offset, extents[0])
  }
}

function endsEarly(blob: BlobId, offset: number, extent: Extent | undefined): unknown {
  if (extent === undefined)
    return new CoreError('storage-failed', 'a blob ends before its size', { blob, offset })
  const error = new CoreError('storage-failed', 'a part has lost the sums of its blocks', {
    damage: 'unknown',
  })
  return placed(error, extent)
}

/** Bytes `from` to `to` of an extent. */
async function* readExtent(
  stores: Stores,
  extent: Extent,
  from: number,
  to: number,
  options: ReadBlobOptions,
): AsyncIterable<Uint8Array> {
  try {
    const guard = stores.readsUnchecked === true ? NO_GUARD : guardOf(extent)
    if (guard !== null) yield* readGuarded(stores, extent, guard, from, to, options)
    else yield* readUnguarded(stores, extent, from, to, options)
  } catch (error) {
    throw placed(error, extent)
  }
}

/** What an extent's bytes are checked by. */
interface Guard {
  /** They are checked so many at a time, from the extent's first byte on. */
  readonly size: number
  /** Throws unless the bytes from `at` on are those that were stored. They begin and end where they can be checked. */
  check(bytes: Uint8Array, at: number): void
}

/** Of measurements. */
const NO_GUARD: Guard = { size: 1, check: () => {} }

/** Null where no range can be checked. */
function guardOf(extent: Extent): Guard | null {
  const { blocks, size } = extent
  if (blocks !== undefined) {
    const check = (bytes: Uint8Array, at: number): void => {
      const block = at / BLOCK_SIZE
      const wrong = firstWrongBlock(bytes, blocks.sums.subarray((block - blocks.first) * SUM_SIZE))
      if (wrong !== null) throw damaged(block + wrong)
    }
    return { size: BLOCK_SIZE, check }
  }
  if (size > BLOCK_SIZE) return null
  return { size, check: (bytes) => requireCrc32(extent, crc32(bytes)) }
}

async function* readGuarded(
  { blobs }: Stores,
  { segment, offset, size, inline }: Extent,
  guard: Guard,
  from: number,
  to: number,
  { lends = false }: ReadBlobOptions,
): AsyncIterable<Uint8Array> {
  let at = Math.floor(from / guard.size) * guard.size
  const end = Math.min(size, Math.ceil(to / guard.size) * guard.size)
  const options = { grain: guard.size, lends }
  const chunks = inline === null ? blobs.read(segment, offset + at, offset + end, options) : [inline]
  for await (const chunk of chunks) {
    guard.check(chunk, at)
    yield chunk.subarray(Math.max(0, from - at), to - at)
    at += chunk.byteLength
  }
}

/** Of a part without sums. One that is not large is read whole before any of it is given. */
async function* readUnguarded(
  { blobs }: Stores,
  extent: Extent,
  from: number,
  to: number,
  { lends = false }: ReadBlobOptions,
): AsyncIterable<Uint8Array> {
  const { segment, offset, size } = extent
  if (size <= PRECHECKED_SIZE_MAX) {
    let sum = 0
    for await (const chunk of blobs.read(segment, offset, offset + size, { lends: true }))
      sum = crc32(chunk, sum)
    requireCrc32(extent, sum)
  }
  const isChecked = from === 0 && to === size && size > PRECHECKED_SIZE_MAX
  let left = to - from
  let sum = 0
  for await (const chunk of blobs.read(segment, offset + from, offset + to, { lends })) {
    left -= chunk.byteLength
    if (isChecked) sum = crc32(chunk, sum)
    if (isChecked && left === 0) requireCrc32(extent, sum)
    yield chunk
  }
}

function requireCrc32(extent: Extent, sum: number): void {
  if (sum !== extent.crc32) throw damaged(null)
}

function damaged(block: number | null): CoreError {
  const where = block === null ? {} : { block }
  return new CoreError('storage-failed', 'bytes are not those that were stored', {
    damage: 'bytes',
    ...where,
  })
}

/** Reads what is committed. */
export interface Reading {
  /** Bytes `start` to `end` (exclusive) of a sealed blob, as `readBlob` and `watched` give them. */
  read(of: Watched, start: number, end: number, options?: ReadBlobOptions): AsyncIterable<Uint8Array>
}

export function createReading(ports: Stores, damages: Damages): Reading {
  const stores = { ...ports, extents: new KeptExtents(ports.metadata) }
  return {
    read: (of, start, end, options) => watched(damages, readBlob(stores, of.blob, start, end, options), of),
  }
}

/** Random access to a blob of `size` bytes. */
export function blobSource(damages: Damages, stores: Stores, size: number, of: Watched): ByteSource {
  return {
    size,
    read: async (start, wantedEnd, into) => {
      const end = Math.min(wantedEnd, size)
      const filled = into ?? Buffer.allocUnsafe(end - start)
      let length = 0
      const bytes = readBlob(stores, of.blob, start, end, { lends: true })
      for await (const chunk of watched(damages, bytes, of)) {
        filled.set(chunk, length)
        length += chunk.byteLength
      }
      return filled.subarray(0, length)
    },
  }
}
