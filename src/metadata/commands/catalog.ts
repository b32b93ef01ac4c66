import type { ObjectId } from '../../core/ids.ts'
import type { ObjectIndex, ObjectTraits, StoredObject } from '../../core/model/objects.ts'
import type { SearchObjects } from '../../core/ports/commands/catalog.ts'
import { folded, hexOf, idBytes } from '../values.ts'
import { findBucketId } from './buckets.ts'
import type { ScriptOf } from './command.ts'
import { and, type Condition, createdWithin, hasKeyword, hasLabel, not } from './conditions.ts'
import { facetsOf, isOwnLabel, rowLabel } from './facets.ts'
import { smallestFirst } from './label-sizes.ts'
import { findObjects } from './object-rows.ts'
import { all, later, one, type Script, sql } from './script.ts'

/** Replaces an object's index. Rows that stay are not written again. */
export function* setIndex(
  object: Pick<StoredObject, 'id' | 'status' | 'kind'>,
  { labels, text }: ObjectIndex,
): Script<void> {
  const id = idBytes(object.id)
  const adding = sql(
    `INSERT INTO object_texts (object, bucket, created_at, text)
     SELECT id, bucket, created_at, ? FROM objects WHERE id = ?
     ON CONFLICT (object) DO UPDATE SET text = excluded.text WHERE object_texts.text <> excluded.text`,
    ...[folded(text), id],
  )
  yield* later(adding)
  yield* setLabels(object, labels.map(rowLabel.label))
}

/** Follows a change of an object: its index is replaced, or its rows get another status or kind. */
export function* changeIndex(
  object: Pick<StoredObject, 'id' | 'status' | 'kind'>,
  change: Partial<ObjectTraits>,
  index: ObjectIndex | undefined,
): Script<void> {
  if (index !== undefined) yield* setIndex(object, index)
  else if (change.status !== undefined || change.kind !== undefined) yield* refreshIndex(object)
}

/** Searches go by the object's status and kind as they are now. */
function* refreshIndex(object: Pick<StoredObject, 'id' | 'status' | 'kind'>): Script<void> {
  const rows = yield* all<{ label: string }>(
    'SELECT label FROM object_labels WHERE object = ?',
    idBytes(object.id),
  )
  const labels = rows.map(({ label }) => label).filter(isOwnLabel)
  if (rows.length > 0) yield* setLabels(object, labels)
}

/** Labels as rows have them, those of status and kind included. */
function* setLabels(
  { id: object, status, kind }: Pick<StoredObject, 'id' | 'status' | 'kind'>,
  labels: readonly string[],
): Script<void> {
  const id = idBytes(object)
  const wanted = labels.length === 0 ? [] : [...new Set(labels), rowLabel.status(status), rowLabel.kind(kind)]
  yield* later(sql('DELETE FROM object_labels WHERE object = ? AND NOT (label IN (??))', ...[id, wanted]))
  if (wanted.length === 0) return
  const values = wanted.map((_, at) => (at === 0 ? 'SELECT ? AS label' : 'SELECT ?')).join(' UNION ALL ')
  const adding = sql(
    `INSERT INTO object_labels (object, bucket, label, created_at, status, kind)
     SELECT o.id, o.bucket, wanted.label, o.created_at, o.status, o.kind
     FROM (${values}) AS wanted JOIN objects o ON o.id = ? WHERE true
     ON CONFLICT (bucket, label, created_at, object) DO UPDATE SET status = excluded.status, kind = excluded.kind
     WHERE object_labels.status <> excluded.status OR object_labels.kind <> excluded.kind`,
    ...[...wanted, id],
  )
  yield* later(adding)
}

/** What a search finds: ids in order, and their number up to the query's bound. */
interface Found {
  readonly ids: readonly ObjectId[]
  readonly total: number
}

/** So few matches are read at once, for the page and the total together. */
const FEW = 500

export const searchObjects: ScriptOf<'searchObjects'> = function* (query) {
  const { ids, total } = yield* findIds(query)
  return { objects: yield* findObjects(query.account, ids), total }
}

function* findIds(query: SearchObjects): Script<Found> {
  const bucket = yield* findBucketId(query.account, query.bucket)
  if (bucket === null) return { ids: [], total: 0 }
  const matches = yield* matchesOf(query, bucket)
  const few = yield* someOf(matches, FEW + 1)
  if (few.length <= FEW) return fewFound(few, query)
  const total = yield* countOf(matches, query.countMax)
  const isPast = total < query.countMax && query.offset >= total
  return { ids: isPast ? [] : yield* pageOf(matches, query), total }
}

function fewFound(few: readonly Match[], { order, offset, limit, countMax }: SearchObjects): Found {
  const sign = order === 'newest-first' ? -1 : 1
  const sorted = few.toSorted(
    (a, b) => sign * (a.created_at - b.created_at || Buffer.compare(a.object, b.object)),
  )
  return { ids: idsOf(sorted.slice(offset, offset + limit)), total: Math.min(few.length, countMax) }
}

/** FROM and WHERE of each. Their rows, named `m`, are all matches, each once. */
type Matches = readonly Condition[]

interface Match {
  readonly created_at: number
  readonly object: Uint8Array
}

const idsOf = (rows: readonly Match[]): readonly ObjectId[] =>
  rows.map(({ object }) => hexOf<ObjectId>(object))

const COLUMNS = 'm.created_at, m.object'

function* someOf(matches: Matches, limit: number): Script<readonly Match[]> {
  const each = matches.map(({ sql }) => `SELECT ${COLUMNS} FROM ${sql}`).join(' UNION ALL ')
  return yield* all<Match>(`${each} LIMIT ?`, ...[...matches.flatMap(({ values }) => values), limit])
}

function* countOf(matches: Matches, countMax: number): Script<number> {
  const each = matches.map(({ sql }) => `SELECT 1 FROM ${sql}`).join(' UNION ALL ')
  const counted = yield* one<{ total: number }>(
    `SELECT count(*) AS total FROM (${each} LIMIT ?) AS matches`,
    ...[...matches.flatMap(({ values }) => values), countMax],
  )
  return counted?.total ?? 0
}

function* pageOf(matches: Matches, { order, limit, offset }: SearchObjects): Script<readonly ObjectId[]> {
  const direction = order === 'newest-first' ? 'DESC' : 'ASC'
  const sorted = `ORDER BY created_at ${direction}, object ${direction} LIMIT ?`
  const each = matches.map(({ sql }) => `SELECT * FROM (SELECT ${COLUMNS} FROM ${sql} ${sorted}) AS first`)
  const rows = yield* all<Match>(
    `${each.join(' UNION ALL ')} ${sorted} OFFSET ?`,
    ...[...matches.flatMap(({ values }) => [...values, offset + limit]), limit, offset],
  )
  return idsOf(rows)
}

/** Walks through the keys if some are given, else through the facet that fewest objects fit. Each row is checked for the rest. */
function* matchesOf(query: SearchObjects, bucket: number): Script<Matches> {
  const times = createdWithin(query)
  const keyword = query.keyword && {
    text: query.keyword.text,
    orLabels: query.keyword.orLabels.map(rowLabel.label),
  }
  const facets = facetsOf(query)
  if (query.keys !== null) {
    const met = facets.map(({ labels }) => hasLabel(labels))
    return [and([ofKeys(bucket, query.keys), ...times, ...met, ...hasKeyword(keyword)])]
  }
  const [leading, ...others] = yield* smallestFirst(query, bucket, facets)
  if (leading === undefined) {
    const walked = { sql: 'object_texts m WHERE m.bucket = ?', values: [bucket] }
    return [and([walked, ...times, ...hasKeyword(keyword, { isText: true })])]
  }
  const rest = [...times, ...others.map(({ isMet }) => isMet), ...hasKeyword(keyword)]
  return leading.labels.map((label, at) => {
    const counted = leading.labels.slice(0, at)
    const walked = { sql: 'object_labels m WHERE m.bucket = ? AND m.label = ?', values: [bucket, label] }
    const isFirst = at === 0 || leading.isExclusive
    return and([walked, ...(isFirst ? [] : [not(hasLabel(counted))]), ...rest])
  })
}

const ofKeys = (bucket: number, keys: readonly string[]): Condition => ({
  sql: `(SELECT t.object, t.created_at FROM objects o JOIN object_texts t ON t.object = o.id
    WHERE o.bucket = ? AND o.key IN (??)) AS m WHERE true`,
  values: [bucket, keys],
})
