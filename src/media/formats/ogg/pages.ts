import type { ByteSource } from '../../../core/ports/media.ts'
import { textAt, viewOf } from '../../bytes.ts'

const HEADER_SIZE = 27
/** The header, 255 segment lengths, and 255 segments of 255 bytes (RFC 3533 §6). */
export const PAGE_SIZE_MAX = HEADER_SIZE + 255 + 255 * 255
const HEADER_READ_SIZE = HEADER_SIZE + 255
const CONTINUED = 1
const FIRST = 2

export const isOgg = (head: Uint8Array): boolean => textAt(head, 0, 4) === 'OggS'

export interface Page {
  readonly serial: number
  /** Whether a stream begins here. */
  readonly isFirst: boolean
  /** Null: no packet ends on this page. */
  readonly granule: bigint | null
  /** Where it is, where its content begins, and where it ends. */
  readonly at: number
  readonly start: number
  readonly end: number
  /** Sizes of the packets that begin and end on this page, and how far behind `start` each begins. */
  readonly packets: readonly { readonly offset: number; readonly size: number }[]
}

const NO_GRANULE = 0xffffffffffffffffn

/** The page whose header is at `index` of `bytes`, which stand at `offset` in the file. Null: there is none. */
export function parsePage(bytes: Uint8Array, index: number, offset: number): Page | null {
  const header = bytes.subarray(index, index + HEADER_READ_SIZE)
  if (header.length < HEADER_SIZE || !isOgg(header) || header[4] !== 0) return null
  const segments = header.subarray(HEADER_SIZE, HEADER_SIZE + (header[26] ?? 0))
  if (segments.length !== header[26]) return null
  const [at, flags, view] = [offset + index, header[5] ?? 0, viewOf(header)]
  const start = at + HEADER_SIZE + segments.length
  const granule = view.getBigUint64(6, true)
  return {
    serial: view.getUint32(14, true),
    isFirst: (flags & FIRST) !== 0,
    granule: granule === NO_GRANULE ? null : granule,
    ...{ at, start },
    end: segments.reduce((end, length) => end + length, start),
    packets: packetsOf(segments, (flags & CONTINUED) !== 0),
  }
}

function packetsOf(segments: Uint8Array, isContinued: boolean): Page['packets'] {
  const packets: { readonly offset: number; readonly size: number }[] = []
  let [offset, size, skips] = [0, 0, isContinued]
  for (const length of segments) {
    size += length
    if (length === 255) continue
    if (!skips) packets.push({ offset, size })
    skips = false
    offset += size
    size = 0
  }
  return packets
}

/** The page at `at`; null where there is none. Its content may lie behind the end of the file. */
export const readPage = async (source: ByteSource, at: number): Promise<Page | null> =>
  parsePage(await source.read(at, at + HEADER_READ_SIZE), 0, at)

/** The first page that begins at `start` or behind, within the length of the longest. Null: there is none. */
export async function pageBehind(source: ByteSource, start: number): Promise<Page | null> {
  const pieces: Uint8Array[] = []
  for (let at = start; at < start + PAGE_SIZE_MAX; at += LOOK_SIZE) {
    pieces.push(await source.read(at, at + LOOK_SIZE))
    const bytes = Buffer.concat(pieces)
    for (let index = bytes.indexOf('OggS'); index !== -1; index = bytes.indexOf('OggS', index + 1)) {
      const page = parsePage(bytes, index, start)
      const isFollowed =
        page !== null && (page.end >= source.size || (await readPage(source, page.end)) !== null)
      if (isFollowed) return page
    }
  }
  return null
}

const LOOK_SIZE = 16 * 1024

/** How far from the end the last pages are looked for: at first, and at most. */
const TAIL_SIZES = [PAGE_SIZE_MAX * 2, 1024 * 1024]

export interface Tail {
  /** The last pages that are in the file whole, in order. */
  readonly pages: readonly Page[]
  /** Whether a page begins behind them that is not there whole. */
  readonly isCut: boolean
}

/** The last pages of the file, whatever stands behind them. `isEnough` says whether more are needed. */
export async function readTail(
  source: ByteSource,
  isEnough: (pages: readonly Page[]) => boolean,
): Promise<Tail> {
  let tail: Tail = { pages: [], isCut: false }
  for (const size of TAIL_SIZES) {
    const start = Math.max(0, source.size - size)
    tail = parseTail(await source.read(start, source.size), start, source.size)
    if (start === 0 || isEnough(tail.pages)) break
  }
  return tail
}

function parseTail(bytes: Uint8Array, start: number, fileSize: number): Tail {
  const pages: Page[] = []
  let index = 0
  while (index < bytes.length) {
    const next = bytes.indexOf(0x4f, index)
    if (next === -1) break
    const page = parsePage(bytes, next, start)
    const isWhole = page !== null && page.end <= fileSize
    if (isWhole) pages.push(page)
    index = isWhole ? page.end - start : next + 1
  }
  const behind = (pages.at(-1)?.end ?? start) - start
  return { pages, isCut: isOgg(bytes.subarray(behind)) }
}
