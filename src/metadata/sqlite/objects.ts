import type { TimeMs } from '../../core/clock.ts'
import { CoreError } from '../../core/errors.ts'
import type { AccountId } from '../../core/ids.ts'
import type { ObjectAddress } from '../../core/model/addresses.ts'
import type { Content, Staged } from '../../core/model/bytes.ts'
import type { StoredObject } from '../../core/model/objects.ts'
import type { PutObject } from '../../core/ports/commands/objects.ts'
import type { CommitUpload } from '../../core/ports/commands/uploads.ts'
import { digestValues, hexBytes, idBytes } from '../values.ts'
import { bucketId, count, objectCount } from './buckets.ts'
import type { Db } from './db.ts'
import { addDeliveries } from './deliveries.ts'
import { freeKey } from './free-key.ts'
import type { CommandOf } from './messages.ts'
import { findObject, type ObjectRecord } from './object-rows.ts'
import { addBlob, addPart, releaseBlob, sealBlob } from './parts.ts'

/** What commits and puts have in common. */
type NewObject = Pick<
  PutObject & CommitUpload,
  'id' | 'fields' | 'conflict' | 'objectsMax' | 'deliveries' | 'now'
>

/** Where a new object wants to be. */
interface Place {
  readonly account: AccountId
  readonly bucket: string
  readonly key: string
}

export function putObject(db: Db, command: PutObject): StoredObject {
  const { account, bucket, key, blob, staged, now } = command
  if (staged !== null) {
    addBlob(db, blob)
    addPart(db, blob, 1, staged, now)
    sealBlob(db, blob, staged.facts.size)
  }
  return addObject(
    db,
    { account, bucket, key },
    staged === null ? null : wholeContent(command, staged),
    command,
  )
}

/** Bytes that came in one piece have no digest of parts. */
const wholeContent = ({ blob }: PutObject, { facts }: Staged): Content => ({
  blob,
  size: facts.size,
  partCount: 1,
  digests: facts.digests,
  md5OfParts: null,
})

/** Makes `content`, whose blob has a reference for it, visible. Errors: `name-conflict`, `object-held`, `quota-exceeded`. */
export function addObject(db: Db, place: Place, content: Content | null, command: NewObject): StoredObject {
  const { account, bucket } = place
  const { id, fields, deliveries, now } = command
  const bucketRow = bucketId(db, account, bucket)
  const key = takeKey(db, bucketRow, place, command)
  requireRoom(db, bucketRow, command.objectsMax)
  db.run(
    `INSERT INTO objects (id, bucket, key, name, kind, status, content_type, blob, size, part_count, md5, sha256, crc64,
       md5_of_parts, media, attributes, created_at, updated_at, version)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)`,
    ...[idBytes(id), bucketRow, key, fields.name, fields.kind, fields.status, fields.contentType],
    ...contentValues(content),
    ...[jsonOrNull(fields.media), JSON.stringify(fields.attributes), now, now],
  )
  count(db, bucketRow, 1, content?.size ?? 0)
  addDeliveries(db, account, deliveries, now)
  return {
    id,
    account,
    bucket,
    key,
    ...fields,
    content,
    holds: 0,
    createdAt: now,
    updatedAt: now,
    version: 1,
  }
}

export function updateObject(db: Db, command: CommandOf<'updateObject'>): StoredObject {
  const { account, now } = command
  const record = requireObject(db, account, command.object)
  const { seq, object } = record
  if (command.ifVersion !== null && command.ifVersion !== object.version) {
    throw new CoreError('object-changed', 'the object changed meanwhile', { version: object.version })
  }
  const next: StoredObject = { ...object, ...command.change, updatedAt: now, version: object.version + 1 }
  const changes = db.run(
    `UPDATE objects SET name = ?, kind = ?, status = ?, content_type = ?, media = ?, attributes = ?, updated_at = ?,
       version = ? WHERE seq = ? AND version = ?`,
    ...[next.name, next.kind, next.status, next.contentType, jsonOrNull(next.media)],
    ...[JSON.stringify(next.attributes), now, next.version, seq, object.version],
  )
  requireChanged(changes)
  addDeliveries(db, account, command.deliveries, now)
  return next
}

export function deleteObject(db: Db, { account, object, now }: CommandOf<'deleteObject'>): StoredObject {
  const record = requireObject(db, account, object)
  removeObject(db, record, now)
  return record.object
}

export function holdObject(
  db: Db,
  { account, object: address, by, now }: CommandOf<'holdObject'>,
): StoredObject {
  const { seq, object } = requireObject(db, account, address)
  if (object.holds + by < 0) return object
  const next: StoredObject = {
    ...object,
    holds: object.holds + by,
    updatedAt: now,
    version: object.version + 1,
  }
  const changes = db.run(
    'UPDATE objects SET holds = ?, updated_at = ?, version = ? WHERE seq = ? AND version = ?',
    ...[next.holds, now, next.version, seq, object.version],
  )
  requireChanged(changes)
  return next
}

function requireObject(db: Db, account: AccountId, address: ObjectAddress): ObjectRecord {
  const record = findObject(db, account, address)
  if (record === null) throw new CoreError('object-not-found', 'no such object')
  return record
}

function removeObject(db: Db, { seq, bucketId: bucket, object }: ObjectRecord, now: TimeMs): void {
  if (object.holds > 0) {
    throw new CoreError('object-held', 'the object is held', { object: object.id, holds: object.holds })
  }
  requireChanged(db.run('DELETE FROM objects WHERE seq = ? AND version = ?', seq, object.version))
  count(db, bucket, -1, -(object.content?.size ?? 0))
  if (object.content !== null) releaseBlob(db, object.content.blob, now)
}

/** The key that the new object gets, which is free when this returns. */
function takeKey(db: Db, bucketRow: number, place: Place, { conflict, now }: NewObject): string {
  const isTaken = (key: string) =>
    db.one('SELECT 1 FROM objects WHERE bucket = ? AND key = ?', bucketRow, key) !== undefined
  if (!isTaken(place.key)) return place.key
  switch (conflict) {
    case 'fail':
      throw new CoreError('name-conflict', 'the key is taken')
    case 'rename':
      return freeKey(place.key, isTaken)
    case 'overwrite':
      removeObject(db, requireObject(db, place.account, { bucket: place.bucket, key: place.key }), now)
      return place.key
  }
}

function requireRoom(db: Db, bucketRow: number, objectsMax: number): void {
  if (objectsMax > 0 && objectCount(db, bucketRow) >= objectsMax) {
    throw new CoreError('quota-exceeded', 'the bucket is full', { limit: 'objects', objectsMax })
  }
}

/** The compare of compare-and-set; inside one transaction it cannot fail unless this store has a bug. */
function requireChanged(changes: number): void {
  if (changes === 0) throw new CoreError('object-changed', 'the object changed meanwhile')
}

/** The values of the columns blob, size, part_count, md5, sha256, crc64, md5_of_parts. */
function contentValues(content: Content | null): (Uint8Array | number | string | null)[] {
  if (content === null) return [null, null, null, null, null, null, null]
  const { blob, size, partCount, digests, md5OfParts } = content
  return [idBytes(blob), size, partCount, ...digestValues(digests), hexBytes(md5OfParts)]
}

const jsonOrNull = (value: unknown): string | null => (value === null ? null : JSON.stringify(value))
