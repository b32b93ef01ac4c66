import type { ByteSource } from '../../core/ports.ts'
import { textAt, viewOf } from '../bytes.ts'
import { ensure } from '../refusal.ts'

const BOXES_MAX = 100_000

export const isMp4 = (head: Uint8Array): boolean => textAt(head, 4, 4) === 'ftyp'

/**
 * Walks the top-level boxes (ISO 14496-12 §4.2): all of them have to be in the file whole; the last may leave its size
 * open. Refuses files without a movie box. Returns whether the movie is in fragments.
 */
export async function checkBoxes(source: ByteSource): Promise<{ readonly isFragmented: boolean }> {
  const kinds = new Set<string>()
  let at = 0
  for (let count = 0; at < source.size; count++) {
    ensure(count < BOXES_MAX, 'the MP4 file has too many boxes')
    const header = await source.read(at, at + 16)
    ensure(header.length >= 8, 'the MP4 file is cut within a box')
    kinds.add(textAt(header, 4, 4))
    const size = boxSize(header, source.size - at)
    ensure(at + size <= source.size, 'the MP4 file is cut: a box is longer than the file')
    at += size
  }
  ensure(kinds.has('moov'), 'the MP4 file has no movie box')
  return { isFragmented: kinds.has('moof') }
}

function boxSize(header: Uint8Array, left: number): number {
  const size = viewOf(header).getUint32(0)
  if (size === 0) return left
  if (size !== 1) {
    ensure(size >= 8, 'a box of the MP4 file has an impossible size')
    return size
  }
  ensure(header.length === 16, 'the MP4 file is cut within a box')
  const longSize = Number(viewOf(header).getBigUint64(8))
  ensure(longSize >= 16, 'a box of the MP4 file has an impossible size')
  return longSize
}
