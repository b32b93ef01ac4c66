import type { AccountId, BlobId, ObjectId } from '../../core/ids.ts'
import type { ObjectAddress } from '../../core/model/addresses.ts'
import type { Content } from '../../core/model/bytes.ts'
import type { MediaFacts } from '../../core/model/media.ts'
import type { StoredObject } from '../../core/model/objects.ts'
import { type DigestColumns, digestsOf, hexOf, idBytes, parseJson } from '../values.ts'
import type { Db } from './db.ts'

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
  readonly id: Uint8Array
  readonly key: string
  readonly name: string
  readonly kind: string
  readonly status: string
  readonly content_type: string | null
  readonly blob: Uint8Array | null
  readonly size: number | null
  readonly part_count: number | null
  readonly md5_of_parts: Uint8Array | null
  readonly media: string | null
  readonly attributes: string
  readonly holds: number
  readonly created_at: number
  readonly updated_at: number
  readonly version: number
}

/** Reads `ObjectRow`s; conditions on `o` and `b` follow. */
export const SELECT_OBJECTS = `SELECT o.seq, o.bucket AS bucket_id, b.account, b.name AS bucket, o.id, o.key, o.name,
  o.kind, o.status, o.content_type, o.blob, o.size, o.part_count, o.md5, o.sha256, o.crc64, o.md5_of_parts, o.media,
  o.attributes, o.holds, o.created_at, o.updated_at, o.version
  FROM objects o JOIN buckets b ON b.id = o.bucket`

export function findObject(db: Db, account: AccountId, address: ObjectAddress): ObjectRecord | null {
  const row =
    'id' in address
      ? db.one<ObjectRow>(`${SELECT_OBJECTS} WHERE o.id = ? AND b.account = ?`, idBytes(address.id), account)
      : db.one<ObjectRow>(
          `${SELECT_OBJECTS} WHERE b.account = ? AND b.name = ? AND o.key = ?`,
          ...[account, address.bucket, address.key],
        )
  return row === undefined ? null : { seq: row.seq, bucketId: row.bucket_id, object: objectOf(row) }
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
