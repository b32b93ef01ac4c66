import { crc32 } from 'node:zlib'
import { isCoreError, messageOf } from '../errors.ts'
import type { BlobInventory } from '../ports/blobs.ts'
import type { CheckedPart } from '../ports/facts-checker.ts'
import type { BytesProblem } from './findings.ts'

/** What a look at a part's bytes met. */
export interface Suspicion {
  readonly problem: BytesProblem
  readonly detail: string
}

export interface BytesLook {
  readonly blobs: BlobInventory
  /** False: sizes alone. */
  readonly readsBytes: boolean
  /** Hears of bytes that were read, and slows the reading down. Throws to stop it. */
  readonly onRead: (bytes: number) => Promise<void>
}

/**
 * Looks at a part's bytes. Null: they are as the facts say, or there is nothing to look at yet. Errors: `unavailable`, and whatever the
 * store fails with when it cannot be reached at all.
 */
export async function lookAtPart(look: BytesLook, part: CheckedPart): Promise<Suspicion | null> {
  if (part.bytes.in === 'facts') return await lookAtKept(look, part, part.bytes.bytes)
  // What has no live segment breaks a rule of the facts, which tells of it.
  if (part.isAssembling || part.state !== 'live') return null
  const stored = await look.blobs.sizeOf(part.segment)
  if (stored === null) return { problem: 'missing', detail: 'its segment is not in the blob store' }
  const end = part.offset + part.size
  if (stored < end) return sizeSuspicion('short', stored, end)
  if (stored > end && !part.isShared) return sizeSuspicion('long', stored, end)
  return look.readsBytes ? await lookAtStored(look, part) : null
}

async function lookAtKept(
  { onRead, readsBytes }: BytesLook,
  part: CheckedPart,
  bytes: Uint8Array | null,
): Promise<Suspicion | null> {
  if (bytes === null) return { problem: 'missing', detail: 'its bytes are not in the database' }
  const { byteLength: kept } = bytes
  if (kept !== part.size) return sizeSuspicion(kept < part.size ? 'short' : 'long', kept, part.size)
  if (!readsBytes) return null
  await onRead(kept)
  return crc32(bytes) === part.crc32 ? null : otherBytes(part)
}

async function lookAtStored({ blobs, onRead }: BytesLook, part: CheckedPart): Promise<Suspicion | null> {
  let checksum = 0
  try {
    for await (const chunk of blobs.read(part.segment, part.offset, part.offset + part.size)) {
      checksum = crc32(chunk, checksum)
      await onRead(chunk.byteLength)
    }
  } catch (error) {
    if (!isCoreError(error, 'storage-failed')) throw error
    await blobs.probe()
    return { problem: 'unreadable', detail: messageOf(error) }
  }
  return checksum === part.crc32 ? null : otherBytes(part)
}

const otherBytes = ({ crc32: expected }: CheckedPart): Suspicion => ({
  ...{ problem: 'bytes', detail: `they do not have the checksum ${expected.toString(16).padStart(8, '0')}` },
})

const sizeSuspicion = (problem: 'short' | 'long', found: number, expected: number): Suspicion => ({
  ...{ problem, detail: `there are ${found} bytes where ${expected} were stored` },
})
