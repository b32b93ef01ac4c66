import type { ByteSource } from '../../core/ports.ts'
import { ensure } from '../refusal.ts'

const SEGMENT_ID = 0x18538067
const ELEMENTS_MAX = 64

export const isMatroska = (head: Uint8Array): boolean =>
  head[0] === 0x1a && head[1] === 0x45 && head[2] === 0xdf && head[3] === 0xa3

/**
 * Walks the top-level EBML elements (RFC 8794 §5, §6): all of them have to be in the file whole. A segment of unknown
 * size, as live recordings have, goes on to the end. Refuses files without a segment.
 */
export async function checkElements(source: ByteSource): Promise<void> {
  let hasSegment = false
  let at = 0
  for (let count = 0; count < ELEMENTS_MAX && at < source.size; count++) {
    const header = await source.read(at, at + 12)
    const id = readId(header)
    const size = id === null ? null : readSize(header, id.length)
    // Zeros or other bytes behind the segment do not matter.
    if (id === null || size === null) break
    hasSegment ||= id.value === SEGMENT_ID
    if (size.value === null) break
    at += id.length + size.length + size.value
    ensure(at <= source.size, 'the Matroska file is cut: an element is longer than the file')
  }
  ensure(hasSegment, 'the Matroska file has no segment')
}

/** An element's id with its length marker, or null for no id. */
function readId(header: Uint8Array): { readonly value: number; readonly length: number } | null {
  const length = Math.clz32((header[0] ?? 0) << 24) + 1
  if (length > 4 || header.length < length) return null
  return { value: header.subarray(0, length).reduce((id, byte) => id * 256 + byte, 0), length }
}

/** A size of 1 to 8 bytes; its value is null where it is unknown (all bits set). Null for no size. */
function readSize(
  header: Uint8Array,
  at: number,
): { readonly value: number | null; readonly length: number } | null {
  const length = Math.clz32((header[at] ?? 0) << 24) + 1
  if (length > 8 || header.length < at + length) return null
  const [first = 0, ...rest] = header.subarray(at, at + length)
  const head = first & (0xff >> length)
  const isUnknown = head === 0xff >> length && rest.every((byte) => byte === 0xff)
  return { value: isUnknown ? null : rest.reduce((size, byte) => size * 256 + byte, head), length }
}
