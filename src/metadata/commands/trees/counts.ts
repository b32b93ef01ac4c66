import type { EntryId } from '../../../core/model/trees.ts'
import { later, one, type Script, sql } from '../script.ts'

/** Over how many rows a volume's counts are spread. */
export const SHARDS = 16

/** What the rows of a volume come to; see the table. */
export interface Counts {
  readonly bytes: number
  readonly files: number
  readonly directories: number
  readonly binFiles: number
  readonly binDirectories: number
  /** Things in the bin, whatever is below them. */
  readonly binItems: number
}

/** What one entry adds to its volume's counts. */
export type CountChange = Partial<Counts> & { readonly id: EntryId }

const NOTHING: Counts = { bytes: 0, files: 0, directories: 0, binFiles: 0, binDirectories: 0, binItems: 0 }

/** The last rows that a command locks, in order of volume, then shard. */
export function* count(volume: number, changes: readonly CountChange[]): Script<void> {
  const shards = new Map<number, Counts>()
  for (const change of changes) {
    const shard = shardOf(change.id)
    shards.set(shard, added(shards.get(shard) ?? NOTHING, change))
  }
  for (const [shard, sum] of [...shards].sort(([a], [b]) => a - b)) {
    const counting = sql(
      `UPDATE volume_counts SET bytes = bytes + ?, files = files + ?, directories = directories + ?,
         bin_files = bin_files + ?, bin_directories = bin_directories + ?, bin_items = bin_items + ?
       WHERE volume = ? AND shard = ?`,
      ...[
        sum.bytes,
        sum.files,
        sum.directories,
        sum.binFiles,
        sum.binDirectories,
        sum.binItems,
        volume,
        shard,
      ],
    )
    yield* later(counting)
  }
}

/** What the volume holds now. */
export function* countsOf(volume: number): Script<Counts> {
  const row = yield* one<Counts>(
    `SELECT ${summed('bytes')} AS bytes, ${summed('files')} AS files, ${summed('directories')} AS directories,
       ${summed('bin_files')} AS "binFiles", ${summed('bin_directories')} AS "binDirectories",
       ${summed('bin_items')} AS "binItems"
     FROM volume_counts WHERE volume = ?`,
    volume,
  )
  return { ...NOTHING, ...row }
}

const summed = (column: string): string => `CAST(coalesce(sum(${column}), 0) AS bigint)`

const added = (sum: Counts, change: Partial<Counts>): Counts => ({
  bytes: sum.bytes + (change.bytes ?? 0),
  files: sum.files + (change.files ?? 0),
  directories: sum.directories + (change.directories ?? 0),
  binFiles: sum.binFiles + (change.binFiles ?? 0),
  binDirectories: sum.binDirectories + (change.binDirectories ?? 0),
  binItems: sum.binItems + (change.binItems ?? 0),
})

/** Ids end in random digits. */
const shardOf = (id: EntryId): number => Number.parseInt(id.slice(-1), 16) % SHARDS
