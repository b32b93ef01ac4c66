import type { SegmentName } from '../../core/ids.ts'
import type { Extent } from '../../core/model/bytes.ts'
import type { StoredObject } from '../../core/model/objects.ts'
import type { Part, Upload } from '../../core/model/uploads.ts'
import type { ListObjects } from '../../core/ports/commands/objects.ts'
import { hexOf, idBytes } from '../values.ts'
import type { Db } from './db.ts'
import * as objects from './object-rows.ts'
import { PART_COLUMNS, type PartRow, partOf } from './parts.ts'
import type { CommandOf } from './types.ts'
import * as uploads from './upload-rows.ts'
import { folded, plainBytes, type SqlValue } from './values.ts'

/** Most inline bytes in one answer of `listExtents` (one extent may be more): bounds memory, whatever the limit. */
const INLINE_PER_ANSWER = 1024 * 1024

export async function findUpload(
  db: Db,
  { account, upload }: CommandOf<'findUpload'>,
): Promise<Upload | null> {
  return (await uploads.findUpload(db, account, upload))?.upload ?? null
}

export async function findObject(
  db: Db,
  { account, object }: CommandOf<'findObject'>,
): Promise<StoredObject | null> {
  return (await objects.findObject(db, account, object))?.object ?? null
}

export async function listParts(db: Db, query: CommandOf<'listParts'>): Promise<readonly Part[]> {
  const record = await uploads.findUpload(db, query.account, query.upload)
  if (record === null) return []
  const rows = await db.all<PartRow>(
    `SELECT ${PART_COLUMNS} FROM parts WHERE blob = $1 AND number > $2 ORDER BY number LIMIT $3`,
    ...[idBytes(record.upload.blob), query.after, query.limit],
  )
  return rows.map(partOf)
}

/** One statement, so that the page and the total are of one moment. */
export async function listObjects(
  db: Db,
  query: ListObjects,
): Promise<{ readonly objects: readonly StoredObject[]; readonly total: number }> {
  const { where, values } = conditionsOf(query)
  const direction = query.order === 'newest-first' ? 'DESC' : 'ASC'
  const order = (row: string) => `${row}.created_at ${direction}, ${row}.id ${direction}`
  const [limit, offset] = [`$${values.length + 1}`, `$${values.length + 2}`]
  const rows = await db.all<{ total: number } & (objects.ObjectRow | { readonly id: null })>(
    `SELECT counted.total, page.* FROM (${totalOf(query, where)}) AS counted LEFT JOIN LATERAL (
       SELECT ${objects.OBJECT_COLUMNS} FROM objects o JOIN buckets b ON b.id = o.bucket
       WHERE ${where} ORDER BY ${order('o')} LIMIT ${limit} OFFSET ${offset}) AS page ON true
     ORDER BY ${order('page')}`,
    ...[...values, query.limit, query.offset],
  )
  return {
    objects: rows.flatMap((row) => (row.id === null ? [] : [objects.objectOf(row)])),
    total: rows[0]?.total ?? 0,
  }
}

/** Without filters the bucket's counts tell. */
const totalOf = ({ kind, status, keyword }: ListObjects, where: string): string =>
  kind === null && status === null && keyword === null
    ? `SELECT coalesce(sum(objects), 0)::bigint AS total FROM bucket_counts o WHERE ${where}`
    : `SELECT count(*) AS total FROM objects o WHERE ${where}`

function conditionsOf({ account, bucket, kind, status, keyword }: ListObjects): {
  readonly where: string
  readonly values: readonly SqlValue[]
} {
  // By a subquery, not a join: the planner then knows that it is one bucket, and takes the order from the index.
  const conditions = ['o.bucket = (SELECT id FROM buckets WHERE account = $1 AND name = $2)']
  const values: SqlValue[] = [account, bucket]
  const next = (value: SqlValue) => `$${values.push(value)}`
  if (kind !== null) conditions.push(`o.kind = ${next(kind)}`)
  if (status !== null) conditions.push(`o.status = ${next(status)}`)
  if (keyword !== null) {
    conditions.push(
      `(o.id = ${next(idBytes(keyword))} OR strpos(o.search_name, ${next(folded(keyword))}) > 0)`,
    )
  }
  return { where: conditions.join(' AND '), values }
}

interface ExtentRow {
  readonly segment: Buffer
  readonly offset: number
  readonly start: number
  readonly size: number
  readonly crc32: number
  readonly inline: Buffer | null
}

export async function listExtents(
  db: Db,
  { blob, offset, limit }: CommandOf<'listExtents'>,
): Promise<readonly Extent[]> {
  const values = [idBytes(blob), offset, limit, INLINE_PER_ANSWER]
  const rows = await db.all<{ is_sealed: boolean } & (ExtentRow | { readonly segment: null })>(
    SEALED_EXTENTS,
    ...values,
  )
  if (rows[0] === undefined) return []
  // What is sealed meanwhile comes out the same from its parts.
  if (!rows[0].is_sealed) return (await db.all<ExtentRow>(OPEN_EXTENTS, ...values)).map(extentOf)
  return rows.flatMap((row) => (row.segment === null ? [] : [extentOf(row)]))
}

const extentOf = ({ segment, offset, start, size, crc32, inline }: ExtentRow): Extent => ({
  segment: hexOf<SegmentName>(segment),
  ...{ offset, start, size, crc32, inline: inline === null ? null : plainBytes(inline) },
})

/** Of the extents that `source` selects: those before the inline bytes together are more than $4, and the first. */
const upToInlineMax = (source: string): string =>
  `SELECT segment, coalesce(place, 0) AS "offset", start, size, crc32, inline FROM (
     SELECT found.*, row_number() OVER in_order AS position,
       sum(CASE WHEN inline IS NULL THEN 0 ELSE size END) OVER in_order AS inline_size
     FROM (${source}) AS found WINDOW in_order AS (ORDER BY start)) AS extents
   WHERE inline_size <= $4 OR position = 1 ORDER BY start`

/** Seeks: the segment that holds the byte at $2, and those after it. One row without a segment where there is none. */
const SEALED_EXTENTS = `SELECT blobs.size IS NOT NULL AS is_sealed, extents.* FROM blobs LEFT JOIN LATERAL (
  ${upToInlineMax(`SELECT segment, place, start, size, crc32, inline FROM parts
     WHERE blob = $1 AND start IS NOT NULL
       AND start >= (SELECT max(start) FROM parts WHERE blob = $1 AND start <= $2)
       AND start + size > $2 AND size > 0
     ORDER BY start LIMIT $3`)}) AS extents ON true
  WHERE blobs.id = $1 ORDER BY extents.start`

/** Parts may still come and go: adds up what is there now. */
const OPEN_EXTENTS = upToInlineMax(
  `SELECT segment, place, start, size, crc32, inline FROM (
     SELECT number, segment, place, size, crc32, inline, (sum(size) OVER (ORDER BY number))::bigint - size AS start
     FROM parts WHERE blob = $1) AS placed
   WHERE start + size > $2 AND size > 0 ORDER BY number LIMIT $3`,
)
