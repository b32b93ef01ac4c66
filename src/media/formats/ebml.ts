import type { ByteSource } from '../../core/ports/media.ts'
import { viewOf } from '../bytes.ts'
import { ensure } from '../refusal.ts'

/** An element of a Matroska file (RFC 8794): its id, length marker included, and where its content is. */
export interface Element {
  readonly id: number
  readonly start: number
  /** Null: the size is open, as in live recordings. */
  readonly size: number | null
}

/** Id and size together have at most this many bytes. */
const HEADER_SIZE_MAX = 12

/** The element at `at`, which is before `end`; null if there are no bytes of one. */
export async function readElement(source: ByteSource, at: number, end: number): Promise<Element | null> {
  const header = await source.read(at, Math.min(at + HEADER_SIZE_MAX, end))
  const idLength = lengthOf(header[0])
  const sizeLength = lengthOf(header[idLength])
  if (idLength > 4 || sizeLength > 8 || header.length < idLength + sizeLength) return null
  const id = header.subarray(0, idLength).reduce((value, byte) => value * 256 + byte, 0)
  const [first = 0, ...rest] = header.subarray(idLength, idLength + sizeLength)
  const head = first & (0xff >> sizeLength)
  const isOpen = head === 0xff >> sizeLength && rest.every((byte) => byte === 0xff)
  const size = isOpen ? null : rest.reduce((value, byte) => value * 256 + byte, head)
  return { id, start: at + idLength + sizeLength, size }
}

/** The length that the first set bit of a first byte tells; 9 or more for none. */
const lengthOf = (first = 0): number => Math.clz32(first << 24) + 1

/** The elements within `start` and `end`, none of which may leave its size open or go beyond `end`. */
export async function* elements(
  source: ByteSource,
  start: number,
  end: number,
): AsyncIterable<Element & { readonly size: number }> {
  for (let at = start; at < end; ) {
    const element = await readElement(source, at, end)
    ensure(element !== null && element.size !== null, 'the Matroska file is broken: an element has no size')
    ensure(
      element.start + element.size <= end,
      'the Matroska file is broken: an element is longer than its parent',
    )
    yield { ...element, size: element.size }
    at = element.start + element.size
  }
}

/** An unsigned number of up to 8 bytes. */
export async function readUint(
  source: ByteSource,
  { start, size }: { readonly start: number; readonly size: number },
): Promise<number> {
  ensure(size <= 8, 'the Matroska file is broken: a number is too long')
  return (await source.read(start, start + size)).reduce((value, byte) => value * 256 + byte, 0)
}

/** A floating-point number of 4 or 8 bytes; no bytes are 0. */
export async function readFloat(
  source: ByteSource,
  { start, size }: { readonly start: number; readonly size: number },
): Promise<number> {
  ensure(size === 0 || size === 4 || size === 8, 'the Matroska file is broken: a number has a wrong length')
  if (size === 0) return 0
  const view = viewOf(await source.read(start, start + size))
  return size === 4 ? view.getFloat32(0) : view.getFloat64(0)
}

/** A short text; bytes after a zero do not count. */
export async function readText(
  source: ByteSource,
  { start, size }: { readonly start: number; readonly size: number },
): Promise<string> {
  const bytes = await source.read(start, start + Math.min(size, 256))
  return String.fromCharCode(...bytes).split('\0')[0] ?? ''
}
