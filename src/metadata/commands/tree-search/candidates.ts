import type { TimeMs } from '../../../core/clock.ts'
import { CoreError } from '../../../core/errors.ts'
import type { SearchMarker, SearchOrder } from '../../../core/model/tree-search.ts'
import type { EntryId, EntryKind } from '../../../core/model/trees.ts'
import type { SearchEntries } from '../../../core/ports/commands/tree-search.ts'
import { compareNames } from '../../../core/rules/names.ts'
import { hexOf, idBytes } from '../../values.ts'
import { all, inLists, type Script } from '../script.ts'

/** What a search, and its index, look at of an entry. */
export interface Candidate {
  readonly id: Uint8Array
  readonly volume: number
  readonly parent: Uint8Array | null
  readonly name: string
  readonly kind: EntryKind
  readonly size: number
  readonly attributes: string
  readonly created_at: TimeMs
  readonly modified_at: TimeMs
  readonly local_created_at: TimeMs
  readonly local_modified_at: TimeMs
}

/** Of `entries e`. */
export const CANDIDATE_COLUMNS = `e.id, e.volume, e.parent, e.name, e.kind, e.size, e.attributes, e.created_at, e.modified_at,
  coalesce(e.local_created_at, e.created_at) AS local_created_at,
  coalesce(e.local_modified_at, e.modified_at) AS local_modified_at`

type Column = Exclude<keyof Candidate, 'id' | 'volume' | 'parent' | 'kind' | 'attributes'>

/** Columns of entries and of their index. */
const COLUMNS: Readonly<Record<SearchOrder, Column>> = {
  name: 'name',
  modified: 'modified_at',
  size: 'size',
  created: 'created_at',
  'local-created': 'local_created_at',
  'local-modified': 'local_modified_at',
}

type Ordered = Pick<SearchEntries, 'order' | 'descending'>

/** Where a search goes on behind an entry. */
export const markerAt = (
  { order }: Ordered,
  matches: number,
  row: Pick<Candidate, Column | 'id'>,
): SearchMarker => ({ matches, value: row[COLUMNS[order]], id: hexOf<EntryId>(row.id) })

/** Markers come from clients, so they may be anything. Errors: `invalid-argument`. */
export function requireMarker({ after, order }: SearchEntries): void {
  if (after === null) return
  const isFit = order === 'name' ? typeof after.value === 'string' : Number.isSafeInteger(after.value)
  if (!isFit || !Number.isSafeInteger(after.matches)) {
    throw new CoreError('invalid-argument', 'the marker is of another order', { field: 'after' })
  }
}

type Position = Pick<SearchMarker, 'value' | 'id'>

/** Below 0 if `a` comes before `b` in the search's order. */
export function comparePositions({ descending }: Ordered, a: Position, b: Position): number {
  const forward = compareValues(a.value, b.value) || (a.id < b.id ? -1 : Number(a.id > b.id))
  return descending ? -forward : forward
}

const compareValues = (a: string | number, b: string | number): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : compareNames(String(a), String(b))

/** Rows in order, those behind a position alone. */
export function inOrder(
  query: Ordered,
  rows: readonly Candidate[],
  after: Position | null,
): readonly Candidate[] {
  const placed = rows.map((row) => ({ row, position: markerAt(query, 0, row) }))
  return placed
    .filter(({ position }) => after === null || comparePositions(query, position, after) > 0)
    .sort((a, b) => comparePositions(query, a.position, b.position))
    .map(({ row }) => row)
}

/** Entries as they are now. Those that are gone are left out. */
export function* candidatesOf(ids: readonly Uint8Array[]): Script<readonly Candidate[]> {
  const found: Candidate[] = []
  for (const some of inLists(ids)) {
    if (some.length === 0) continue
    found.push(
      ...(yield* all<Candidate>(`SELECT ${CANDIDATE_COLUMNS} FROM entries e WHERE e.id IN (??)`, some)),
    )
  }
  return found
}

/** A row of the index: an entry as it was when the index had it last. */
export interface IndexedEntry {
  readonly id: Uint8Array
  readonly name: string
  readonly sort_value: string | number
}

/** The next rows of the index in the search's order, whatever they are. */
export function* walk(
  { order, descending }: Ordered,
  volume: number,
  after: Position | null,
  limit: number,
): Script<readonly IndexedEntry[]> {
  const column = COLUMNS[order]
  const [direction, beyond] = descending ? ['DESC', '<'] : ['ASC', '>']
  const behind = after === null ? '' : ` AND (${column}, entry) ${beyond} (?, ?)`
  return yield* all<IndexedEntry>(
    `SELECT entry AS id, name, ${column} AS sort_value FROM entry_index
     WHERE volume = ?${behind} ORDER BY ${column} ${direction}, entry ${direction} LIMIT ?`,
    ...[volume, ...(after === null ? [] : [after.value, idBytes(after.id)]), limit],
  )
}
