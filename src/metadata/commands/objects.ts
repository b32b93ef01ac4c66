import { CoreError } from '../../core/errors.ts'
import type { AccountId } from '../../core/ids.ts'
import type { Content, Staged } from '../../core/model/bytes.ts'
import type { SeenObject, StoredObject } from '../../core/model/objects.ts'
import type { PutObject } from '../../core/ports/commands/objects.ts'
import { requireWithin } from './account-room.ts'
import { addObject, removeObject, requireNotHeld, requireSeen } from './add-object.ts'
import { counting } from './bucket-counts.ts'
import { changeIndex } from './catalog.ts'
import type { ScriptOf } from './command.ts'
import { addingDeliveries } from './deliveries.ts'
import { lookUpObject, replaceObject, requireChanged, requireObject } from './object-rows.ts'
import { addReference, addWholeBlob, releaseBlob } from './parts.ts'
import { later, type Script, usually } from './script.ts'
import { lockUpload, present } from './upload-rows.ts'
import { endUpload } from './uploads.ts'

export const putObject: ScriptOf<'putObject'> = function* (command) {
  const { account, blob, staged, links, deliveries, within, now } = command
  const linked = links === undefined ? null : yield* linkedContent(account, links)
  yield* requireWithin(account, within, { objects: 1, storedBytes: linked?.size ?? staged?.facts.size ?? 0 })
  if (staged !== null) yield* addWholeBlob(blob, staged, now)
  const content = staged === null ? linked : wholeContent(command, staged)
  const { object, counts } = yield* addObject(command, content, command, now)
  yield* later(...addingDeliveries(account, deliveries, now), ...counts)
  return object
}

/** The bytes of an object, whose blob has a reference more. Errors: `object-changed`. */
function* linkedContent(account: AccountId, { id, version }: SeenObject): Script<Content | null> {
  const source = (yield* lookUpObject(account, { id }))?.object
  const { content } = source ?? { content: null }
  // The last object with this blob may be removed at this moment.
  const isThere = source?.version === version && (content === null || (yield* addReference(content.blob)))
  if (!isThere) throw new CoreError('object-changed', 'the source changed meanwhile')
  return content
}

/** Bytes that came in one piece have no digest of parts. */
const wholeContent = ({ blob }: PutObject, { facts }: Staged): Content => ({
  blob,
  size: facts.size,
  partCount: 1,
  digests: facts.digests,
  md5OfParts: null,
})

/**
 * Errors come in the order object, version, upload that ends, hold. The upload is locked first, as all commands do that have
 * both.
 */
export const updateObject: ScriptOf<'updateObject'> = function* (command) {
  const { account, ends, now } = command
  const ending = ends === undefined ? undefined : yield* lockUpload(account, ends)
  const record = yield* requireObject(account, command.object)
  const { bucketId, object } = record
  requireVersion(object, command.ifVersion)
  if (ending !== undefined) yield* endUpload(present(ending), { type: 'abort' }, now)
  const dropped = command.dropsContent === true ? object.content : null
  if (dropped !== null) requireNotHeld(object)
  const content = dropped === null ? object.content : null
  const next = { ...object, ...command.change, content, updatedAt: now, version: object.version + 1 }
  yield* replaceObject(record, next)
  yield* changeIndex(next, command.change, command.index)
  if (dropped !== null) yield* releaseBlob(dropped.blob, now)
  const change = { object: object.id, objects: 0, bytes: -(dropped?.size ?? 0) }
  const counts = dropped === null ? [] : counting(bucketId, [change])
  yield* later(...addingDeliveries(account, command.deliveries, now), ...counts)
  return next
}

/** Errors: `object-changed` unless the object has this version. Null fits any version. */
export function requireVersion({ version }: StoredObject, ifVersion: number | null): void {
  if (ifVersion !== null && ifVersion !== version) {
    throw new CoreError('object-changed', 'the object changed meanwhile', { version })
  }
}

export const deleteObject: ScriptOf<'deleteObject'> = function* ({ account, object, ifThere, now }) {
  const record = yield* requireObject(account, object)
  requireSeen(record.object, ifThere)
  const change = yield* removeObject(record, now)
  yield* later(...counting(record.bucketId, [change]))
  return record.object
}

export const holdObject: ScriptOf<'holdObject'> = function* ({ account, object: address, by, now }) {
  const record = yield* requireObject(account, address)
  const { object } = record
  if (object.holds + by < 0) return object
  const next = { ...object, holds: object.holds + by, updatedAt: now, version: object.version + 1 }
  const changes = yield* usually(
    1,
    'UPDATE objects SET holds = ?, updated_at = ?, version = ? WHERE seq = ? AND version = ?',
    ...[next.holds, now, next.version, record.seq, object.version],
  )
  requireChanged(changes)
  return next
}

export const findObject: ScriptOf<'findObject'> = function* ({ account, object }) {
  return (yield* lookUpObject(account, object))?.object ?? null
}
