import type { TimeMs } from '../../core/clock.ts'
import { CoreError } from '../../core/errors.ts'
import type { AccountId } from '../../core/ids.ts'
import type { ObjectAddress } from '../../core/model/addresses.ts'
import type { Content, Staged } from '../../core/model/bytes.ts'
import type { StoredObject } from '../../core/model/objects.ts'
import type { PutObject } from '../../core/ports/commands/objects.ts'
import type { CommitUpload } from '../../core/ports/commands/uploads.ts'
import { bucketId, type CountChange, count, holdRoom, objectCount } from './buckets.ts'
import type { Db } from './db.ts'
import { addDeliveries } from './deliveries.ts'
import { Contention } from './errors.ts'
import { freeKey } from './free-key.ts'
import { insertObject, lockObject, type ObjectRecord } from './object-rows.ts'
import { addWholeBlob, releaseBlob } from './parts.ts'
import type { CommandOf } from './types.ts'
import { folded } from './values.ts'

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

/** Others may take the key that was just free; after so many times the transaction begins anew. */
const KEYS_TRIED_MAX = 100

export async function putObject(db: Db, command: PutObject): Promise<StoredObject> {
  const { account, bucket, key, blob, staged, now } = command
  if (staged !== null) await addWholeBlob(db, blob, staged, now)
  const content = staged === null ? null : wholeContent(command, staged)
  return addObject(db, { account, bucket, key }, content, command)
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
export async function addObject(
  db: Db,
  place: Place,
  content: Content | null,
  command: NewObject,
): Promise<StoredObject> {
  const { account, bucket, key } = place
  const { id, fields, deliveries, objectsMax, now } = command
  const bucketRow = await bucketId(db, account, bucket)
  const hasRoom = objectsMax === 0 || (await holdRoom(db, bucketRow, objectsMax))
  const wanted: StoredObject = {
    ...{ id, account, bucket, key, ...fields, content },
    ...{ holds: 0, createdAt: now, updatedAt: now, version: 1 },
  }
  const { object, changes } = await insertAtFreeKey(db, bucketRow, wanted, command)
  const removed = changes.length
  if (!hasRoom && (await objectCount(db, bucketRow)) - removed >= objectsMax) {
    throw new CoreError('quota-exceeded', 'the bucket is full', { limit: 'objects', objectsMax })
  }
  await addDeliveries(db, account, deliveries, now)
  await count(db, bucketRow, [...changes, { object: id, objects: 1, bytes: content?.size ?? 0 }])
  return object
}

export async function updateObject(db: Db, command: CommandOf<'updateObject'>): Promise<StoredObject> {
  const { account, now } = command
  const { seq, object } = await requireObject(db, account, command.object)
  if (command.ifVersion !== null && command.ifVersion !== object.version) {
    throw new CoreError('object-changed', 'the object changed meanwhile', { version: object.version })
  }
  const next: StoredObject = { ...object, ...command.change, updatedAt: now, version: object.version + 1 }
  const changes = await db.run(
    `UPDATE objects SET name = $1, search_name = $2, kind = $3, status = $4, content_type = $5, media = $6,
       attributes = $7, updated_at = $8, version = $9 WHERE seq = $10 AND version = $11`,
    ...[next.name, folded(next.name), next.kind, next.status, next.contentType],
    ...[next.media === null ? null : JSON.stringify(next.media), JSON.stringify(next.attributes)],
    ...[now, next.version, seq, object.version],
  )
  requireChanged(changes)
  await addDeliveries(db, account, command.deliveries, now)
  return next
}

export async function deleteObject(
  db: Db,
  { account, object, now }: CommandOf<'deleteObject'>,
): Promise<StoredObject> {
  const record = await requireObject(db, account, object)
  await count(db, record.bucketId, [await removeObject(db, record, now)])
  return record.object
}

export async function holdObject(
  db: Db,
  { account, object: address, by, now }: CommandOf<'holdObject'>,
): Promise<StoredObject> {
  const { seq, object } = await requireObject(db, account, address)
  if (object.holds + by < 0) return object
  const next: StoredObject = {
    ...object,
    holds: object.holds + by,
    updatedAt: now,
    version: object.version + 1,
  }
  const changes = await db.run(
    'UPDATE objects SET holds = $1, updated_at = $2, version = $3 WHERE seq = $4 AND version = $5',
    ...[next.holds, now, next.version, seq, object.version],
  )
  requireChanged(changes)
  return next
}

async function requireObject(db: Db, account: AccountId, address: ObjectAddress): Promise<ObjectRecord> {
  const record = await lockObject(db, account, address)
  if (record === null) throw new CoreError('object-not-found', 'no such object')
  return record
}

/** Removes a locked object; returns what is still to be counted. */
async function removeObject(db: Db, { seq, object }: ObjectRecord, now: TimeMs): Promise<CountChange> {
  if (object.holds > 0) {
    throw new CoreError('object-held', 'the object is held', { object: object.id, holds: object.holds })
  }
  requireChanged(await db.run('DELETE FROM objects WHERE seq = $1 AND version = $2', seq, object.version))
  if (object.content !== null) await releaseBlob(db, object.content.blob, now)
  return { object: object.id, objects: -1, bytes: -(object.content?.size ?? 0) }
}

/** Inserts the object under its key or, by the conflict's rule, another; returns what made way for it. */
async function insertAtFreeKey(
  db: Db,
  bucketRow: number,
  wanted: StoredObject,
  { conflict, now }: NewObject,
): Promise<{ readonly object: StoredObject; readonly changes: readonly CountChange[] }> {
  const changes: CountChange[] = []
  let object = wanted
  for (let tried = 0; tried < KEYS_TRIED_MAX; tried++) {
    if (await insertObject(db, bucketRow, object)) return { object, changes }
    switch (conflict) {
      case 'fail':
        throw new CoreError('name-conflict', 'the key is taken')
      case 'rename':
        object = { ...wanted, key: await freeKey(wanted.key, (keys) => findTaken(db, bucketRow, keys)) }
        break
      case 'overwrite': {
        const old = await lockObject(db, wanted.account, { bucket: wanted.bucket, key: wanted.key })
        if (old !== null) changes.push(await removeObject(db, old, now))
      }
    }
  }
  throw new Contention('the key is wanted by too many')
}

async function findTaken(db: Db, bucketRow: number, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db.all<{ key: string }>(
    'SELECT key FROM objects WHERE bucket = $1 AND key = ANY ($2::text[])',
    bucketRow,
    keys,
  )
  return new Set(rows.map(({ key }) => key))
}

/** The compare of compare-and-set; on a locked row it cannot fail unless this store has a bug. */
function requireChanged(changes: number): void {
  if (changes === 0) throw new CoreError('object-changed', 'the object changed meanwhile')
}
