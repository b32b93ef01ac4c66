import { CoreError } from '../../core/errors.ts'
import type { AccountId, ObjectId } from '../../core/ids.ts'
import type { Content } from '../../core/model/bytes.ts'
import type { StoredObject } from '../../core/model/objects.ts'
import type { Part } from '../../core/model/uploads.ts'
import type {
  CommittedFile,
  CommitUpload,
  FilledTarget,
  ObjectTarget,
} from '../../core/ports/commands/commits.ts'
import { summarise } from '../../core/rules/summary.ts'
import { transition } from '../../core/rules/upload-state.ts'
import { addObject, requireNotHeld } from './add-object.ts'
import { requireAssembled } from './assemblies.ts'
import { counting } from './bucket-counts.ts'
import { changeIndex } from './catalog.ts'
import type { ScriptOf } from './command.ts'
import { addingDeliveries } from './deliveries.ts'
import { lookUpObject, replaceObject, requireObject } from './object-rows.ts'
import { requireVersion } from './objects.ts'
import { openPartsOf, partsOf, releaseBlob, sealing } from './parts.ts'
import { abreast, nothing, type Script, type Sql, together, uncounted } from './script.ts'
import { committedFile, lockWayUp, type Placing, placeFile, type WayUp } from './trees/files.ts'
import type { UploadRecord } from './upload-row.ts'
import { changedUpload, changingUpload, requireUpload } from './upload-rows.ts'

/** What an upload's bytes become. */
interface Becoming<Result> {
  readonly id: ObjectId
  /** What a committed upload became. `id` is that of its object or file. */
  first(id: ObjectId): Script<Result>
  /** Makes `content`, whose blob has a reference for it, visible. */
  show(content: Content): Script<Shown<Result>>
}

interface Shown<Result> {
  readonly result: Result
  /** The id of the object or file. It is the former one's where that was kept. */
  readonly id: ObjectId
  /** What is to be counted at the end of the command. */
  readonly counts: readonly Sql[]
}

/** Commits a locked upload. Fails at the very end if assemblies are not settled. */
function* commitAs<Result>(
  { record, openParts }: Locked,
  commit: CommitUpload,
  becoming: Becoming<Result>,
): Script<Result> {
  const { account, ifVersion, now } = commit
  const { upload } = record
  const parts = upload.state === 'open' ? summarise(openParts ?? (yield* partsOf(upload.blob))) : null
  const event = { type: 'commit', objectId: becoming.id, ifVersion, parts } as const
  const next = transition(upload, event, now)
  if (next.state !== 'committed') throw new Error('a commit did not commit')
  if (next === upload) return yield* becoming.first(next.objectId)
  const { result, id, counts } = yield* becoming.show({ blob: next.blob, ...next.sealed })
  const [changes] = yield* together(
    changingUpload(record, { ...next, objectId: id }, now),
    ...[
      ...(parts === null ? [] : sealing(next.blob, parts.size)),
      ...addingDeliveries(account, commit.deliveries, now),
      ...counts,
    ].map(uncounted),
  )
  changedUpload(changes)
  yield* requireAssembled(record, now)
  return result
}

/** An upload that is locked, and its parts if it is open; null where they were not read. */
interface Locked {
  readonly record: UploadRecord
  readonly openParts: readonly Part[] | null
}

export const commitUpload: ScriptOf<'commitUpload'> = function* (command) {
  const { account, upload, target } = command
  const file = target.kind === 'file' ? target : null
  const [record, openParts, way] = yield* abreast<
    readonly [UploadRecord, readonly Part[] | null, WayUp | null]
  >(
    requireUpload(account, upload),
    'id' in upload ? openPartsOf(account, upload.id) : nothing(),
    file === null ? nothing() : lockWayUp(file),
  )
  const locked = { record, openParts }
  switch (target.kind) {
    case 'object':
      return yield* commitAs(locked, command, newObject(record, command, target))
    case 'filled-object':
      return yield* commitAs(locked, command, yield* filledObject(record, command, target))
    case 'file':
      return yield* commitAs(locked, command, newFile(record, command, { target, way }))
  }
}

const newObject = (
  { upload }: UploadRecord,
  { account, now }: CommitUpload,
  target: ObjectTarget,
): Becoming<StoredObject> => ({
  id: target.id,
  first: (id) => firstObject(account, id),
  show: function* (content) {
    const { object, counts } = yield* addObject(upload, content, target, now)
    return { result: object, id: object.id, counts }
  },
})

function* firstObject(account: AccountId, id: ObjectId): Script<StoredObject> {
  const record = yield* lookUpObject(account, { id })
  if (record === null) throw new CoreError('object-not-found', 'the object was deleted since')
  return record.object
}

/** Locks the object. Errors come in the order object, version, upload. */
function* filledObject(
  { upload }: UploadRecord,
  { account, now }: CommitUpload,
  { object: address, ifVersion, change, index }: FilledTarget,
): Script<Becoming<StoredObject>> {
  const record = yield* requireObject(account, address)
  const { object, bucketId } = record
  const before = object.content
  if (upload.state !== 'committed') requireVersion(object, ifVersion)
  else if (upload.objectId !== object.id) {
    throw new CoreError('upload-closed', 'the upload became another object', { state: upload.state })
  }
  return {
    id: object.id,
    first: (id) => firstObject(account, id),
    show: function* (content) {
      if (before !== null) requireNotHeld(object)
      const next = { ...object, ...change, content, updatedAt: now, version: object.version + 1 }
      yield* replaceObject(record, next)
      yield* changeIndex(next, change, index)
      if (before !== null) yield* releaseBlob(before.blob, now)
      const counted = { object: object.id, objects: 0, bytes: content.size - (before?.size ?? 0) }
      return { result: next, id: object.id, counts: counting(bucketId, [counted]) }
    },
  }
}

const newFile = (
  record: UploadRecord,
  { account, now }: CommitUpload,
  place: Pick<Placing, 'target' | 'way'>,
): Becoming<CommittedFile> => ({
  id: place.target.id,
  first: (id) => committedFile(account, id, record.seq),
  show: function* (content) {
    const placed = yield* placeFile({ ...place, content, from: record, now })
    return { result: placed, id: placed.entry.id, counts: [] }
  },
})
