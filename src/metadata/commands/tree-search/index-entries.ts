import { hexOf, parseJson } from '../../values.ts'
import type { ScriptOf } from '../command.ts'
import {
  all,
  inLists,
  lockIndex,
  run,
  type Script,
  type ScriptValue,
  type Sql,
  sql,
  together,
} from '../script.ts'
import { CANDIDATE_COLUMNS, type Candidate } from './candidates.ts'
import { labelTerms, nameTerms } from './terms.ts'

interface ChangeRow {
  readonly seq: number
  readonly entry: Uint8Array
}

/** What the index says, or shall say, of an entry. */
interface IndexRow {
  readonly entry: Uint8Array
  readonly volume: number
  readonly name: string
  readonly labels: string
}

/** Rows that one statement adds: few sizes, so that there are few statements. */
const ROWS_PER_INSERT = [64, 8, 1]

/** One at a time: another one could put in place what it read before a change, after that change was indexed. */
export const indexEntries: ScriptOf<'indexEntries'> = function* ({ limit }) {
  yield* lockIndex()
  const changes = yield* all<ChangeRow>('SELECT seq, entry FROM entry_changes ORDER BY seq LIMIT ?', limit)
  const entries = new Map(changes.map(({ entry }) => [hexOf(entry), entry]))
  for (const some of inLists([...entries.values()])) yield* indexSome(some)
  for (const some of inLists(changes.map(({ seq }) => seq))) {
    yield* run('DELETE FROM entry_changes WHERE seq IN (??)', some)
  }
  return changes.length
}

/** Roots have no name, and are not found. */
function* indexSome(entries: readonly Uint8Array[]): Script<void> {
  const before = yield* all<IndexRow>(
    'SELECT entry, volume, name, labels FROM entry_index WHERE entry IN (??)',
    entries,
  )
  const facts = yield* all<Candidate>(
    `SELECT ${CANDIDATE_COLUMNS} FROM entries e WHERE e.id IN (??) AND e.name <> ''`,
    entries,
  )
  const after = facts.map(indexOf)
  yield* changeTerms(before, after)
  const found = new Set(after.map(({ entry }) => hexOf(entry)))
  const gone = before.filter(({ entry }) => !found.has(hexOf(entry))).map(({ entry }) => entry)
  if (gone.length > 0) yield* run('DELETE FROM entry_index WHERE entry IN (??)', gone)
  yield* putRows(facts, after)
}

const indexOf = (row: Candidate): IndexRow => ({
  entry: row.id,
  volume: row.volume,
  name: row.name,
  labels: JSON.stringify(labelTerms(row, parseJson(row.attributes))),
})

function* changeTerms(before: readonly IndexRow[], after: readonly IndexRow[]): Script<void> {
  const old = new Map(before.map((row) => [hexOf(row.entry), row]))
  const now = new Map(after.map((row) => [hexOf(row.entry), row]))
  const removals = before.flatMap((row) => removal(row, now.get(hexOf(row.entry))))
  if (removals.length > 0) yield* together(...removals)
  const additions = after.flatMap((row) =>
    without(row, old.get(hexOf(row.entry))).map((term) => [row.volume, term, row.entry] as const),
  )
  yield* insertRows(
    (marks) => `INSERT INTO entry_terms (volume, term, entry) VALUES ${marks}
      ON CONFLICT (volume, term, entry) DO NOTHING`,
    additions,
  )
}

function removal(row: IndexRow, now: IndexRow | undefined): readonly Sql[] {
  const terms = without(row, now)
  if (terms.length === 0) return []
  const statement = 'DELETE FROM entry_terms WHERE volume = ? AND term IN (??) AND entry = ?'
  return [sql(statement, row.volume, terms, row.entry)]
}

/** Terms of a row that another row of the same entry does not have. */
function without(row: IndexRow, other: IndexRow | undefined): readonly string[] {
  if (other === undefined || other.volume !== row.volume) return termsOf(row)
  if (other.name === row.name && other.labels === row.labels) return []
  const has = new Set(termsOf(other))
  return termsOf(row).filter((term) => !has.has(term))
}

const termsOf = ({ name, labels }: IndexRow): readonly string[] => [
  ...nameTerms(name),
  ...(JSON.parse(labels) as readonly string[]),
]

function* putRows(rows: readonly Candidate[], after: readonly IndexRow[]): Script<void> {
  yield* insertRows(
    (
      marks,
    ) => `INSERT INTO entry_index (entry, volume, name, labels, size, created_at, modified_at, local_created_at,
        local_modified_at) VALUES ${marks}
      ON CONFLICT (entry) DO UPDATE SET volume = excluded.volume, name = excluded.name, labels = excluded.labels,
        size = excluded.size, created_at = excluded.created_at, modified_at = excluded.modified_at,
        local_created_at = excluded.local_created_at, local_modified_at = excluded.local_modified_at`,
    rows.map((row, at) => [
      ...[row.id, row.volume, row.name, after[at]?.labels ?? '[]', row.size, row.created_at, row.modified_at],
      ...[row.local_created_at, row.local_modified_at],
    ]),
  )
}

function* insertRows(
  textOf: (marks: string) => string,
  rows: readonly (readonly ScriptValue[])[],
): Script<void> {
  const mark = `(${(rows[0] ?? []).map(() => '?').join(', ')})`
  let at = 0
  for (const size of ROWS_PER_INSERT) {
    if (at + size > rows.length) continue
    const text = textOf(new Array(size).fill(mark).join(', '))
    for (; at + size <= rows.length; at += size) yield* run(text, ...rows.slice(at, at + size).flat())
  }
}
