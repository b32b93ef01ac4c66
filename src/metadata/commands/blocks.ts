import { RUN_BLOCKS, SUM_SIZE } from '../../core/bytes/blocks.ts'
import type { BlobId, SegmentName } from '../../core/ids.ts'
import { idBytes } from '../values.ts'
import type { ScriptOf } from './command.ts'
import { all, LOCK, one, run, type Script, type Sql, sql, together } from './script.ts'

/** How parts say that their blocks have sums: `parts.guard`. */
export const GUARDED = 1

const RUN_SIZE = RUN_BLOCKS * SUM_SIZE
/** Rows of one statement: a part of 128 MiB has no more. */
const ROWS_MAX = 16
/** A segment that is used already has rows: its state then refuses the command, and says why. */
const addingRuns = (count: number): string =>
  `INSERT INTO blocks (segment, number, first, sums) VALUES ${Array(count).fill('(?, ?, ?, ?)').join(', ')}
   ON CONFLICT (segment, number, first) DO NOTHING`

/** What adds the rows of a part's sums. They are there already where a segment is attached again, which fails. */
export function addingBlocks(segment: SegmentName, number: number, sums: Uint8Array): readonly Sql[] {
  const name = idBytes(segment)
  const rows = Array.from({ length: Math.ceil(sums.byteLength / RUN_SIZE) }, (_, at) => [
    ...[name, number, at * RUN_BLOCKS, sums.subarray(at * RUN_SIZE, (at + 1) * RUN_SIZE)],
  ])
  return Array.from({ length: Math.ceil(rows.length / ROWS_MAX) }, (_, at) => {
    const some = rows.slice(at * ROWS_MAX, (at + 1) * ROWS_MAX)
    return sql(addingRuns(some.length), ...some.flat())
  })
}

/** The segment's row is locked, so that it is not forgotten meanwhile. */
export const setBlocks: ScriptOf<'setBlocks'> = function* ({ blob, number, segment, sums }) {
  const name = idBytes(segment)
  const live = yield* one(`SELECT 1 AS found FROM segments WHERE name = ? AND state = 'live'${LOCK}`, name)
  if (live === undefined) return false
  const changed = yield* run(
    'UPDATE parts SET guard = ? WHERE blob = ? AND number = ? AND segment = ? AND guard IS NULL',
    ...[GUARDED, idBytes(blob), number, name],
  )
  if (changed === 0) return false
  for (const adding of addingBlocks(segment, number, sums)) yield* together(adding)
  return true
}

/** A run of sums that was kept. */
export interface BlocksRow {
  readonly number: number
  readonly first: number
  readonly sums: Uint8Array
}

/** Runs of sums: of the parts `from` to `to` of a blob, beginning with the one that has block `first` of part `from`. */
export interface RunsQuery {
  readonly blob: BlobId
  readonly from: number
  readonly to: number
  readonly first: number
  readonly limit: number
}

/** In order of part and block. */
export function runsOf({ blob, from, to, first, limit }: RunsQuery): Script<readonly BlocksRow[]> {
  const run = Math.floor(first / RUN_BLOCKS) * RUN_BLOCKS
  return all<BlocksRow>(RUNS, from, run, from, run, limit * RUN_BLOCKS, idBytes(blob), from, to, limit)
}

/** The second bound is for PostgreSQL, which puts all that it finds of a part in order. */
const RUNS = `SELECT parts.number, blocks.first, blocks.sums FROM parts
  JOIN blocks ON blocks.segment = parts.segment AND blocks.number = parts.number
    AND blocks.first >= CASE WHEN parts.number = ? THEN CAST(? AS bigint) ELSE 0 END
    AND blocks.first < CASE WHEN parts.number = ? THEN CAST(? AS bigint) ELSE 0 END + ?
  WHERE parts.blob = ? AND parts.number >= ? AND parts.number <= ?
  ORDER BY parts.number, blocks.first LIMIT ?`
