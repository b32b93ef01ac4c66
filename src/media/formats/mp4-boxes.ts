import type { ByteSource } from '../../core/ports/media.ts'
import { textAt, viewOf } from '../bytes.ts'
import { ensure } from '../refusal.ts'

/** A box of an MP4 or QuickTime file (ISO 14496-12 §4.2): four letters and where its content is. */
export interface Box {
  readonly kind: string
  readonly start: number
  readonly end: number
}

const BOXES_MAX = 200_000
/** The longest box that is read whole. */
const CONTENT_SIZE_MAX = 4 * 1024 * 1024

/** Reads the boxes of one file. It counts them, and refuses a file that has too many. */
export interface BoxReader {
  readonly source: ByteSource
  /** The boxes between two places, in order. Refuses one that goes beyond `end`. */
  boxes(start: number, end: number): AsyncIterable<Box>
  /** The bytes of a box, or the first `sizeMax` of them. */
  content(box: Box, sizeMax?: number): Promise<Uint8Array>
}

export function createBoxReader(source: ByteSource): BoxReader {
  let count = 0

  async function* boxes(start: number, end: number): AsyncIterable<Box> {
    for (let at = start; at < end; ) {
      ensure(++count <= BOXES_MAX, 'the MP4 file has too many boxes')
      const box = readBox(await source.read(at, Math.min(at + 16, end)), at, end)
      if (box === null) return
      yield box
      at = box.end
    }
  }

  return {
    source,
    boxes,
    content: ({ start, end }, sizeMax = CONTENT_SIZE_MAX) => {
      ensure(
        end - start <= CONTENT_SIZE_MAX || sizeMax < CONTENT_SIZE_MAX,
        'a table of the MP4 file is too long',
      )
      return source.read(start, Math.min(end, start + sizeMax))
    },
  }
}

/** The box whose first bytes are `header`; null for a few zeros, with which QuickTime may end a list. */
function readBox(header: Uint8Array, at: number, end: number): Box | null {
  if (header.length < 8) {
    const isPadding = header.every((byte) => byte === 0)
    ensure(isPadding, 'the MP4 file is cut within a box')
    return null
  }
  const view = viewOf(header)
  const shortSize = view.getUint32(0)
  ensure(shortSize !== 1 || header.length === 16, 'the MP4 file is cut within a box')
  const headerSize = shortSize === 1 ? 16 : 8
  const size = shortSize === 0 ? end - at : shortSize === 1 ? Number(view.getBigUint64(8)) : shortSize
  ensure(size >= headerSize, 'a box of the MP4 file has an impossible size')
  ensure(at + size <= end, 'the MP4 file is cut: a box is longer than what holds it')
  return { kind: textAt(header, 4, 4), start: at + headerSize, end: at + size }
}

/** Reads big-endian numbers out of a box. It refuses to read beyond the end. */
export class Fields {
  readonly #view: DataView
  #at: number

  constructor(bytes: Uint8Array, at = 0) {
    this.#view = viewOf(bytes)
    this.#at = at
  }

  #take(size: number): number {
    const at = this.#at
    ensure(at + size <= this.#view.byteLength, 'a box of the MP4 file is too short')
    this.#at += size
    return at
  }

  skip(size: number): this {
    this.#take(size)
    return this
  }

  u8 = (): number => this.#view.getUint8(this.#take(1))
  u16 = (): number => this.#view.getUint16(this.#take(2))
  u32 = (): number => this.#view.getUint32(this.#take(4))
  i32 = (): number => this.#view.getInt32(this.#take(4))
  f64 = (): number => this.#view.getFloat64(this.#take(8))
  u64 = (): number => Number(this.#view.getBigUint64(this.#take(8)))
  text = (size: number): string => {
    const at = this.#take(size)
    return String.fromCharCode(...Array.from({ length: size }, (_, index) => this.#view.getUint8(at + index)))
  }
  get left(): number {
    return this.#view.byteLength - this.#at
  }
}
