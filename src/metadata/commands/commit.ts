import type { TimeMs } from '../../core/clock.ts'
import { CoreError } from '../../core/errors.ts'
import type { AccountId, ObjectId } from '../../core/ids.ts'
import type { UploadAddress } from '../../core/model/addresses.ts'
import type { Content } from '../../core/model/bytes.ts'
import type { NewDelivery } from '../../core/model/deliveries.ts'
import type { StoredObject } from '../../core/model/objects.ts'
import { transition } from '../../core/rules/upload-state.ts'
import { addObject, requireNotHeld } from './add-object.ts'
import { requireAssembled } from './assemblies.ts'
import { counting } from './buckets.ts'
import { changeIndex } from './catalog.ts'
import type { CommandOf, ScriptOf } from './command.ts'
import { addingDeliveries } from './deliveries.ts'
import { lookUpObject, replaceObject, requireObject } from './object-rows.ts'
import { requireVersion } from './objects.ts'
import { releaseBlob, sealing, summaryOf } from './parts.ts'
import { type Script, type Sql, together } from './script.ts'
import { committedFile, placeFile } from './trees/files.ts'
import type { UploadRecord } from './upload-row.ts'
import { changedUpload, changingUpload, requireUpload } from './upload-rows.ts'

interface Commit {
  readonly account: AccountId
  readonly upload: UploadAddress
  readonly ifVersion: number | null
  readonly deliveries: readonly NewDelivery[]
  readonly now: TimeMs
}

/** What an upload's bytes become. */
interface Target<Result> {
  readonly id: ObjectId
  /** What the upload, which is committed, became when it was. */
  first(id: ObjectId, record: UploadRecord): Script<Result>
  /** Makes `content`, whose blob has a reference for it, visible. */
  place(content: Content): Script<Placed<Result>>
}

interface Placed<Result> {
  readonly result: Result
  /** That of what stood there before, where it was kept. */
  readonly id: ObjectId
  /** What is to be counted at the end of the command. */
  readonly counts: readonly Sql[]
}

/** Commits a locked upload. That assemblies are not settled is told last of all. */
function* commitTo<Result>(record: UploadRecord, commit: Commit, target: Target<Result>): Script<Result> {
  const { account, ifVersion, now } = commit
  const { upload } = record
  const parts = upload.state === 'open' ? yield* summaryOf(upload.blob) : null
  const event = { type: 'commit', objectId: target.id, ifVersion, parts } as const
  const next = transition(upload, event, now)
  if (next.state !== 'committed') throw new Error('a commit did not commit')
  if (next === upload) return yield* target.first(next.objectId, record)
  const { result, id, counts } = yield* target.place({ blob: next.blob, ...next.sealed })
  const [changes] = yield* together(
    changingUpload(record, { ...next, objectId: id }, now),
    ...(parts === null ? [] : sealing(next.blob, parts.size)),
    ...addingDeliveries(account, commit.deliveries, now),
    ...counts,
  )
  changedUpload(changes)
  yield* requireAssembled(record, now)
  return result
}

export const commitUpload: ScriptOf<'commitUpload'> = function* (command) {
  const { account, id, now } = command
  const record = yield* requireUpload(account, command.upload)
  return yield* commitTo<StoredObject>(record, command, {
    id,
    first: (committed) => firstObject(account, committed),
    place: function* (content) {
      const { object, counts } = yield* addObject(record.upload, content, command, now)
      return { result: object, id, counts }
    },
  })
}

function* firstObject(account: AccountId, id: ObjectId): Script<StoredObject> {
  const record = yield* lookUpObject(account, { id })
  if (record === null) throw new CoreError('object-not-found', 'the object was deleted since')
  return record.object
}

export const fillObject: ScriptOf<'fillObject'> = function* (command) {
  const { account, now } = command
  const record = yield* requireUpload(account, command.upload)
  const target = yield* requireObject(account, command.object)
  const { object, bucketId } = target
  const { upload } = record
  if (upload.state === 'committed') {
    if (upload.objectId === object.id) return object
    throw new CoreError('upload-closed', 'the upload became another object', { state: upload.state })
  }
  requireVersion(object, command.ifVersion)
  return yield* commitTo<StoredObject>(
    record,
    { ...command, ifVersion: null },
    {
      id: object.id,
      first: () => firstObject(account, object.id),
      place: function* (content) {
        if (object.content !== null) requireNotHeld(object)
        const next = { ...object, ...command.change, content, updatedAt: now, version: object.version + 1 }
        yield* replaceObject(target, next)
        yield* changeIndex(next, command)
        if (object.content !== null) yield* releaseBlob(object.content.blob, now)
        const change = { object: object.id, objects: 0, bytes: content.size - (object.content?.size ?? 0) }
        return { result: next, id: object.id, counts: counting(bucketId, [change]) }
      },
    },
  )
}

export const commitFile: ScriptOf<'commitFile'> = function* (command: CommandOf<'commitFile'>) {
  const { account, id } = command
  const record = yield* requireUpload(account, command.upload)
  return yield* commitTo(
    record,
    { ...command, deliveries: [] },
    {
      id,
      first: (committed) => committedFile(account, committed, record.seq),
      place: function* (content) {
        const placed = yield* placeFile(command, content)
        return { result: placed, id: placed.entry.id, counts: [] }
      },
    },
  )
}
