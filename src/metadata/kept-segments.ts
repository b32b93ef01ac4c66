import type { SegmentName } from '../core/ids.ts'
import type { KeptSegment } from '../core/ports/snapshot.ts'
import { gatheredBy } from './gathered.ts'
import { hexOf } from './values.ts'

export interface KeptSegmentRow {
  readonly segment: Uint8Array
  readonly size: number
  readonly crc32: number
}

/**
 * Every stretch of every segment that facts need bytes of, in order of segment and place. What is in an assembly that is not settled cannot
 * be read yet.
 */
export const LIST_KEPT_SEGMENTS = `SELECT segment, size, crc32 FROM parts
  WHERE inline IS NULL AND size > 0 AND NOT EXISTS (SELECT 1 FROM assemblies WHERE assemblies.segment = parts.segment)
  ORDER BY segment, coalesce(place, 0)`

/** Rows of `LIST_KEPT_SEGMENTS` as segments. */
export async function* keptSegments(
  rows: Iterable<KeptSegmentRow> | AsyncIterable<KeptSegmentRow>,
): AsyncGenerator<KeptSegment> {
  for await (const { key: name, rows: extents } of gatheredBy(rows, nameOf))
    yield { name, extents: extents.map(({ size, crc32 }) => ({ size, crc32 })) }
}

const nameOf = ({ segment }: KeptSegmentRow): SegmentName => hexOf<SegmentName>(segment)

/**
 * What becomes of facts that are put into another store: leases of jobs are over, the store of bytes is another one, and uploads end whose
 * parts were still being put together, because their bytes were nowhere to be read.
 */
export const AFTER_RESTORE: readonly string[] = [
  'DELETE FROM jobs',
  "DELETE FROM settings WHERE name IN ('blobs', 'blobs-mark')",
  "UPDATE uploads SET expires_at = 0 WHERE assembling = 1 AND state IN ('open', 'sealed')",
]
