import type { BlobId, SegmentName } from '../../core/ids.ts'
import type { CheckedPart, SegmentState } from '../../core/ports/facts-checker.ts'
import { GUARDED } from '../commands/blocks.ts'
import { all, bytesIfKept, inLists, one } from '../commands/script.ts'
import { hexOf, idBytes } from '../values.ts'
import type { CheckScriptOf } from './check.ts'

interface PartRow {
  readonly blob: Uint8Array
  readonly number: number
  readonly segment: Uint8Array
  readonly place: number | null
  readonly size: number
  readonly crc32: number
  readonly inline: unknown
  readonly state: SegmentState | null
  readonly is_assembling: number
  readonly guard: number | null
}

/** One answer brings along so many bytes that are kept with the facts, or one part's. This bounds memory. */
const BYTES_PER_ANSWER = 4 * 1024 * 1024

const FIRST = Buffer.alloc(16)

const PARTS = `SELECT p.blob, p.number, p.segment, p.place, p.size, p.crc32, p.inline, p.guard, s.state,
    CASE WHEN a.segment IS NULL THEN 0 ELSE 1 END AS is_assembling
  FROM parts p LEFT JOIN segments s ON s.name = p.segment LEFT JOIN assemblies a ON a.segment = p.segment
  WHERE (p.blob, p.number) > (?, ?) ORDER BY p.blob, p.number LIMIT ?`

export const listParts: CheckScriptOf<'listParts'> = function* ({ after, limit }) {
  const from = after === null ? [FIRST, -1] : [idBytes(after.blob), after.number]
  const rows = yield* all<PartRow>(PARTS, ...from, limit)
  const parts: CheckedPart[] = []
  let bytesSoFar = 0
  for (const row of rows) {
    if (row.inline !== null) bytesSoFar += row.size
    if (bytesSoFar > BYTES_PER_ANSWER && parts.length > 0) break
    const bytes = row.inline === null ? null : yield* bytesIfKept(row.inline)
    parts.push(partOf(row, bytes))
  }
  return parts
}

const partOf = ({ inline, ...row }: PartRow, bytes: Uint8Array | null): CheckedPart => ({
  ...{ blob: hexOf<BlobId>(row.blob), number: row.number, segment: hexOf<SegmentName>(row.segment) },
  ...{ offset: row.place ?? 0, isShared: row.place !== null, size: row.size, crc32: row.crc32 },
  bytes: inline === null ? { in: 'store' } : { in: 'facts', bytes },
  ...{ state: row.state ?? 'none', isAssembling: row.is_assembling === 1 },
  hasSums: row.guard === GUARDED,
})

export const findSums: CheckScriptOf<'findSums'> = function* ({ segment, number }) {
  const rows = yield* all<{ sums: Uint8Array }>(
    'SELECT sums FROM blocks WHERE segment = ? AND number = ? ORDER BY first',
    ...[idBytes(segment), number],
  )
  return new Uint8Array(Buffer.concat(rows.map(({ sums }) => sums)))
}

export const findSegments: CheckScriptOf<'findSegments'> = function* ({ names }) {
  const found: SegmentName[] = []
  for (const some of inLists(names.map(idBytes))) {
    const rows = yield* all<{ name: Uint8Array }>('SELECT name FROM segments WHERE name IN (??)', some)
    found.push(...rows.map(({ name }) => hexOf<SegmentName>(name)))
  }
  return found
}

export const leasedUntil: CheckScriptOf<'leasedUntil'> = function* () {
  const row = yield* one<{ until: number | null }>('SELECT max(lease_until) AS until FROM jobs')
  return row?.until ?? null
}

export const count: CheckScriptOf<'count'> = function* () {
  const row = yield* one<{ parts: number; bytes: number }>(
    'SELECT count(*) AS parts, CAST(coalesce(sum(size), 0) AS bigint) AS bytes FROM parts',
  )
  return row ?? { parts: 0, bytes: 0 }
}
