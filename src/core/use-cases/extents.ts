import { BLOCK_SIZE, SUM_SIZE } from '../bytes/blocks.ts'
import type { BlobId } from '../ids.ts'
import { putLatest } from '../latest.ts'
import type { Extent } from '../model/bytes.ts'
import type { SegmentCommands } from '../ports/commands/segments.ts'

type Metadata = Pick<SegmentCommands, 'listExtents'>

/** How many segments are looked up at a time: bounds memory for blobs of many parts. */
const EXTENTS_PER_LOOKUP = 256
/** Extents are kept by pages of a blob, of so many bytes. */
const PAGE_SIZE = 16 * 1024 * 1024
const PAGES_MAX = 1024
/** Bytes of memory that a page may take. */
const PAGE_COST_MAX = 8 * 1024
/** About what an extent takes without its sums. */
const EXTENT_COST = 200

/** `once`: asked for once, so that another time is worth a look at the whole page. `never`: it is not to be kept. */
type Page = readonly Extent[] | 'once' | 'never'

/** Where the bytes of blobs are, with the sums that they are checked by. */
export class Extents {
  readonly #metadata: Metadata

  constructor(metadata: Metadata) {
    this.#metadata = metadata
  }

  /** As the command `listExtents`, for bytes from `offset` to `end`; perhaps with more that lie around these. */
  list(blob: BlobId, offset: number, end: number): Promise<readonly Extent[]> {
    return this.#metadata.listExtents({ blob, offset, limit: EXTENTS_PER_LOOKUP, sumsUntil: end })
  }
}

/**
 * The same for sealed blobs alone: what is asked for more than once is kept, so that a range that is read again costs no question.
 * The extents of a sealed blob never change, nor do sums that a part has.
 */
export class KeptExtents extends Extents {
  readonly #pages = new Map<string, Page>()

  override async list(blob: BlobId, offset: number, end: number): Promise<readonly Extent[]> {
    const page = Math.floor(offset / PAGE_SIZE)
    const until = (page + 1) * PAGE_SIZE
    if (end > until) return super.list(blob, offset, end)
    const key = `${blob} ${page}`
    const known = this.#pages.get(key)
    if (typeof known === 'object') return covers(known, offset) ? known : super.list(blob, offset, end)
    if (known === undefined) putLatest(this.#pages, key, 'once', PAGES_MAX)
    if (known !== 'once') return super.list(blob, offset, end)
    const extents = await super.list(blob, page * PAGE_SIZE, until)
    const isKept = isLasting(extents) && covers(extents, offset)
    putLatest(this.#pages, key, isKept ? extents : 'never', PAGES_MAX)
    return isKept ? extents : super.list(blob, offset, end)
  }
}

/** Where the sums that came with an extent end, as an offset in the blob. */
export const checkableUntil = ({ start, size, blocks }: Extent): number =>
  blocks === undefined
    ? start + size
    : start + Math.min(size, (blocks.first + blocks.sums.byteLength / SUM_SIZE) * BLOCK_SIZE)

const covers = (extents: readonly Extent[], offset: number): boolean =>
  extents.some((extent) => extent.start <= offset && offset < checkableUntil(extent))

/** A large part without sums may be given some; bytes that lie with the facts would take much memory. */
function isLasting(extents: readonly Extent[]): boolean {
  const isFinal = ({ inline, blocks, size }: Extent) =>
    inline === null && (blocks !== undefined || size <= BLOCK_SIZE)
  const cost = extents.reduce((sum, { blocks }) => sum + EXTENT_COST + (blocks?.sums.byteLength ?? 0), 0)
  return cost <= PAGE_COST_MAX && extents.every(isFinal)
}
