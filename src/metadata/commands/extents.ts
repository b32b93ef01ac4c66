import type { SegmentName } from '../../core/ids.ts'
import type { Extent } from '../../core/model/bytes.ts'
import { hexOf, idBytes } from '../values.ts'
import type { ScriptOf } from './command.ts'
import { all, bytesKept } from './script.ts'

/** One answer has the inline bytes of so many bytes of the blob. This bounds memory, whatever the limit. */
const INLINE_PER_ANSWER = 1024 * 1024

interface ExtentRow {
  readonly segment: Uint8Array
  readonly offset: number
  readonly start: number
  readonly size: number
  readonly crc32: number
  readonly is_inline: number
  /** Null also beyond `INLINE_PER_ANSWER`. */
  readonly inline: unknown
}

/** The parts of an open upload have no place yet. If it is sealed meanwhile, the result is the same. */
export const listExtents: ScriptOf<'listExtents'> = function* ({ blob, offset, limit }) {
  const id = idBytes(blob)
  const inlineUntil = offset + INLINE_PER_ANSWER
  const sealed = yield* all<ExtentRow>(SEALED_EXTENTS, inlineUntil, id, id, offset, offset, limit)
  const rows =
    sealed.length > 0 ? sealed : yield* all<ExtentRow>(OPEN_EXTENTS, inlineUntil, id, offset, limit)
  const extents: Extent[] = []
  for (const { segment, start, size, crc32, is_inline, inline, ...row } of rows) {
    if (is_inline === 1 && inline === null) break
    const bytes = is_inline === 1 ? yield* bytesKept(inline) : null
    extents.push({
      ...{ segment: hexOf<SegmentName>(segment), offset: row.offset, start, size, crc32, inline: bytes },
    })
  }
  return extents
}

const COLUMNS = `segment, coalesce(place, 0) AS "offset", start, size, crc32,
  CASE WHEN inline IS NULL THEN 0 ELSE 1 END AS is_inline, CASE WHEN start < ? THEN inline END AS inline`

/** Seeks the segment with the byte at the offset, and returns it with those after it. */
const SEALED_EXTENTS = `SELECT ${COLUMNS} FROM parts
  WHERE blob = ? AND start IS NOT NULL
    AND start >= (SELECT max(start) FROM parts WHERE blob = ? AND start <= ?)
    AND start + size > ? AND size > 0
  ORDER BY start LIMIT ?`

/** Adds up the parts that are there now. They may still come and go. */
const OPEN_EXTENTS = `SELECT ${COLUMNS} FROM (
    SELECT number, segment, place, size, crc32, inline,
      CAST(sum(size) OVER (ORDER BY number) AS bigint) - size AS start
    FROM parts WHERE blob = ?) AS placed
  WHERE start + size > ? AND size > 0 ORDER BY number LIMIT ?`
