import type { ByteSource } from '../../core/ports/media.ts'
import { textAt, viewOf } from '../bytes.ts'
import { ensure } from '../refusal.ts'

const PAGE_HEADER_SIZE = 27
/** The header, 255 segment lengths, and 255 segments of 255 bytes (RFC 3533 §6). */
const PAGE_SIZE_MAX = PAGE_HEADER_SIZE + 255 + 255 * 255
const STREAMS_MAX = 64

export const isOgg = (head: Uint8Array): boolean => textAt(head, 0, 4) === 'OggS'

/**
 * Refuses a file whose last page is not whole, and one of several streams after each other, which would have to be
 * measured one by one. A recording without an end mark is fine.
 */
export async function checkPages(source: ByteSource): Promise<void> {
  const tailStart = Math.max(0, source.size - PAGE_SIZE_MAX)
  const tail = await source.read(tailStart, source.size)
  const last = lastPage(tail)
  ensure(last !== null, 'the OGG file is cut: its last page is not whole')
  const serials = await firstSerials(source)
  ensure(serials.has(last), 'the OGG file has several streams after each other')
}

/** The serial number of the page that ends where the bytes end; null for none. */
function lastPage(tail: Uint8Array): number | null {
  for (let at = tail.length - PAGE_HEADER_SIZE; at >= 0; at--) {
    if (tail[at] !== 0x4f) continue
    const page = readPage(tail.subarray(at))
    if (page !== null && at + page.size === tail.length) return page.serial
  }
  return null
}

/** The serial numbers of the streams that begin at the front of the file. */
async function firstSerials(source: ByteSource): Promise<ReadonlySet<number>> {
  const serials = new Set<number>()
  let at = 0
  for (let count = 0; count < STREAMS_MAX; count++) {
    const page = readPage(await source.read(at, at + PAGE_HEADER_SIZE + 255))
    if (page === null || !page.isFirst) break
    serials.add(page.serial)
    at += page.size
  }
  return serials
}

interface Page {
  readonly serial: number
  readonly isFirst: boolean
  /** With its header. */
  readonly size: number
}

function readPage(bytes: Uint8Array): Page | null {
  if (bytes.length < PAGE_HEADER_SIZE || !isOgg(bytes) || bytes[4] !== 0) return null
  const segments = bytes.subarray(PAGE_HEADER_SIZE, PAGE_HEADER_SIZE + (bytes[26] ?? 0))
  if (segments.length !== bytes[26]) return null
  return {
    serial: viewOf(bytes).getUint32(14, true),
    isFirst: ((bytes[5] ?? 0) & 0x02) !== 0,
    size: segments.reduce((size, length) => size + length, PAGE_HEADER_SIZE + segments.length),
  }
}
