import type { AccountId, BlobId, ObjectId } from '../../core/ids.ts'
import type { ObjectAddress } from '../../core/model/addresses.ts'
import type { Content } from '../../core/model/bytes.ts'
import type { MediaFacts } from '../../core/model/media.ts'
import type { StoredObject } from '../../core/model/objects.ts'
import {
  type DigestColumns,
  digestsOf,
  digestValues,
  hexBytes,
  hexOf,
  idBytes,
  parseJson,
} from '../values.ts'
import type { Db } from './db.ts'
import { Contention } from './errors.ts'
import { folded } from './values.ts'

/** An object with the numbers of its row and its bucket's. */
export interface ObjectRecord {
  readonly seq: number
  readonly bucketId: number
  readonly object: StoredObject
}

export interface ObjectRow extends DigestColumns {
  readonly seq: number
  readonly bucket_id: number
  readonly account: AccountId
  readonly bucket: string
  readonly id: Buffer
  readonly key: string
  readonly name: string
  readonly kind: string
  readonly status: string
  readonly content_type: string | null
  readonly blob: Buffer | null
  readonly size: number | null
  readonly part_count: number | null
  readonly md5_of_parts: Buffer | null
  readonly media: string | null
  readonly attributes: string
  readonly holds: number
  readonly created_at: number
  readonly updated_at: number
  readonly version: number
}

/** How often one transaction goes after an object that others keep replacing. */
const LOCKS_TRIED_MAX = 100

/** The columns of an `ObjectRow`, of objects `o` and buckets `b`. */
export const OBJECT_COLUMNS = `o.seq, o.bucket AS bucket_id, b.account, b.name AS bucket, o.id, o.key, o.name,
  o.kind, o.status, o.content_type, o.blob, o.size, o.part_count, o.md5, o.sha256, o.crc64, o.md5_of_parts, o.media,
  o.attributes, o.holds, o.created_at, o.updated_at, o.version`

const SELECT_OBJECTS = `SELECT ${OBJECT_COLUMNS} FROM objects o JOIN buckets b ON b.id = o.bucket`

/** Finds an object as it is now. */
export const findObject = (
  db: Db,
  account: AccountId,
  address: ObjectAddress,
): Promise<ObjectRecord | null> => selectObject(db, account, address, '')

/** Those that there are, in the order of the ids. */
export async function findObjects(
  db: Db,
  account: AccountId,
  ids: readonly ObjectId[],
): Promise<readonly StoredObject[]> {
  const rows = await db.all<ObjectRow>(
    `${SELECT_OBJECTS} WHERE o.id = ANY ($1::bytea[]) AND b.account = $2`,
    ...[ids.map(idBytes), account],
  )
  const found = new Map(rows.map((row) => [hexOf<ObjectId>(row.id), objectOf(row)]))
  return ids.flatMap((id) => found.get(id) ?? [])
}

/** Finds an object and keeps all other commands from it until the end of the transaction. */
export async function lockObject(
  db: Db,
  account: AccountId,
  address: ObjectAddress,
): Promise<ObjectRecord | null> {
  for (let tried = 0; tried < LOCKS_TRIED_MAX; tried++) {
    const record = await selectObject(db, account, address, 'FOR UPDATE OF o')
    if (record !== null || 'id' in address) return record
    // While this waited for the lock, the object may have made way for another of the same key.
    if ((await findObject(db, account, address)) === null) return null
  }
  throw new Contention('the object is replaced again and again')
}

async function selectObject(
  db: Db,
  account: AccountId,
  address: ObjectAddress,
  locking: '' | 'FOR UPDATE OF o',
): Promise<ObjectRecord | null> {
  const row =
    'id' in address
      ? await db.one<ObjectRow>(
          `${SELECT_OBJECTS} WHERE o.id = $1 AND b.account = $2 ${locking}`,
          idBytes(address.id),
          account,
        )
      : await db.one<ObjectRow>(
          `${SELECT_OBJECTS} WHERE b.account = $1 AND b.name = $2 AND o.key = $3 ${locking}`,
          ...[account, address.bucket, address.key],
        )
  return row === undefined ? null : { seq: row.seq, bucketId: row.bucket_id, object: objectOf(row) }
}

/** Whether it was inserted: not when the key is taken. Waits for others that are just taking or freeing the key. */
export async function insertObject(db: Db, bucketId: number, object: StoredObject): Promise<boolean> {
  const { id, key, name, kind, status, contentType, content, media, attributes, createdAt } = object
  const changes = await db.run(
    `INSERT INTO objects (id, bucket, key, name, search_name, kind, status, content_type, blob, size, part_count, md5,
       sha256, crc64, md5_of_parts, media, attributes, created_at, updated_at, version)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18, 1)
     ON CONFLICT (bucket, key) DO NOTHING`,
    ...[idBytes(id), bucketId, key, name, folded(name), kind, status, contentType],
    ...contentValues(content),
    ...[media === null ? null : JSON.stringify(media), JSON.stringify(attributes), createdAt],
  )
  return changes > 0
}

/** The values of the columns blob, size, part_count, md5, sha256, crc64, md5_of_parts. */
function contentValues(content: Content | null): readonly (Buffer | number | string | null)[] {
  if (content === null) return [null, null, null, null, null, null, null]
  const { blob, size, partCount, digests, md5OfParts } = content
  return [idBytes(blob), size, partCount, ...digestValues(digests), hexBytes(md5OfParts)]
}

export function objectOf(row: ObjectRow): StoredObject {
  return {
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
  }
}

function contentOf(row: ObjectRow): Content | null {
  if (row.blob === null) return null
  return {
    blob: hexOf<BlobId>(row.blob),
    size: row.size ?? 0,
    partCount: row.part_count ?? 0,
    digests: digestsOf(row),
    md5OfParts: row.md5_of_parts === null ? null : hexOf(row.md5_of_parts),
  }
}
