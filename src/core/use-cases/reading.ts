import { crc32 } from 'node:zlib'
import { CoreError, isCoreError } from '../errors.ts'
import type { BlobId } from '../ids.ts'
import type { Extent } from '../model/bytes.ts'
import type { ByteSource } from '../ports/media.ts'
import type { Ports } from '../ports.ts'

/** How many segments are looked up at a time: bounds memory for blobs of many parts. */
const EXTENTS_PER_LOOKUP = 256

type Stores = Pick<Ports, 'metadata' | 'blobs'>

/**
 * Bytes `start` to `end` (exclusive) of a blob, in order. An extent that is read whole is checked by its crc32 before its
 * last bytes are given. A caller that gets all of its bytes gets the right ones.
 */
export async function* readBlob(
  stores: Stores,
  blob: BlobId,
  start: number,
  end: number,
): AsyncIterable<Uint8Array> {
  let offset = start
  while (offset < end) {
    const extents = await stores.metadata.listExtents({ blob, offset, limit: EXTENTS_PER_LOOKUP })
    if (extents.length === 0)
      throw new CoreError('storage-failed', 'a blob ends before its size', { blob, offset })
    for (const extent of extents) {
      const until = Math.min(extent.start + extent.size, end)
      if (until > offset) yield* readExtent(stores, extent, offset - extent.start, until - extent.start)
      offset = Math.max(offset, until)
      if (offset >= end) return
    }
  }
}

async function* readExtent(
  stores: Stores,
  extent: Extent,
  start: number,
  end: number,
): AsyncIterable<Uint8Array> {
  const isWhole = start === 0 && end === extent.size
  let left = end - start
  let checksum = 0
  const chunks =
    extent.inline === null
      ? stores.blobs.read(extent.segment, extent.offset + start, extent.offset + end)
      : [extent.inline.subarray(start, end)]
  for await (const chunk of chunks) {
    left -= chunk.byteLength
    if (isWhole) checksum = crc32(chunk, checksum)
    if (isWhole && left === 0 && checksum !== extent.crc32) {
      throw new CoreError('storage-failed', 'a segment does not have its checksum', {
        segment: extent.segment,
      })
    }
    yield chunk
  }
}

/** Gives the bytes. If they are gone because their object was deleted meanwhile, fails with `object-not-found`. */
export async function* unlessDeleted(
  bytes: AsyncIterable<Uint8Array>,
  isDeleted: () => Promise<boolean>,
): AsyncIterable<Uint8Array> {
  try {
    yield* bytes
  } catch (error) {
    if (isCoreError(error, 'storage-failed') && (await isDeleted())) {
      throw new CoreError('object-not-found', 'the object was deleted while it was read')
    }
    throw error
  }
}

/** Random access to a blob of `size` bytes. */
export function blobSource(stores: Stores, blob: BlobId, size: number): ByteSource {
  return {
    size,
    read: async (start, end) => {
      const chunks: Uint8Array[] = []
      for await (const chunk of readBlob(stores, blob, start, Math.min(end, size))) chunks.push(chunk)
      return Buffer.concat(chunks)
    },
  }
}
