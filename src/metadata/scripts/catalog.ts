import type { ObjectIndex, SearchObjects } from '../../core/catalog/ports.ts'
import type { AccountId, ObjectId } from '../../core/ids.ts'
import { hexOf, idBytes } from '../values.ts'
import { all, one, run, type Script, type ScriptValue } from './script.ts'

/** Puts an object's index in place of the one before. */
export function* setIndex(object: ObjectId, { labels, text }: ObjectIndex): Script<void> {
  const id = idBytes(object)
  yield* run('DELETE FROM object_labels WHERE object = ?', id)
  yield* run(
    `INSERT INTO object_texts (object, bucket, created_at, text)
     SELECT id, bucket, created_at, ? FROM objects WHERE id = ?
     ON CONFLICT (object) DO UPDATE SET text = excluded.text`,
    ...[text.toLowerCase(), id],
  )
  for (const label of new Set(labels)) {
    yield* run(
      `INSERT INTO object_labels (object, bucket, label, created_at)
       SELECT id, bucket, ?, created_at FROM objects WHERE id = ?`,
      ...[label, id],
    )
  }
}

/** What a search finds: ids in order, and how many there are up to the query's bound. */
export interface Found {
  readonly ids: readonly ObjectId[]
  readonly total: number
}

export function* findIds(query: SearchObjects): Script<Found> {
  const bucket = yield* bucketOf(query.account, query.bucket)
  if (bucket === null) return { ids: [], total: 0 }
  const matches = matchesOf(query, bucket)
  const direction = query.order === 'newest-first' ? 'DESC' : 'ASC'
  const counted = yield* one<{ total: number }>(
    `SELECT count(*) AS total FROM (SELECT 1 ${matches.sql} LIMIT ?) AS matches`,
    ...[...matches.values, query.countMax],
  )
  const rows = yield* all<{ object: Uint8Array }>(
    `SELECT m.object ${matches.sql} ORDER BY m.created_at ${direction}, m.object ${direction} LIMIT ? OFFSET ?`,
    ...[...matches.values, query.limit, query.offset],
  )
  return { ids: rows.map(({ object }) => hexOf<ObjectId>(object)), total: counted?.total ?? 0 }
}

function* bucketOf(account: AccountId, name: string): Script<number | null> {
  const row = yield* one<{ id: number }>(
    'SELECT id FROM buckets WHERE account = ? AND name = ?',
    ...[account, name],
  )
  return row?.id ?? null
}

interface Condition {
  readonly sql: string
  readonly values: readonly ScriptValue[]
}

/** FROM and WHERE of all matches, named `m`: one row each, in the order of an index where one label or none leads. */
function matchesOf(query: SearchObjects, bucket: number): Condition {
  const [leading, ...others] = query.labels
  const walked: Condition =
    leading?.length === 1
      ? { sql: 'object_labels m WHERE m.bucket = ? AND m.label = ?', values: [bucket, leading[0] ?? ''] }
      : { sql: 'object_texts m WHERE m.bucket = ?', values: [bucket] }
  const groups = leading === undefined || leading.length === 1 ? others : query.labels
  const conditions = [walked, ...groups.map(hasLabel), ...restOf(query)]
  return {
    sql: `FROM ${conditions.map(({ sql }) => sql).join(' AND ')}`,
    values: conditions.flatMap(({ values }) => values),
  }
}

const hasLabel = (labels: readonly string[]): Condition => ({
  sql: `EXISTS (SELECT 1 FROM object_labels l WHERE l.object = m.object AND l.label IN (${placesFor(labels)}))`,
  values: labels,
})

function restOf({ keys, keyword, createdFrom, createdUntil }: SearchObjects): readonly Condition[] {
  return [
    ...(keys === null ? [] : [hasKey(keys)]),
    ...(createdFrom === null ? [] : [{ sql: 'm.created_at >= ?', values: [createdFrom] }]),
    ...(createdUntil === null ? [] : [{ sql: 'm.created_at <= ?', values: [createdUntil] }]),
    ...(keyword === null ? [] : [hasKeyword(keyword)]),
  ]
}

const hasKey = (keys: readonly string[]): Condition => ({
  sql: `m.object IN (SELECT o.id FROM objects o WHERE o.bucket = m.bucket AND o.key IN (${placesFor(keys)}))`,
  values: keys,
})

function hasKeyword({ text, orLabels }: NonNullable<SearchObjects['keyword']>): Condition {
  const like = `%${text.toLowerCase().replaceAll(/[!%_]/g, '!$&')}%`
  const inText =
    "EXISTS (SELECT 1 FROM object_texts t WHERE t.object = m.object AND t.text LIKE ? ESCAPE '!')"
  if (orLabels.length === 0) return { sql: inText, values: [like] }
  const label = hasLabel(orLabels)
  return { sql: `(${inText} OR ${label.sql})`, values: [like, ...label.values] }
}

/** Never an empty list, which is no SQL: nothing has the empty label or key. */
const placesFor = (values: readonly string[]): string =>
  values.length === 0 ? "''" : values.map(() => '?').join(', ')
