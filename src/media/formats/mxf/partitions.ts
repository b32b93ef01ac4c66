import type { ByteSource } from '../../../core/ports/media.ts'
import { textAt, viewOf } from '../../bytes.ts'
import { KEY_SIZE, tripletAt, triplets } from './klv.ts'

/** Of a partition pack (SMPTE 377-1 §7.1) but for its kind and its status. */
const PACK_KEY = '\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01'
const FOOTER = 4
/** How much may stand in front of the header partition (§6.5). */
const RUN_IN_MAX = 64 * 1024
/** Metadata are read up to here. */
const METADATA_SIZE_MAX = 1024 * 1024
const TAIL_SIZE = 128 * 1024
const PACK_SIZE_MIN = 88

export interface Partition {
  /** Where the file's first partition begins: other places count from there. */
  readonly origin: number
  /** 0: not told. */
  readonly footerAt: number
  /** The values of all local sets, with the last but one byte of their keys, which says what they are. */
  readonly sets: readonly (readonly [kind: number, value: Uint8Array])[]
  /** Where the metadata end. */
  readonly end: number
}

const packAt = (bytes: Uint8Array, from: number): number => {
  for (let at = bytes.indexOf(6, from); at !== -1; at = bytes.indexOf(6, at + 1)) {
    if (textAt(bytes, at, PACK_KEY.length) === PACK_KEY) return at
  }
  return -1
}

/** Whether bytes begin with a partition of MXF. */
export const isMxf = (head: Uint8Array): boolean => packAt(head.subarray(0, KEY_SIZE), 0) === 0

/** Where the header partition is; null: nowhere in the first 64 KiB. */
export async function findHeader(source: ByteSource): Promise<number | null> {
  const at = packAt(await source.read(0, Math.min(source.size, RUN_IN_MAX + KEY_SIZE)), 0)
  return at === -1 ? null : at
}

/** Where the footer partition is that the end of the file has; null: it has none. */
export async function findFooter(source: ByteSource): Promise<number | null> {
  const from = Math.max(0, source.size - TAIL_SIZE)
  const tail = await source.read(from, source.size)
  let found: number | null = null
  for (let at = packAt(tail, 0); at !== -1; at = packAt(tail, at + 1)) {
    if (tail[at + PACK_KEY.length] === FOOTER) found = from + at
  }
  return found
}

/** The partition that begins at `at`; null: none does, or it is not there. */
export async function readPartition(
  source: ByteSource,
  at: number,
  origin: number,
): Promise<Partition | null> {
  if (at >= source.size) return null
  const bytes = await source.read(at, Math.min(source.size, at + METADATA_SIZE_MAX))
  const pack = packAt(bytes.subarray(0, KEY_SIZE), 0) === 0 ? tripletAt(bytes, 0) : null
  if (pack === null || pack.end > bytes.length || pack.end - pack.start < PACK_SIZE_MIN) return null
  const view = viewOf(bytes.subarray(pack.start, pack.end))
  const size = Number(view.getBigUint64(32))
  const sets: [number, Uint8Array][] = []
  let end = pack.end
  for (const { key, start, end: next } of triplets(bytes.subarray(pack.end))) {
    // Metadata, and what fills the space between them; then comes an index, or what is shown.
    const isSet = key[4] === 2 && key[5] === 0x53
    const isOther = key[4] === 2 || (key[4] === 1 && key[5] === 1)
    if (!isSet && !isOther) break
    if (isSet) sets.push([key[14] ?? 0, bytes.subarray(pack.end + start, pack.end + next)])
    end = pack.end + next
    if (size > 0 && end > pack.end + size + METADATA_SIZE_MAX) break
  }
  return { origin, footerAt: Number(view.getBigUint64(24)), sets, end: at + end }
}
