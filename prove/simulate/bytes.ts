import { crc32 } from 'node:zlib'
import type { SegmentFacts } from '../../src/core/model/bytes.ts'
import { OPS_MAX, type Size } from './plan.ts'

/** More are not kept with the facts. */
const FIRST_PIECE = 64 * 1024 + 1
export const SLOT_SIZE_MIN = 68 * 1024
const SIZES: Readonly<Record<Size, number>> = {
  ...{ inline: 24, stored: FIRST_PIECE + 200, slot: SLOT_SIZE_MIN + 100, few: FIRST_PIECE + 100 },
}

/** The bytes that each operation sends: all differ. */
const CONTENTS: readonly Buffer<ArrayBuffer>[] = Array.from({ length: OPS_MAX }, (_, id) => {
  const bytes = Buffer.alloc(SIZES.slot, id + 1)
  bytes.writeUInt8(id, 0)
  return bytes
})

const SIZE_NAMES = Object.keys(SIZES) as Size[]

/** What an operation sends, as texts name it: `3` for the third one's. */
export const bytesOf = (op: number, size: Size): Buffer => {
  const bytes = CONTENTS[op]?.subarray(0, SIZES[size])
  if (bytes === undefined) throw new RangeError('there is no such operation')
  return bytes
}

/** In one piece more than there are pauses. The first one alone is more than is kept with the facts. */
export function* piecesOf(bytes: Buffer, pauses: number): Iterable<Buffer> {
  if (bytes.byteLength < FIRST_PIECE) return yield bytes
  yield bytes.subarray(0, FIRST_PIECE)
  const rest = bytes.byteLength - FIRST_PIECE
  const step = Math.ceil(rest / Math.max(pauses, 1))
  for (let at = 0; at < rest; at += step) {
    yield bytes.subarray(FIRST_PIECE + at, FIRST_PIECE + Math.min(at + step, rest))
  }
}

/** The operations that sent these bytes, in order, as `1+4`. Null where they are not what was sent. */
export function sendersOf(bytes: Buffer): string | null {
  const senders: number[] = []
  for (let at = 0; at < bytes.byteLength; ) {
    const id = bytes[at] ?? 0
    const left = bytes.subarray(at)
    const sizes = SIZE_NAMES.map((size) => SIZES[size]).filter((size) => fits(left, id, size))
    // The longest one: the next bytes differ, whoever sent them.
    const size = Math.max(...sizes)
    if (size <= 0) return null
    senders.push(id)
    at += size
  }
  return senders.join('+')
}

const SENDERS: ReadonlyMap<string, number> = new Map(
  CONTENTS.flatMap((content, id) =>
    SIZE_NAMES.map((size) => [`${SIZES[size]}-${crc32(content.subarray(0, SIZES[size]))}`, id] as const),
  ),
)

/** The operation that sent bytes of these facts. */
export const senderOf = ({ size, crc32 }: SegmentFacts): number => SENDERS.get(`${size}-${crc32}`) ?? -1

export const sizeOf = (size: Size): number => SIZES[size]

const fits = (bytes: Buffer, id: number, size: number): boolean =>
  bytes.byteLength >= size && CONTENTS[id]?.compare(bytes, 0, size, 0, size) === 0
