import { BLOCK_SIZE, BlockSummer, SUM_SIZE } from '../bytes/blocks.ts'
import { crc32 } from '../bytes/crc32.ts'
import { isCoreError, messageOf } from '../errors.ts'
import type { BlobInventory } from '../ports/blobs.ts'
import type { CheckedPart, FactsChecker } from '../ports/facts-checker.ts'
import type { BytesProblem } from './findings.ts'

/** What a look at a part's bytes met. */
export interface Suspicion {
  readonly problem: BytesProblem
  /** The first block that is wrong, counted from 0 in the part; null where it is not known which. */
  readonly block: number | null
  readonly detail: string
}

export interface BytesLook {
  readonly blobs: BlobInventory
  readonly checker: Pick<FactsChecker, 'findSums'>
  /** False: sizes alone. */
  readonly readsBytes: boolean
  /** Hears of bytes that were read, and slows the reading down. Throws to stop it. */
  readonly onRead: (bytes: number) => Promise<void>
  /** Hears of a part whose blocks have no sums, with their sums: its bytes were found to be those that were stored. */
  readonly onUnsummed: (part: CheckedPart, sums: Uint8Array) => Promise<void>
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
  if (stored === null) return whole('missing', 'its segment is not in the blob store')
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
  if (bytes === null) return whole('missing', 'its bytes are not in the database')
  const { byteLength: kept } = bytes
  if (kept !== part.size) return sizeSuspicion(kept < part.size ? 'short' : 'long', kept, part.size)
  if (!readsBytes) return null
  await onRead(kept)
  return crc32(bytes) === part.crc32 ? null : otherBytes(part)
}

async function lookAtStored(look: BytesLook, part: CheckedPart): Promise<Suspicion | null> {
  const { blobs, onRead } = look
  const summer = new BlockSummer()
  let checksum = 0
  try {
    for await (const chunk of blobs.read(part.segment, part.offset, part.offset + part.size)) {
      checksum = crc32(chunk, checksum)
      summer.update(chunk)
      await onRead(chunk.byteLength)
    }
  } catch (error) {
    if (!isCoreError(error, 'storage-failed')) throw error
    await blobs.probe()
    return whole('unreadable', messageOf(error))
  }
  return await compared(look, part, checksum === part.crc32, summer.finish())
}

/** `isRight`: the whole has its checksum. `sums`: of the blocks that were read; undefined for one block, which needs none. */
async function compared(
  { checker, onUnsummed }: BytesLook,
  part: CheckedPart,
  isRight: boolean,
  sums: Uint8Array | undefined,
): Promise<Suspicion | null> {
  if (sums === undefined || !part.hasSums) {
    if (isRight && sums !== undefined) await onUnsummed(part, sums)
    return isRight ? null : otherBytes(part)
  }
  const { segment, number } = part
  const wrong = wrongBlocks(sums, await checker.findSums({ segment, number }))
  const [block] = wrong
  if (block === undefined) return isRight ? null : otherBytes(part)
  const where = blocksText(wrong, sums.byteLength / SUM_SIZE)
  if (isRight) {
    const detail = `its bytes are those that were stored, the sums that are kept for ${where} are not`
    return { problem: 'block-sums', block, detail }
  }
  return { problem: 'bytes', block, detail: `other bytes than were stored in ${where}` }
}

/** Blocks whose kept sum is another one, or missing. */
function wrongBlocks(found: Uint8Array, kept: Uint8Array): readonly number[] {
  const wrong: number[] = []
  for (let at = 0; at < found.byteLength; at += SUM_SIZE) {
    const sum = found.subarray(at, at + SUM_SIZE)
    if (Buffer.compare(sum, kept.subarray(at, at + SUM_SIZE)) !== 0) wrong.push(at / SUM_SIZE)
  }
  return wrong
}

function blocksText(blocks: readonly number[], count: number): string {
  const [first = 0] = blocks
  const more = blocks.length === 1 ? '' : ` and ${blocks.length - 1} more`
  return `block ${first} (from byte ${first * BLOCK_SIZE} on)${more}, of ${count}`
}

const whole = (problem: BytesProblem, detail: string): Suspicion => ({ problem, block: null, detail })

const otherBytes = ({ crc32: expected }: CheckedPart): Suspicion =>
  whole('bytes', `they do not have the checksum ${expected.toString(16).padStart(8, '0')}`)

const sizeSuspicion = (problem: 'short' | 'long', found: number, expected: number): Suspicion =>
  whole(problem, `there are ${found} bytes where ${expected} were stored`)
