import type { SearchMarker } from '../../../core/model/tree-search.ts'
import type { EntryId } from '../../../core/model/trees.ts'
import type { SearchEntries } from '../../../core/ports/commands/tree-search.ts'
import { hexOf } from '../../values.ts'
import type { Script } from '../script.ts'
import type { VolumeRecord } from '../trees/volume-rows.ts'
import { type Candidate, candidatesOf, comparePositions, inOrder, markerAt, walk } from './candidates.ts'
import { fits, isRanked, mayFit } from './fits.ts'
import type { KeywordSizes, Scope } from './leading.ts'
import { learnWays, type Ways } from './ways.ts'

/** A search that is underway. */
export interface Search {
  readonly query: SearchEntries
  readonly volume: VolumeRecord
  readonly scope: Scope
  readonly keywords: readonly string[]
  readonly sizes: KeywordSizes
  /** Entries that the index may not have as they are now. */
  readonly changed: readonly Candidate[]
  readonly isChanged: ReadonlySet<string>
  readonly ways: Ways
  /** Rows of the index that the page may still go through. */
  rowsLeft: number
}

export interface Found {
  readonly id: Uint8Array
  /** Of its directory. */
  readonly path: readonly string[]
}

interface Page {
  readonly found: readonly Found[]
  /** Where it goes on; null at the end. */
  readonly next: SearchMarker | null
  /** The last entry found. */
  readonly last: SearchMarker | null
}

/** Some of what comes next, in order. */
interface Batch {
  readonly rows: readonly Candidate[]
  /** How far that goes; null: to the end. */
  readonly end: SearchMarker | null
}

/** Directories of so many entries are looked up at once. */
const ENTRIES_AT_ONCE = 100
const WALKED_FIRST = 200
const WALKED_MAX = 1_000

/**
 * Entries that have so many of the keywords, as `isRanked` tells. `ids`: all that can fit and more, or null where only a walk
 * through the index finds them.
 */
export function* pass(
  search: Search,
  ids: readonly Uint8Array[] | null,
  matches: number,
  after: SearchMarker | null,
  limit: number,
): Script<Page> {
  const { query } = search
  const found: Found[] = []
  let last: SearchMarker | null = null
  let at = after
  for (let walked = WALKED_FIRST; ; walked = WALKED_MAX) {
    const batch =
      ids === null
        ? yield* walkedBatch(search, matches, at, walked)
        : yield* wholeBatch(search, matches, at, ids)
    for (let from = 0; from < batch.rows.length; from += ENTRIES_AT_ONCE) {
      for (const row of yield* reachable(search, batch.rows.slice(from, from + ENTRIES_AT_ONCE))) {
        if (found.length === limit) return { found, next: last, last }
        found.push(row)
        last = markerAt(query, matches, row.candidate)
      }
    }
    if (batch.end === null) return { found, next: null, last }
    at = batch.end
    if (search.rowsLeft <= 0) return { found, next: at, last }
  }
}

function* wholeBatch(
  search: Search,
  matches: number,
  after: SearchMarker | null,
  ids: readonly Uint8Array[],
): Script<Batch> {
  const { query, changed, isChanged } = search
  const others = new Map(ids.map((id) => [hexOf(id), id]))
  for (const id of isChanged) others.delete(id)
  const rows = [...(yield* candidatesOf([...others.values()])), ...changed]
  return { rows: inOrder(query, fitting(search, matches, rows), after), end: null }
}

function* walkedBatch(
  search: Search,
  matches: number,
  after: SearchMarker | null,
  limit: number,
): Script<Batch> {
  const { query, volume, keywords, changed, isChanged } = search
  const walked = yield* walk(query, volume.id, after, limit)
  search.rowsLeft -= limit
  const last = walked.at(-1)
  const end =
    last === undefined || walked.length < limit
      ? null
      : { matches, value: last.sort_value, id: hexOf<EntryId>(last.id) }
  const possible = walked.filter(
    ({ id, name }) =>
      mayFit(query.criteria, name) && isRanked(name, keywords, matches) && !isChanged.has(hexOf(id)),
  )
  const others = yield* candidatesOf(possible.map(({ id }) => id))
  const rows = inOrder(query, fitting(search, matches, [...others, ...changed]), after)
  const isWithin = (row: Candidate): boolean =>
    end === null || comparePositions(query, markerAt(query, 0, row), end) <= 0
  return { rows: rows.filter(isWithin), end }
}

function fitting(search: Search, matches: number, rows: readonly Candidate[]): readonly Candidate[] {
  const { query, volume, keywords } = search
  return rows.filter(
    (row) =>
      row.volume === volume.id &&
      row.name !== '' &&
      fits(query.criteria, row) &&
      isRanked(row.name, keywords, matches),
  )
}

/** Those that a way leads to, within the search's scope. */
function* reachable(
  { volume, scope, ways }: Search,
  rows: readonly Candidate[],
): Script<readonly (Found & { readonly candidate: Candidate })[]> {
  yield* learnWays(
    volume,
    ways,
    rows.flatMap(({ parent }) => (parent === null ? [] : [parent])),
  )
  return rows.flatMap((candidate) => {
    const way = candidate.parent === null ? null : (ways.get(hexOf(candidate.parent)) ?? null)
    if (way === null || (scope.under !== null && !way.ids.has(scope.under))) return []
    return [{ id: candidate.id, path: way.path, candidate }]
  })
}
