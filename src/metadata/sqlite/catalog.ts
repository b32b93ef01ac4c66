import type { TimeMs } from '../../core/clock.ts'
import { CoreError } from '../../core/errors.ts'
import type { Content } from '../../core/model/bytes.ts'
import type { StoredObject } from '../../core/model/objects.ts'
import { requireAssembled } from '../commands/assemblies.ts'
import { changesFacet, findIds, refreshIndex, setIndex } from '../commands/catalog.ts'
import { digestValues, hexBytes, idBytes } from '../values.ts'
import type { Db } from './db.ts'
import type { CommandOf, ResultOf } from './messages.ts'
import { findObject, type ObjectRecord } from './object-rows.ts'
import * as objects from './objects.ts'
import { releaseBlob, sealBlob, summaryOf } from './parts.ts'
import { runScript } from './run-script.ts'
import { apply, requireUpload } from './upload-rows.ts'
import { abortUpload } from './uploads.ts'

export function putObject(db: Db, command: CommandOf<'putObject'>): StoredObject {
  const object = objects.putObject(db, command)
  if (command.index !== undefined) runScript(db, setIndex(object, command.index))
  return object
}

export function updateObject(db: Db, command: CommandOf<'updateObject'>): StoredObject {
  const { account, change, index, ends, dropsContent = false, now } = command
  const object = objects.updateObject(db, command)
  if (index !== undefined) runScript(db, setIndex(object, index))
  else if (changesFacet(change)) runScript(db, refreshIndex(object))
  if (ends !== undefined) abortUpload(db, { account, upload: ends, now })
  if (!dropsContent || object.content === null) return object
  dropContent(db, requireObject(db, { account, object: { id: object.id } }), object.content, now)
  return { ...object, content: null }
}

function dropContent(db: Db, { seq, bucketId, object }: ObjectRecord, content: Content, now: TimeMs): void {
  if (object.holds > 0) throw new CoreError('object-held', 'the object is held')
  db.run(
    `UPDATE objects SET blob = NULL, size = NULL, part_count = NULL, md5 = NULL, sha256 = NULL, crc64 = NULL,
       md5_of_parts = NULL WHERE seq = ?`,
    seq,
  )
  db.run('UPDATE buckets SET bytes = bytes - ? WHERE id = ?', content.size, bucketId)
  releaseBlob(db, content.blob, now)
}

export function searchObjects(db: Db, query: CommandOf<'searchObjects'>): ResultOf<'searchObjects'> {
  const { ids, total } = runScript(db, findIds(query))
  const found = ids.flatMap((id) => findObject(db, query.account, { id })?.object ?? [])
  return { objects: found, total }
}

export function fillObject(db: Db, command: CommandOf<'fillObject'>): StoredObject {
  const { account, ifVersion, now } = command
  const record = requireUpload(db, account, command.upload)
  const target = requireObject(db, command)
  const { object } = target
  if (record.upload.state === 'committed' && record.upload.objectId === object.id) return object
  if (object.version !== ifVersion) {
    throw new CoreError('object-changed', 'the object changed meanwhile', { version: object.version })
  }
  const parts = record.upload.state === 'open' ? summaryOf(db, record.upload.blob) : null
  const upload = apply(db, record, { type: 'commit', objectId: object.id, ifVersion: null, parts }, now)
  if (upload.state !== 'committed') throw new Error('a commit did not commit')
  if (parts !== null) sealBlob(db, upload.blob, parts.size)
  const filled: StoredObject = { ...object, content: { blob: upload.blob, ...upload.sealed } }
  setContent(db, target, filled)
  if (object.content !== null) releaseBlob(db, object.content.blob, now)
  runScript(db, requireAssembled(record, now))
  return updateObject(db, { ...command, object: { id: object.id }, ifVersion })
}

function requireObject(
  db: Db,
  { account, object }: Pick<CommandOf<'fillObject'>, 'account' | 'object'>,
): ObjectRecord {
  const record = findObject(db, account, object)
  if (record === null) throw new CoreError('object-not-found', 'no such object')
  return record
}

function setContent(db: Db, { seq, bucketId, object }: ObjectRecord, { content }: StoredObject): void {
  if (content === null) throw new Error('an object is filled with nothing')
  db.run(
    `UPDATE objects SET blob = ?, size = ?, part_count = ?, md5 = ?, sha256 = ?, crc64 = ?, md5_of_parts = ?
     WHERE seq = ?`,
    ...[idBytes(content.blob), content.size, content.partCount, ...digestValues(content.digests)],
    ...[hexBytes(content.md5OfParts), seq],
  )
  const more = content.size - (object.content?.size ?? 0)
  db.run('UPDATE buckets SET bytes = bytes + ? WHERE id = ?', more, bucketId)
}
