import { CoreError } from '../../../core/errors.ts'
import type { Entry, EntryId, EntryOrder, ListMarker } from '../../../core/model/trees.ts'
import { compareNames } from '../../../core/rules/names.ts'
import { hexOf, idBytes } from '../../values.ts'
import type { CommandOf, ScriptOf } from '../command.ts'
import { all, type Script, type ScriptValue } from '../script.ts'
import { ascend, findById } from './paths.ts'
import { requireVolume, type VolumeRecord } from './volume-rows.ts'

type ListFiles = CommandOf<'listFiles'>

/** Columns that lists are ordered by. Each has an index. */
interface KeyRow {
  readonly id: Uint8Array
  readonly sort_value: string | number
}

/** How many directories one statement looks into. */
const DIRECTORIES_PER_STATEMENT = 64

const COLUMNS: Readonly<Record<EntryOrder, string>> = {
  name: 'name',
  modified: 'modified_at',
  size: 'size',
  created: 'created_at',
  'local-created': 'local_order',
}

/** Each directory gives its first files in order. The list is merged from these. */
export const listFiles: ScriptOf<'listFiles'> = function* (query) {
  const volume = yield* requireVolume(query.volume)
  requireMarker(query)
  const limit = query.limit + 1
  const directories = yield* directoriesOf(volume)
  const compare = inOrderOf(query)
  let first: readonly KeyRow[] = []
  for (let at = 0; at < directories.length; at += DIRECTORIES_PER_STATEMENT) {
    const some = directories.slice(at, at + DIRECTORIES_PER_STATEMENT)
    const keys = yield* firstIn(query, some, limit)
    first = [...first, ...keys].sort(compare).slice(0, limit)
  }
  const shown = first.slice(0, query.limit)
  return {
    entries: yield* entriesOf(volume, shown),
    next: first.length > query.limit ? markerOf(shown.at(-1)) : null,
  }
}

/** Markers come from clients, so they may be anything. */
function requireMarker({ after, order }: ListFiles): void {
  if (after === null) return
  const isFit = order === 'name' ? typeof after.value === 'string' : Number.isSafeInteger(after.value)
  if (!isFit) throw new CoreError('invalid-argument', 'the marker is of another order', { field: 'after' })
}

const markerOf = (row: KeyRow | undefined): ListMarker | null =>
  row === undefined ? null : { group: 'all', value: row.sort_value, id: hexOf<EntryId>(row.id) }

/** All directories with files that the root leads to. */
function* directoriesOf(volume: VolumeRecord): Script<readonly Buffer[]> {
  const rows = yield* all<{ id: Buffer }>(
    `WITH RECURSIVE directories (id, file_count) AS (
       SELECT id, file_count FROM entries WHERE id = ?
       UNION ALL
       SELECT e.id, e.file_count FROM directories d JOIN entries e ON e.parent = d.id AND e.is_directory = 1)
     SELECT id FROM directories WHERE file_count > 0`,
    idBytes(volume.volume.root),
  )
  return rows.map(({ id }) => Buffer.from(id.buffer, id.byteOffset, id.byteLength))
}

/** The first `limit` files of each directory, after the marker. */
function* firstIn(
  { order, descending, after }: ListFiles,
  directories: readonly Buffer[],
  limit: number,
): Script<readonly KeyRow[]> {
  const column = COLUMNS[order]
  const [direction, beyond] = descending ? ['DESC', '<'] : ['ASC', '>']
  // The index of names has no id. The first condition seeks in it, the second compares the id.
  const marker =
    after === null ? '' : ` AND e.${column} ${beyond}= ? AND (e.${column}, e.id) ${beyond} (?, ?)`
  const key = order === 'name' ? `e.name ${direction}` : `e.${column} ${direction}, e.id ${direction}`
  const select = `SELECT * FROM (SELECT e.id, e.${column} AS sort_value FROM entries e
    WHERE e.parent = ? AND e.is_directory = 0${marker} ORDER BY ${key} LIMIT ?) AS files`
  const own: readonly ScriptValue[] = after === null ? [] : [after.value, after.value, idBytes(after.id)]
  return yield* all<KeyRow>(
    `${directories.map(() => select).join(' UNION ALL ')} ORDER BY sort_value ${direction}, id ${direction} LIMIT ?`,
    ...directories.flatMap((directory) => [directory, ...own, limit]),
    limit,
  )
}

function inOrderOf({ descending }: ListFiles): (a: KeyRow, b: KeyRow) => number {
  const forward = (a: KeyRow, b: KeyRow): number =>
    compareValues(a.sort_value, b.sort_value) || Buffer.compare(a.id, b.id)
  return descending ? (a, b) => forward(b, a) : forward
}

const compareValues = (a: string | number, b: string | number): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : compareNames(String(a), String(b))

/** Leaves out entries that no way leads to any more. */
function* entriesOf(volume: VolumeRecord, keys: readonly KeyRow[]): Script<readonly Entry[]> {
  const paths = new Map<EntryId, readonly string[] | null>()
  const entries: Entry[] = []
  for (const { id } of keys) {
    const entry = yield* findById(volume, hexOf<EntryId>(id))
    if (entry === null || entry.parent === null) continue
    let above = paths.get(entry.parent)
    if (above === undefined) {
      above = (yield* ascend(volume, entry.parent)).path
      paths.set(entry.parent, above)
    }
    if (above !== null) entries.push({ ...entry, path: [...above, entry.name] })
  }
  return entries
}
