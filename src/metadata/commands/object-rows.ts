import { CoreError } from '../../core/errors.ts'
import type { AccountId, ObjectId } from '../../core/ids.ts'
import type { ObjectAddress } from '../../core/model/addresses.ts'
import type { BucketName } from '../../core/model/buckets.ts'
import type { MediaFacts } from '../../core/model/media.ts'
import type { StoredObject } from '../../core/model/objects.ts'
import { folded, hexOf, idBytes, parseJson } from '../values.ts'
import { BUCKET_NAME, bucketValues } from './buckets.ts'
import { type ContentColumns, contentOf, contentValues } from './content-columns.ts'
import { all, Contention, one, type Script, type ScriptScalar, usually } from './script.ts'

/** An object with the numbers of its row and its bucket's. */
export interface ObjectRecord {
  readonly seq: number
  readonly bucketId: number
  readonly object: StoredObject
}

export interface ObjectRow extends ContentColumns {
  readonly seq: number
  readonly bucket_id: number
  readonly account: AccountId
  readonly bucket: BucketName
  readonly id: Uint8Array
  readonly key: string
  readonly name: string
  readonly kind: string
  readonly status: string
  readonly content_type: string | null
  readonly media: string | null
  readonly attributes: string
  readonly holds: number
  readonly created_at: number
  readonly updated_at: number
  readonly version: number
}

/** The columns of an `ObjectRow`, of objects `o` and buckets `b`. */
export const OBJECT_COLUMNS = `o.seq, o.bucket AS bucket_id, b.account, ${BUCKET_NAME}, o.id, o.key, o.name,
  o.kind, o.status, o.content_type, o.blob, o.size, o.part_count, o.md5, o.sha256, o.crc64, o.md5_of_parts, o.media,
  o.attributes, o.holds, o.created_at, o.updated_at, o.version`

const SELECT_OBJECTS = `SELECT ${OBJECT_COLUMNS} FROM objects o JOIN buckets b ON b.id = o.bucket`
const FIND_BY_ID = `${SELECT_OBJECTS} WHERE o.id = ? AND b.account = ?`
const FIND_BY_KEY = `${SELECT_OBJECTS} WHERE b.account = ? AND b.owner = ? AND b.name = ? AND o.key = ?`
const LOCK_OBJECT = ' FOR UPDATE OF o'
const LOCK_BY_ID = FIND_BY_ID + LOCK_OBJECT
const LOCK_BY_KEY = FIND_BY_KEY + LOCK_OBJECT

/** How often one command tries to lock an object that others keep replacing. */
const LOCKS_TRIED_MAX = 100

/** An object as it is now. */
export function* lookUpObject(account: AccountId, address: ObjectAddress): Script<ObjectRecord | null> {
  const row =
    'id' in address
      ? yield* one<ObjectRow>(FIND_BY_ID, idBytes(address.id), account)
      : yield* one<ObjectRow>(FIND_BY_KEY, ...bucketValues(account, address.bucket), address.key)
  return row === undefined ? null : recordOf(row)
}

/** Those of these objects that are there, in the order of the ids. */
export function* findObjects(account: AccountId, ids: readonly ObjectId[]): Script<readonly StoredObject[]> {
  if (ids.length === 0) return []
  const rows = yield* all<ObjectRow>(
    `${SELECT_OBJECTS} WHERE o.id IN (??) AND b.account = ?`,
    ...[ids.map(idBytes), account],
  )
  const found = new Map(rows.map((row) => [hexOf<ObjectId>(row.id), objectOf(row)]))
  return ids.flatMap((id) => found.get(id) ?? [])
}

/** As `lookUpObject`. Locks the row until the end of the command. */
export function* lockObject(account: AccountId, address: ObjectAddress): Script<ObjectRecord | null> {
  if ('id' in address) {
    const row = yield* one<ObjectRow>(LOCK_BY_ID, idBytes(address.id), account)
    return row === undefined ? null : recordOf(row)
  }
  for (let tried = 0; tried < LOCKS_TRIED_MAX; tried++) {
    const row = yield* one<ObjectRow>(LOCK_BY_KEY, ...bucketValues(account, address.bucket), address.key)
    if (row !== undefined) return recordOf(row)
    // While this waited for the lock, the object may have made way for another of the same key.
    if ((yield* lookUpObject(account, address)) === null) return null
  }
  throw new Contention('the object is replaced again and again')
}

/** Locks it. Errors: `object-not-found`. */
export function* requireObject(account: AccountId, address: ObjectAddress): Script<ObjectRecord> {
  const record = yield* lockObject(account, address)
  if (record === null) throw new CoreError('object-not-found', 'no such object')
  return record
}

/** Whether it was inserted: not when the key is taken. Waits for others that are just taking or freeing the key. */
export function* insertObject(bucketId: number, object: StoredObject): Script<boolean> {
  const { id, key, createdAt } = object
  const changes = yield* usually(
    1,
    `INSERT INTO objects (id, bucket, key, name, search_name, kind, status, content_type, blob, size, part_count, md5,
       sha256, crc64, md5_of_parts, media, attributes, holds, created_at, updated_at, version)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (bucket, key) DO NOTHING`,
    ...[idBytes(id), bucketId, key],
    ...fieldValues(object),
    ...[object.holds, createdAt, object.updatedAt, object.version],
  )
  return changes > 0
}

/** Writes all of a locked object's row anew but its id, place, holds and time of making. */
export function* replaceObject({ seq, object }: ObjectRecord, next: StoredObject): Script<void> {
  const changes = yield* usually(
    1,
    `UPDATE objects SET name = ?, search_name = ?, kind = ?, status = ?, content_type = ?, blob = ?, size = ?,
       part_count = ?, md5 = ?, sha256 = ?, crc64 = ?, md5_of_parts = ?, media = ?, attributes = ?, updated_at = ?,
       version = ? WHERE seq = ? AND version = ?`,
    ...fieldValues(next),
    ...[next.updatedAt, next.version, seq, object.version],
  )
  requireChanged(changes)
}

/** The compare of compare-and-set; on a locked row it cannot fail unless a command forgot to lock. */
export function requireChanged(changes: number): void {
  if (changes === 0) throw new CoreError('object-changed', 'the object changed meanwhile')
}

/** The values of the columns from `name` to `attributes`. */
const fieldValues = (object: StoredObject): readonly ScriptScalar[] => [
  ...[object.name, folded(object.name), object.kind, object.status, object.contentType],
  ...contentValues(object.content),
  ...[object.media === null ? null : JSON.stringify(object.media), JSON.stringify(object.attributes)],
]

const recordOf = (row: ObjectRow): ObjectRecord => ({
  ...{ seq: row.seq, bucketId: row.bucket_id, object: objectOf(row) },
})

export const objectOf = (row: ObjectRow): StoredObject => ({
  id: hexOf<ObjectId>(row.id),
  account: row.account,
  bucket: row.bucket,
  key: row.key,
  name: row.name,
  kind: row.kind,
  status: row.status,
  contentType: row.content_type,
  content: contentOf(row),
  media: row.media === null ? null : (JSON.parse(row.media) as MediaFacts),
  attributes: parseJson(row.attributes),
  holds: row.holds,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  version: row.version,
})
