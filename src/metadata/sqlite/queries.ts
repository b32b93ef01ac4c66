import type { BlobId, SegmentName } from '../../core/ids.ts'
import type { Extent } from '../../core/model/bytes.ts'
import type { StoredObject } from '../../core/model/objects.ts'
import type { Part, Upload } from '../../core/model/uploads.ts'
import type { ListObjects } from '../../core/ports/commands/objects.ts'
import { hexOf, idBytes } from '../values.ts'
import { usage } from './buckets.ts'
import type { Db } from './db.ts'
import type { CommandOf } from './messages.ts'
import * as objects from './object-rows.ts'
import { partsOf } from './parts.ts'
import * as uploads from './upload-rows.ts'

/** Most inline bytes in one answer of `listExtents` (one extent may be more): bounds memory, whatever the limit. */
const INLINE_PER_ANSWER = 1024 * 1024

export function findUpload(db: Db, { account, upload }: CommandOf<'findUpload'>): Upload | null {
  return uploads.findUpload(db, account, upload)?.upload ?? null
}

export function findObject(db: Db, { account, object }: CommandOf<'findObject'>): StoredObject | null {
  return objects.findObject(db, account, object)?.object ?? null
}

export function listParts(db: Db, query: CommandOf<'listParts'>): readonly Part[] {
  const record = uploads.findUpload(db, query.account, query.upload)
  return record === null ? [] : partsOf(db, record.upload.blob, query.after, query.limit)
}

export function listObjects(
  db: Db,
  query: ListObjects,
): { readonly objects: readonly StoredObject[]; readonly total: number } {
  const { where, values } = conditionsOf(query)
  const direction = query.order === 'newest-first' ? 'DESC' : 'ASC'
  const rows = db.all<objects.ObjectRow>(
    `${objects.SELECT_OBJECTS} WHERE ${where}
     ORDER BY o.created_at ${direction}, o.id ${direction} LIMIT ? OFFSET ?`,
    ...[...values, query.limit, query.offset],
  )
  return { objects: rows.map(objects.objectOf), total: totalOf(db, query) }
}

function totalOf(db: Db, query: ListObjects): number {
  const { where, values } = conditionsOf(query)
  if (values.length === PLACE_VALUES) return usage(db, query).objects
  const counted = db.one<{ total: number }>(
    `SELECT count(*) AS total FROM objects o JOIN buckets b ON b.id = o.bucket WHERE ${where}`,
    ...values,
  )
  return counted?.total ?? 0
}

/** Account and bucket. */
const PLACE_VALUES = 2

function conditionsOf({ account, bucket, kind, status, keyword }: ListObjects): {
  readonly where: string
  readonly values: readonly (string | Uint8Array)[]
} {
  const conditions = ['b.account = ? AND b.name = ?']
  const values: (string | Uint8Array)[] = [account, bucket]
  if (kind !== null) {
    conditions.push('o.kind = ?')
    values.push(kind)
  }
  if (status !== null) {
    conditions.push('o.status = ?')
    values.push(status)
  }
  if (keyword !== null) {
    conditions.push('(o.id = ? OR instr(folded(o.name), ?) > 0)')
    values.push(idBytes(keyword), keyword.toLowerCase())
  }
  return { where: conditions.join(' AND '), values }
}

interface ExtentRow {
  readonly segment: Uint8Array
  readonly offset: number
  readonly start: number
  readonly size: number
  readonly crc32: number
  readonly inline: number | null
}

export function listExtents(db: Db, { blob, offset, limit }: CommandOf<'listExtents'>): readonly Extent[] {
  const row = db.one<{ size: number | null }>('SELECT size FROM blobs WHERE id = ?', idBytes(blob))
  if (row === undefined) return []
  const extents: Extent[] = []
  let inlineSize = 0
  for (const extent of row.size === null
    ? openRows(db, blob, offset, limit)
    : sealedRows(db, blob, offset, limit)) {
    if (extent.inline !== null) inlineSize += extent.size
    if (inlineSize > INLINE_PER_ANSWER && extents.length > 0) break
    extents.push({ ...extent, segment: hexOf<SegmentName>(extent.segment), inline: inlineBytes(db, extent) })
  }
  return extents
}

/** Seeks: the segment that holds the byte at `offset`, and those after it. */
const sealedRows = (db: Db, blob: BlobId, offset: number, limit: number): readonly ExtentRow[] =>
  db.all<ExtentRow>(
    `SELECT segment, coalesce(place, 0) AS offset, start, size, crc32, inline FROM parts
     WHERE blob = ?1
       AND start >= (SELECT max(start) FROM parts WHERE blob = ?1 AND start <= ?2)
       AND start + size > ?2 AND size > 0
     ORDER BY start LIMIT ?3`,
    ...[idBytes(blob), offset, limit],
  )

/** Parts may still come and go: adds up what is there now. */
const openRows = (db: Db, blob: BlobId, offset: number, limit: number): readonly ExtentRow[] =>
  db.all<ExtentRow>(
    `SELECT segment, coalesce(place, 0) AS offset, start, size, crc32, inline FROM (
       SELECT number, segment, place, size, crc32, inline, sum(size) OVER (ORDER BY number) - size AS start
       FROM parts WHERE blob = ?1)
     WHERE start + size > ?2 AND size > 0 ORDER BY number LIMIT ?3`,
    ...[idBytes(blob), offset, limit],
  )

function inlineBytes(db: Db, { inline }: ExtentRow): Uint8Array | null {
  if (inline === null) return null
  const row = db.one<{ bytes: Uint8Array }>('SELECT bytes FROM inline_bytes WHERE id = ?', inline)
  if (row === undefined) throw new Error('inline bytes are missing')
  return row.bytes
}
