import type { ListObjects } from '../../core/ports/commands/objects.ts'
import { idBytes } from '../values.ts'
import { summed } from './bucket-counts.ts'
import { BUCKET_ID, bucketValues } from './buckets.ts'
import type { ScriptOf } from './command.ts'
import { and, type Condition, likeAny } from './conditions.ts'
import { OBJECT_COLUMNS, type ObjectRow, objectOf } from './object-rows.ts'
import { all, one } from './script.ts'

/** The page and the total tell of one moment. */
export const listObjects: ScriptOf<'listObjects'> = function* (query) {
  const { order, limit, offset } = query
  const where = and(conditionsOf(query))
  const total = totalOf(query, where)
  const direction = order === 'newest-first' ? 'DESC' : 'ASC'
  const rows = yield* all<ObjectRow & { readonly total: number }>(
    `SELECT ${OBJECT_COLUMNS}, (${total.sql}) AS total FROM objects o JOIN buckets b ON b.id = o.bucket
     WHERE ${where.sql} ORDER BY o.created_at ${direction}, o.id ${direction} LIMIT ? OFFSET ?`,
    ...[...total.values, ...where.values, limit, offset],
  )
  if (rows[0] !== undefined) return { objects: rows.map(objectOf), total: rows[0].total }
  const counted = yield* one<{ total: number }>(`SELECT (${total.sql}) AS total`, ...total.values)
  return { objects: [], total: counted?.total ?? 0 }
}

/** Without filters the bucket's counts tell. */
function totalOf(query: ListObjects, where: Condition): Condition {
  if (conditionsOf(query).length > 1) {
    return { sql: `SELECT count(*) FROM objects o WHERE ${where.sql}`, values: where.values }
  }
  const bucket = inBucket(query, 'c')
  return {
    sql: `SELECT ${summed('objects')} FROM bucket_counts c WHERE ${bucket.sql}`,
    values: bucket.values,
  }
}

function conditionsOf(query: ListObjects): readonly Condition[] {
  const { kind, status, keyword } = query
  return [
    inBucket(query, 'o'),
    ...(kind === null ? [] : [{ sql: 'o.kind = ?', values: [kind] }]),
    ...(status === null ? [] : [{ sql: 'o.status = ?', values: [status] }]),
    ...(keyword === null ? [] : [isCalled(keyword)]),
  ]
}

/** A subquery and not a join tells PostgreSQL that it is one bucket, whose order the index has. */
const inBucket = ({ account, bucket }: ListObjects, table: 'o' | 'c'): Condition => ({
  sql: `${table}.bucket = ${BUCKET_ID}`,
  values: bucketValues(account, bucket),
})

/** Part of the name, or the whole id. */
const isCalled = (keyword: string): Condition => ({
  sql: "(o.id = ? OR o.search_name LIKE ? ESCAPE '!')",
  values: [idBytes(keyword), likeAny(keyword)],
})
