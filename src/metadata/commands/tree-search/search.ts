import { CoreError } from '../../../core/errors.ts'
import type { SearchMarker } from '../../../core/model/tree-search.ts'
import type { Entry, EntryAddress, EntryId } from '../../../core/model/trees.ts'
import type { SearchEntries } from '../../../core/ports/commands/tree-search.ts'
import { hexOf } from '../../values.ts'
import type { ScriptOf } from '../command.ts'
import { all, type Script } from '../script.ts'
import { findAt } from '../trees/paths.ts'
import { ENTRY_COLUMNS, type EntryRow, entryOf } from '../trees/rows.ts'
import { requireVolume, type VolumeRecord } from '../trees/volume-rows.ts'
import { type Candidate, candidatesOf, requireMarker } from './candidates.ts'
import { keywordsOf } from './fits.ts'
import { keywordSizes, leadingIds } from './leading.ts'
import { type Found, pass, type Search } from './passes.ts'

/** So many changes that the index does not have yet are looked at. */
const CHANGES_MAX = 1_000
/** So many rows of the index one page goes through. */
const ROWS_MAX = 5_000

export const searchEntries: ScriptOf<'searchEntries'> = function* (query) {
  requireMarker(query)
  const search = yield* begun(query)
  const found: Found[] = []
  for (const rank of ranksOf(search)) {
    const { scope, sizes } = search
    const ids = yield* leadingIds(scope, query.criteria, sizes, Math.max(rank, 1), rank > 0)
    // Where an index does not show who has so many keywords, all that are left come in one order.
    const isBegun = query.after?.matches === rank
    const matches = ids === null && rank > 0 && !isBegun ? -rank : rank
    const page = yield* pass(search, ids, matches, afterOf(query, matches), query.limit - found.length)
    found.push(...page.found)
    const isLast = matches <= 1
    if (page.next !== null || isLast || found.length === query.limit) {
      const next = page.next ?? (isLast ? null : page.last)
      return { entries: yield* entriesOf(search.volume, found), next }
    }
  }
  return { entries: yield* entriesOf(search.volume, found), next: null }
}

function* begun(query: SearchEntries): Script<Search> {
  const volume = yield* requireVolume(query.volume)
  const { under } = query.criteria
  const scope = { volume: volume.id, under: under === null ? null : yield* scopeOf(volume, under) }
  const keywords = keywordsOf(query.criteria)
  const changed = yield* changedEntries(volume.id)
  return {
    ...{ query, volume, scope, keywords, sizes: yield* keywordSizes(scope, keywords) },
    ...{ changed, isChanged: new Set(changed.map(({ id }) => hexOf(id))) },
    ...{ ways: new Map(), rowsLeft: ROWS_MAX },
  }
}

/** Null for the root. Errors: `directory-not-found`. */
function* scopeOf(volume: VolumeRecord, at: EntryAddress): Script<EntryId | null> {
  const directory = yield* findAt(volume, at)
  if (directory?.kind !== 'directory' || directory.path === null) {
    throw new CoreError('directory-not-found', 'no such directory')
  }
  return directory.id === volume.volume.root ? null : directory.id
}

/** The newest changes of a volume, as the entries are now. */
function* changedEntries(volume: number): Script<readonly Candidate[]> {
  const rows = yield* all<{ entry: Uint8Array }>(
    'SELECT entry FROM entry_changes WHERE volume = ? ORDER BY seq DESC LIMIT ?',
    ...[volume, CHANGES_MAX],
  )
  const entries = new Map(rows.map(({ entry }) => [hexOf(entry), entry]))
  return yield* candidatesOf([...entries.values()])
}

/** How many keywords the entries of each pass have, as `isRanked` tells. */
function ranksOf({ query: { ranked, after }, keywords }: Search): readonly number[] {
  if (!ranked || keywords.length < 2) return [0]
  if (after !== null && after.matches < 0) return [after.matches]
  const ranks = keywords.map((_, at) => keywords.length - at)
  return after === null ? ranks : ranks.filter((matches) => matches <= after.matches)
}

const afterOf = ({ after }: SearchEntries, matches: number): SearchMarker | null =>
  after?.matches === matches ? after : null

/** Leaves out those that went this very moment. */
function* entriesOf(volume: VolumeRecord, found: readonly Found[]): Script<readonly Entry[]> {
  if (found.length === 0) return []
  const rows = yield* all<EntryRow>(
    `SELECT ${ENTRY_COLUMNS} FROM entries e WHERE e.id IN (??)`,
    found.map(({ id }) => id),
  )
  const byId = new Map(rows.map((row) => [hexOf(row.id), row]))
  return found.flatMap(({ id, path }) => {
    const row = byId.get(hexOf(id))
    return row === undefined ? [] : [entryOf(row, volume.address, [...path, row.name])]
  })
}
