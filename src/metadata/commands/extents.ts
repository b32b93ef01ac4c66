import { BLOCK_SIZE, RUN_BLOCKS } from '../../core/bytes/blocks.ts'
import type { BlobId, SegmentName } from '../../core/ids.ts'
import type { BlockSums, Extent } from '../../core/model/bytes.ts'
import { hexOf, idBytes } from '../values.ts'
import { type BlocksRow, GUARDED, runsOf } from './blocks.ts'
import type { ScriptOf } from './command.ts'
import { all, bytesKept, type Script } from './script.ts'

/** One answer has the inline bytes of so many bytes of the blob. This bounds memory, whatever the limit. */
const INLINE_PER_ANSWER = 1024 * 1024

/** Runs of sums in one answer: those of a gibibyte. */
const RUNS_PER_ANSWER = 128

interface ExtentRow {
  readonly segment: Uint8Array
  readonly number: number
  readonly offset: number
  readonly start: number
  readonly size: number
  readonly crc32: number
  readonly guard: number | null
  readonly is_inline: number
  /** Null also beyond `INLINE_PER_ANSWER`. */
  readonly inline: unknown
}

/** The parts of an open upload have no place yet. If it is sealed meanwhile, the result is the same. */
export const listExtents: ScriptOf<'listExtents'> = function* ({ blob, offset, limit, sumsUntil }) {
  const id = idBytes(blob)
  const until = sumsUntil ?? Number.MAX_SAFE_INTEGER
  const inlineUntil = offset + INLINE_PER_ANSWER
  const sealed = yield* all<ExtentRow>(SEALED_EXTENTS, inlineUntil, id, id, offset, offset, until, limit)
  const rows =
    sealed.length > 0 ? sealed : yield* all<ExtentRow>(OPEN_EXTENTS, inlineUntil, id, offset, until, limit)
  const sums = yield* sumsOf(blob, rows, offset, sumsUntil ?? 0)
  const extents: Extent[] = []
  for (const { segment, number, start, size, crc32, is_inline, inline, ...row } of rows) {
    if (is_inline === 1 && inline === null) break
    const bytes = is_inline === 1 ? yield* bytesKept(inline) : null
    const blocks = sums.get(number)
    extents.push({
      ...{
        segment: hexOf<SegmentName>(segment),
        number,
        offset: row.offset,
        start,
        size,
        crc32,
        inline: bytes,
      },
      ...(blocks === undefined ? {} : { blocks }),
    })
  }
  return extents
}

/** By part, of those that have sums. */
function* sumsOf(
  blob: BlobId,
  rows: readonly ExtentRow[],
  offset: number,
  until: number,
): Script<ReadonlyMap<number, BlockSums>> {
  const guarded = rows.filter(({ guard, start }) => guard === GUARDED && start < until)
  const [from] = guarded
  const to = guarded.at(-1)
  if (from === undefined || to === undefined) return new Map()
  const first = Math.floor(Math.max(0, offset - from.start) / BLOCK_SIZE)
  const wanted = guarded.reduce((sum, { start, size }) => sum + runCount(start, size, offset, until), 0)
  const limit = Math.min(wanted, RUNS_PER_ANSWER)
  const runs = yield* runsOf({ blob, from: from.number, to: to.number, first, limit })
  const byPart = Map.groupBy(runs, ({ number }) => number)
  return new Map(guarded.map(({ number }) => [number, joined(byPart.get(number) ?? [])]))
}

/** How many runs have the sums of a part's bytes between two offsets of the blob. */
function runCount(start: number, size: number, offset: number, until: number): number {
  const firstRun = Math.floor(Math.max(0, offset - start) / RUN_SPAN)
  return Math.ceil(Math.min(size, until - start) / RUN_SPAN) - firstRun
}

/** Bytes that one run has the sums of. */
const RUN_SPAN = RUN_BLOCKS * BLOCK_SIZE

function joined(runs: readonly BlocksRow[]): BlockSums {
  const [only, second] = runs
  if (only === undefined) return { first: 0, sums: new Uint8Array(0) }
  if (second === undefined) return { first: only.first, sums: new Uint8Array(only.sums) }
  return { first: only.first, sums: new Uint8Array(Buffer.concat(runs.map(({ sums }) => sums))) }
}

const COLUMNS = `segment, number, coalesce(place, 0) AS "offset", start, size, crc32, guard,
  CASE WHEN inline IS NULL THEN 0 ELSE 1 END AS is_inline, CASE WHEN start < ? THEN inline END AS inline`

/** Seeks the segment with the byte at the offset, and returns it with those after it. */
const SEALED_EXTENTS = `SELECT ${COLUMNS} FROM parts
  WHERE blob = ? AND start IS NOT NULL
    AND start >= (SELECT max(start) FROM parts WHERE blob = ? AND start <= ?)
    AND start + size > ? AND start < ? AND size > 0
  ORDER BY start LIMIT ?`

/** Adds up the parts that are there now. They may still come and go. */
const OPEN_EXTENTS = `SELECT ${COLUMNS} FROM (
    SELECT number, segment, place, size, crc32, guard, inline,
      CAST(sum(size) OVER (ORDER BY number) AS bigint) - size AS start
    FROM parts WHERE blob = ?) AS placed
  WHERE start + size > ? AND start < ? AND size > 0 ORDER BY number LIMIT ?`
