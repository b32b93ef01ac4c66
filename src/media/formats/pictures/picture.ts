export interface PictureSize {
  readonly width: number
  readonly height: number
}

/** What the header of a picture stream says. */
export interface PictureFacts extends PictureSize {
  /** Frames per second; null: the header does not tell. */
  readonly frameRate: number | null
}

/** No picture is larger in either direction. */
const SIDE_MAX = 65_535
const FRAME_RATE_MAX = 1000

/** Null for a size that no picture has. A rate that no picture has is unknown. */
export function pictureOf(width: number, height: number, frameRate: number | null): PictureFacts | null {
  const isSize = [width, height].every((side) => side > 0 && side <= SIDE_MAX)
  if (!isSize) return null
  const isRate = frameRate !== null && frameRate > 0 && frameRate <= FRAME_RATE_MAX
  return { width, height, frameRate: isRate ? frameRate : null }
}

/** Removes the bytes that keep start codes out of the data of AVC and HEVC. */
export function unescaped(unit: Uint8Array): Uint8Array {
  return unit.filter((byte, at) => !(byte === 3 && at >= 2 && unit[at - 1] === 0 && unit[at - 2] === 0))
}

/** Where the next start code (00 00 01) is, at `from` or behind; -1 for none. */
export function startCodeAt(bytes: Uint8Array, from: number): number {
  for (let one = bytes.indexOf(1, from + 2); one !== -1; one = bytes.indexOf(1, one + 1)) {
    if (bytes[one - 1] === 0 && bytes[one - 2] === 0) return one - 2
  }
  return -1
}

/**
 * What `read` makes of the first unit that it takes. It is given the bytes behind each start code, at most `UNIT_SIZE_MAX` of them, and
 * returns null for a unit that tells nothing.
 */
export function firstInUnits<Found>(
  bytes: Uint8Array,
  read: (unit: Uint8Array) => Found | null,
): Found | null {
  for (let at = startCodeAt(bytes, 0); at !== -1; at = startCodeAt(bytes, at + 3)) {
    const found = read(bytes.subarray(at + 3, at + 3 + UNIT_SIZE_MAX))
    if (found !== null) return found
  }
  return null
}

/** Headers of pictures are shorter. */
const UNIT_SIZE_MAX = 1024
