import { createHash } from 'node:crypto'
import type { SeededRandom } from '../test/support/seeded.ts'

/** Bytes that were uploaded, in the pieces that they were sent in. */
export interface Content {
  readonly pieces: readonly Uint8Array[]
  readonly size: number
}

export const contentOf = (...pieces: readonly Uint8Array[]): Content => ({
  pieces,
  size: pieces.reduce((sum, { byteLength }) => sum + byteLength, 0),
})

const POOL_SIZE = 32 * 1024 ** 2

/** Random bytes of any size that take no memory of their own: views of one pool. */
export class Pool {
  readonly #bytes: Uint8Array
  readonly #random: SeededRandom

  constructor(random: SeededRandom) {
    this.#random = random
    this.#bytes = random.bytes(POOL_SIZE)
  }

  /** At most 16 MiB. */
  take(size: number): Uint8Array {
    const from = this.#random.int(POOL_SIZE - size)
    return this.#bytes.subarray(from, from + size)
  }
}

/** First byte, and the one behind the last. */
export type Range = readonly [from: number, to: number]

export const wholeOf = ({ size }: Content): Range => [0, size]

/** The bytes of a range in pieces. */
function* slices({ pieces }: Content, [from, to]: Range): Iterable<Uint8Array> {
  let at = 0
  for (const piece of pieces) {
    const start = Math.max(from - at, 0)
    const end = Math.min(to - at, piece.byteLength)
    if (start < end) yield piece.subarray(start, end)
    at += piece.byteLength
  }
}

/** Whether these are the bytes of the range. */
export function isRange(content: Content, range: Range, bytes: Uint8Array): boolean {
  return firstDifference(content, range, bytes) === null
}

/** What is different, for whoever looks for the cause. */
export function differenceOf(
  content: Content,
  range: Range,
  bytes: Uint8Array,
): Readonly<Record<string, unknown>> {
  const hash = createHash('sha256')
  for (const slice of slices(content, range)) hash.update(slice)
  return {
    ...{ range, wanted: range[1] - range[0], got: bytes.byteLength },
    ...{ wantedSha256: hash.digest('hex'), gotSha256: createHash('sha256').update(bytes).digest('hex') },
    firstDifference: firstDifference(content, range, bytes),
    borders: bordersOf(content),
  }
}

/** Where a piece ends and the next begins. */
export function bordersOf({ pieces }: Content): readonly number[] {
  let at = 0
  return pieces.slice(0, -1).map((piece) => {
    at += piece.byteLength
    return at
  })
}

function firstDifference(content: Content, range: Range, bytes: Uint8Array): number | null {
  let at = 0
  for (const slice of slices(content, range)) {
    const got = bytes.subarray(at, at + slice.byteLength)
    if (Buffer.compare(slice, got) !== 0) {
      const within = slice.findIndex((value, index) => value !== got[index])
      return range[0] + at + within
    }
    at += slice.byteLength
  }
  return at === bytes.byteLength ? null : range[0] + at
}
