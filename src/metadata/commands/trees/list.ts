import { CoreError } from '../../../core/errors.ts'
import type { DirectoryEntry, EntryOrder, ListMarker } from '../../../core/model/trees.ts'
import type { ListEntries } from '../../../core/ports/commands/entries.ts'
import { afterPrefix, compareNames } from '../../../core/rules/names.ts'
import { hexOf, idBytes } from '../../values.ts'
import type { ScriptOf } from '../command.ts'
import { all, one, type Script, type ScriptValue } from '../script.ts'
import { findAt } from './paths.ts'
import { ENTRY_COLUMNS, type EntryRow, entryOf } from './rows.ts'
import { requireVolume } from './volume-rows.ts'

type Group = ListMarker['group']

/** A row with the value that its list is ordered by. */
type ListedRow = EntryRow & { readonly sort_value: string | number }

/** A part of a list that is in one order: where it begins, and how many entries are wanted. */
interface Page {
  readonly after: ListMarker | null
  readonly offset: number
  readonly limit: number
}

/** Conditions on entries `e`, with their values. */
interface Condition {
  readonly sql: string
  readonly values: readonly ScriptValue[]
}

const COLUMNS: Readonly<Record<EntryOrder, string>> = {
  name: 'name',
  modified: 'modified_at',
  size: 'size',
  created: 'created_at',
  'local-created': 'local_order',
}

export const listEntries: ScriptOf<'listEntries'> = function* (query) {
  const volume = yield* requireVolume(query.volume)
  const directory = yield* findAt(volume, query.directory)
  if (directory?.kind !== 'directory' || directory.path === null) {
    throw new CoreError('directory-not-found', 'no such directory')
  }
  const { path } = directory
  requireMarker(query)
  const { limit } = query
  const rows = yield* rowsOf(query, directory)
  const shown = rows.slice(0, limit)
  return {
    directory,
    entries: shown.map((row) => entryOf(row, volume.address, [...path, row.name])),
    next: rows.length > limit ? markerOf(shown.at(-1), isGrouped(query)) : null,
  }
}

const isGrouped = ({ directoriesFirst, only }: ListEntries): boolean => directoriesFirst && only === null

/** Markers come from clients, so they may be anything. */
function requireMarker({ after, order }: ListEntries): void {
  if (after === null) return
  const isFit = order === 'name' ? typeof after.value === 'string' : Number.isSafeInteger(after.value)
  if (!isFit) throw new CoreError('invalid-argument', 'the marker is of another order', { field: 'after' })
}

function markerOf(row: ListedRow | undefined, grouped: boolean): ListMarker | null {
  if (row === undefined) return null
  const half = row.kind === 'directory' ? 'directories' : 'others'
  return { group: grouped ? half : 'all', value: row.sort_value, id: hexOf<ListMarker['id']>(row.id) }
}

/** One row more than the page has, if there is one. */
function* rowsOf(query: ListEntries, directory: DirectoryEntry): Script<readonly ListedRow[]> {
  const { after, offset, only } = query
  const limit = query.limit + 1
  if (!isGrouped(query)) return yield* pageOf(query, directory, only ?? 'all', { after, offset, limit })
  if (after?.group === 'others') return yield* pageOf(query, directory, 'others', { after, offset, limit })
  const first = yield* pageOf(query, directory, 'directories', { after, offset, limit })
  if (first.length === limit) return first
  const passed = first.length > 0 ? offset : yield* countUpTo(query, directory, after, offset)
  const rest = { after: null, offset: offset - passed, limit: limit - first.length }
  return [...first, ...(yield* pageOf(query, directory, 'others', rest))]
}

/** How many of the directories, up to `offset`, a page skips. */
function* countUpTo(
  query: ListEntries,
  directory: DirectoryEntry,
  after: ListMarker | null,
  offset: number,
): Script<number> {
  if (offset === 0) return 0
  if (after === null && query.prefix === '' && query.afterName === null) {
    return Math.min(offset, directory.directoryCount)
  }
  const { sql, values } = conditionOf(query, directory, 'directories', after)
  const row = yield* one<{ count: number }>(
    `SELECT count(*) AS count FROM (SELECT 1 FROM entries e WHERE ${sql} LIMIT ?) AS skipped`,
    ...[...values, offset],
  )
  return row?.count ?? 0
}

/** Entries of a group in order. */
function* pageOf(
  query: ListEntries,
  directory: DirectoryEntry,
  group: Group,
  page: Page,
): Script<readonly ListedRow[]> {
  if (group === 'all' && query.order !== 'name') return yield* mergedPageOf(query, directory, page)
  const { sql, values } = conditionOf(query, directory, group, page.after)
  return yield* all<ListedRow>(
    `SELECT ${ENTRY_COLUMNS}, e.${COLUMNS[query.order]} AS sort_value FROM entries e WHERE ${sql}
     ORDER BY ${orderOf(query)} LIMIT ? OFFSET ?`,
    ...[...values, page.limit, page.offset],
  )
}

const orderOf = ({ order, descending }: ListEntries): string => {
  const direction = descending ? 'DESC' : 'ASC'
  return order === 'name' ? `e.name ${direction}` : `e.${COLUMNS[order]} ${direction}, e.id ${direction}`
}

/** Both groups in one order. No index has that order, so as much of each as the page may need is read by indexes and merged. */
function* mergedPageOf(
  query: ListEntries,
  directory: DirectoryEntry,
  page: Page,
): Script<readonly ListedRow[]> {
  const direction = query.descending ? 'DESC' : 'ASC'
  const end = page.offset + page.limit
  const halves = (['directories', 'others'] as const).map((group) => {
    const { sql, values } = conditionOf(query, directory, group, page.after)
    return {
      sql: `SELECT id, sort_value FROM (SELECT e.id, e.${COLUMNS[query.order]} AS sort_value FROM entries e
              WHERE ${sql} ORDER BY ${orderOf(query)} LIMIT ?) AS ${group}`,
      values: [...values, end],
    }
  })
  return yield* all<ListedRow>(
    `SELECT ${ENTRY_COLUMNS}, page.sort_value FROM (
       ${halves.map(({ sql }) => sql).join(' UNION ALL ')}
       ORDER BY sort_value ${direction}, id ${direction} LIMIT ? OFFSET ?) AS page
     JOIN entries e ON e.id = page.id ORDER BY page.sort_value ${direction}, page.id ${direction}`,
    ...[...halves.flatMap(({ values }) => values), page.limit, page.offset],
  )
}

const IN_GROUP: Readonly<Record<Group, string>> = {
  directories: ' AND e.is_directory = 1',
  others: ' AND e.is_directory = 0',
  all: '',
}

function conditionOf(
  query: ListEntries,
  directory: DirectoryEntry,
  group: Group,
  after: ListMarker | null,
): Condition {
  const own: Condition = { sql: `e.parent = ?${IN_GROUP[group]}`, values: [idBytes(directory.id)] }
  const conditions = [own, ...namesOf(query, after), ...keysOf(query, after)]
  return {
    sql: conditions.map(({ sql }) => sql).join(' AND '),
    values: conditions.flatMap(({ values }) => values),
  }
}

/** Where a list goes on that is not ordered by name. */
function keysOf({ order, descending }: ListEntries, after: ListMarker | null): readonly Condition[] {
  if (after === null || order === 'name') return []
  const sql = `(e.${COLUMNS[order]}, e.id) ${descending ? '<' : '>'} (?, ?)`
  return [{ sql, values: [after.value, idBytes(after.id)] }]
}

/** The narrowest range of names. It has one bound on each side, so that an index is sought by both. */
function namesOf(query: ListEntries, after: ListMarker | null): readonly Condition[] {
  const { order, descending, prefix, afterName } = query
  const end = afterPrefix(prefix)
  const begins: Bound[] = prefix === '' ? [] : [{ sql: 'e.name >= ?', name: prefix }]
  const ends: Bound[] = end === null ? [] : [{ sql: 'e.name < ?', name: end }]
  if (order === 'name') {
    const from = descending ? ends : begins
    const beyond = descending ? 'e.name < ?' : 'e.name > ?'
    if (afterName !== null) from.push({ sql: beyond, name: afterName })
    if (after !== null) from.push({ sql: beyond, name: String(after.value) })
  }
  return [narrowest(begins, 1), narrowest(ends, -1)]
    .filter((bound) => bound !== undefined)
    .map(({ sql, name }) => ({ sql, values: [name] }))
}

interface Bound {
  readonly sql: string
  readonly name: string
}

/** The highest (`by` 1) or lowest (-1) of bounds. Of two bounds at one name, the one that excludes it. */
function narrowest(bounds: readonly Bound[], by: 1 | -1): Bound | undefined {
  const inclusive = ({ sql }: Bound): number => (sql.includes('=') ? 1 : 0)
  return bounds.toSorted((a, b) => -by * compareNames(a.name, b.name) || inclusive(a) - inclusive(b))[0]
}
