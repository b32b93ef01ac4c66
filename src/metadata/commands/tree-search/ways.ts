import type { EntryId } from '../../../core/model/trees.ts'
import { hexOf } from '../../values.ts'
import { all, type Script } from '../script.ts'
import type { VolumeRecord } from '../trees/volume-rows.ts'

/** From a directory up. Null: no way leads to it from the root. */
export type Way = { readonly ids: ReadonlySet<EntryId>; readonly path: readonly string[] } | null

/** The ways that are known, by directory. */
export type Ways = Map<string, Way>

interface StepRow {
  readonly start: Uint8Array
  readonly id: Uint8Array
  readonly name: string
  readonly depth: number
}

/** Adds the ways of these directories, each of which may be named more than once. */
export function* learnWays(
  volume: VolumeRecord,
  ways: Ways,
  directories: readonly Uint8Array[],
): Script<void> {
  const unknown = new Map(directories.map((id) => [hexOf(id), id]))
  for (const id of ways.keys()) unknown.delete(id)
  if (unknown.size === 0) return
  const rows = yield* all<StepRow>(
    `WITH RECURSIVE above (start, id, parent, name, depth) AS (
       SELECT id, id, parent, name, 0 FROM entries WHERE id IN (??)
       UNION ALL
       SELECT above.start, e.id, e.parent, e.name, above.depth + 1 FROM above JOIN entries e ON e.id = above.parent)
     SELECT start, id, name, depth FROM above`,
    [...unknown.values()],
  )
  const steps = Map.groupBy(rows, ({ start }) => hexOf(start))
  for (const id of unknown.keys()) ways.set(id, wayOf(volume, steps.get(id) ?? []))
}

function wayOf({ volume }: VolumeRecord, steps: readonly StepRow[]): Way {
  const downward = steps.toSorted((a, b) => b.depth - a.depth)
  const [top] = downward
  if (top === undefined || hexOf(top.id) !== volume.root) return null
  return {
    ids: new Set(downward.map(({ id }) => hexOf<EntryId>(id))),
    path: downward.slice(1).map(({ name }) => name),
  }
}
