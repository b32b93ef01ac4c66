import type { TimeMs } from '../../core/clock.ts'
import { CoreError } from '../../core/errors.ts'
import type { Content } from '../../core/model/bytes.ts'
import type { StoredObject } from '../../core/model/objects.ts'
import { requireAssembled } from '../commands/assemblies.ts'
import { changesFacet, findIds, refreshIndex, setIndex } from '../commands/catalog.ts'
import { digestValues, hexBytes, idBytes } from '../values.ts'
import { countBytes } from './buckets.ts'
import type { Db } from './db.ts'
import { findObjects, lockObject, type ObjectRecord } from './object-rows.ts'
import * as objects from './objects.ts'
import { releaseBlob, sealBlob, summaryOf } from './parts.ts'
import { runScript } from './run-script.ts'
import type { CommandOf, ResultOf } from './types.ts'
import { apply, requireUpload } from './upload-rows.ts'
import { abortUpload } from './uploads.ts'

export async function putObject(db: Db, command: CommandOf<'putObject'>): Promise<StoredObject> {
  const object = await objects.putObject(db, command)
  if (command.index !== undefined) await runScript(db, setIndex(object, command.index))
  return object
}

/** Locks the upload before the object, as all commands do that have both. */
export async function updateObject(db: Db, command: CommandOf<'updateObject'>): Promise<StoredObject> {
  const { account, change, index, ends, dropsContent = false, now } = command
  if (ends !== undefined) await abortUpload(db, { account, upload: ends, now })
  const object = await objects.updateObject(db, command)
  if (index !== undefined) await runScript(db, setIndex(object, index))
  else if (changesFacet(change)) await runScript(db, refreshIndex(object))
  if (!dropsContent || object.content === null) return object
  await dropContent(db, await requireObject(db, { account, object: { id: object.id } }), object.content, now)
  return { ...object, content: null }
}

async function dropContent(
  db: Db,
  { seq, bucketId, object }: ObjectRecord,
  content: Content,
  now: TimeMs,
): Promise<void> {
  if (object.holds > 0) throw new CoreError('object-held', 'the object is held')
  await db.run(
    `UPDATE objects SET blob = NULL, size = NULL, part_count = NULL, md5 = NULL, sha256 = NULL, crc64 = NULL,
       md5_of_parts = NULL WHERE seq = $1`,
    seq,
  )
  await releaseBlob(db, content.blob, now)
  await countBytes(db, bucketId, object.id, -content.size)
}

export async function searchObjects(
  db: Db,
  query: CommandOf<'searchObjects'>,
): Promise<ResultOf<'searchObjects'>> {
  const { ids, total } = await runScript(db, findIds(query))
  return { objects: await findObjects(db, query.account, ids), total }
}

export async function fillObject(db: Db, command: CommandOf<'fillObject'>): Promise<StoredObject> {
  const { account, ifVersion, now } = command
  const record = await requireUpload(db, account, command.upload)
  const target = await requireObject(db, command)
  const { object } = target
  if (record.upload.state === 'committed' && record.upload.objectId === object.id) return object
  if (object.version !== ifVersion) {
    throw new CoreError('object-changed', 'the object changed meanwhile', { version: object.version })
  }
  const parts = record.upload.state === 'open' ? await summaryOf(db, record.upload.blob) : null
  const upload = await apply(db, record, { type: 'commit', objectId: object.id, ifVersion: null, parts }, now)
  if (upload.state !== 'committed') throw new Error('a commit did not commit')
  if (parts !== null) await sealBlob(db, upload.blob, parts.size)
  const filled: StoredObject = { ...object, content: { blob: upload.blob, ...upload.sealed } }
  await setContent(db, target, filled)
  await runScript(db, requireAssembled(record, now))
  const updated = await updateObject(db, { ...command, object: { id: object.id }, ifVersion })
  if (object.content !== null) await releaseBlob(db, object.content.blob, now)
  await countBytes(db, target.bucketId, object.id, upload.sealed.size - (object.content?.size ?? 0))
  return { ...updated, content: filled.content }
}

async function requireObject(
  db: Db,
  { account, object }: Pick<CommandOf<'fillObject'>, 'account' | 'object'>,
): Promise<ObjectRecord> {
  const record = await lockObject(db, account, object)
  if (record === null) throw new CoreError('object-not-found', 'no such object')
  return record
}

async function setContent(db: Db, { seq }: ObjectRecord, { content }: StoredObject): Promise<void> {
  if (content === null) throw new Error('an object is filled with nothing')
  await db.run(
    `UPDATE objects SET blob = $1, size = $2, part_count = $3, md5 = $4, sha256 = $5, crc64 = $6, md5_of_parts = $7
     WHERE seq = $8`,
    ...[idBytes(content.blob), content.size, content.partCount, ...digestValues(content.digests)],
    ...[hexBytes(content.md5OfParts), seq],
  )
}
