import type { ByteSource } from '../../core/ports/media.ts'
import { textAt, viewOf } from '../bytes.ts'
import { ensure } from '../refusal.ts'

/** A box of an MP4 or QuickTime file (ISO 14496-12 §4.2): four letters and where its content is. */
export interface Box {
  readonly kind: string
  readonly start: number
  readonly end: number
}

export interface FileBox extends Box {
  /** It goes beyond the end of the file. Its `end` is that of the file. */
  readonly isCut: boolean
}

/** The boxes that files have. What goes beyond the end under another name is no box, but bytes that something else put there. */
const FILE_BOXES: readonly string[] = [
  ...[
    'ftyp',
    'moov',
    'mdat',
    'moof',
    'free',
    'skip',
    'wide',
    'meta',
    'uuid',
    'udta',
    'pnot',
    'mfra',
    'sidx',
    'ssix',
  ],
  ...['styp', 'emsg', 'prft', 'pdin', 'idat', 'imda'],
]
const BOXES_MAX = 200_000
/** The longest box that is read whole. */
const CONTENT_SIZE_MAX = 4 * 1024 * 1024

/** Reads the boxes of one file. It counts them, and refuses a file that has too many. */
export interface BoxReader {
  readonly source: ByteSource
  /** The boxes of the file itself, up to bytes that are none. The last may be cut by the end. */
  fileBoxes(): AsyncIterable<FileBox>
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

  async function* fileBoxes(): AsyncIterable<FileBox> {
    const { size } = source
    for (let at = 0; at < size; ) {
      ensure(++count <= BOXES_MAX, 'the MP4 file has too many boxes')
      const head = readHead(await source.read(at, Math.min(at + 16, size)), at, size)
      if (head === null || (head.end > size && !FILE_BOXES.includes(head.kind))) return
      yield {
        kind: head.kind,
        start: Math.min(head.start, size),
        end: Math.min(head.end, size),
        isCut: head.end > size,
      }
      at = head.end
    }
  }

  return {
    source,
    fileBoxes,
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
  const box = readHead(header, at, end)
  ensure(box !== null, 'a box of the MP4 file has an impossible size')
  ensure(box.end <= end, 'the MP4 file is cut: a box is longer than what holds it')
  return box
}

/** The box whose first bytes are `header`, wherever it ends; null: no box has such a size. A size of 0 goes up to `end`. */
function readHead(header: Uint8Array, at: number, end: number): Box | null {
  if (header.length < 8) return null
  const view = viewOf(header)
  const shortSize = view.getUint32(0)
  if (shortSize === 1 && header.length < 16) return null
  const headerSize = shortSize === 1 ? 16 : 8
  const size = shortSize === 0 ? end - at : shortSize === 1 ? Number(view.getBigUint64(8)) : shortSize
  return size < headerSize ? null : { kind: textAt(header, 4, 4), start: at + headerSize, end: at + size }
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
