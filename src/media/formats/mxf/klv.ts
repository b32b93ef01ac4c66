import { viewOf } from '../../bytes.ts'

export const KEY_SIZE = 16
/** All keys of SMPTE begin so (SMPTE 298). */
const KEY_START = [0x06, 0x0e, 0x2b, 0x34]

/** A key, and where its value is (SMPTE 336: key, length, value). */
export interface Triplet {
  readonly key: Uint8Array
  readonly start: number
  readonly end: number
}

export const isKeyAt = (bytes: Uint8Array, at: number): boolean =>
  KEY_START.every((byte, index) => bytes[at + index] === byte)

/** The triplet that begins at `at`; null: none does. Its value may end behind the bytes. */
export function tripletAt(bytes: Uint8Array, at: number): Triplet | null {
  if (!isKeyAt(bytes, at)) return null
  const first = bytes[at + KEY_SIZE] ?? 0
  const more = first < 0x80 ? 0 : first & 0x7f
  const start = at + KEY_SIZE + 1 + more
  if (more > 8 || start > bytes.length) return null
  const digits = bytes.subarray(start - more, start)
  const length = more === 0 ? first : digits.reduce((sum, digit) => sum * 256 + digit, 0)
  return { key: bytes.subarray(at, at + KEY_SIZE), start, end: start + length }
}

/** All triplets from the begin of the bytes on, as far as they are whole. */
export function* triplets(bytes: Uint8Array): Iterable<Triplet> {
  for (let at = 0; at < bytes.length; ) {
    const triplet = tripletAt(bytes, at)
    if (triplet === null || triplet.end > bytes.length) return
    yield triplet
    at = triplet.end
  }
}

/** A local set (SMPTE 336 §9.3): values by their tags of two bytes. */
export function localSet(value: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const items = new Map<number, Uint8Array>()
  const view = viewOf(value)
  for (let at = 0; at + 4 <= value.length; ) {
    const size = view.getUint16(at + 2)
    items.set(view.getUint16(at), value.subarray(at + 4, at + 4 + size))
    at += 4 + size
  }
  return items
}
