import type { TimeMs } from '../../core/clock.ts'
import { CoreError } from '../../core/errors.ts'
import type { AccountId } from '../../core/ids.ts'
import type { BucketName } from '../../core/model/buckets.ts'
import type { Content } from '../../core/model/bytes.ts'
import type { ConflictPolicy, SeenObject, StoredObject } from '../../core/model/objects.ts'
import type { NewObject } from '../../core/ports/commands/objects.ts'
import { renamed } from '../../core/rules/rename.ts'
import { type CountChange, counting, objectCount } from './bucket-counts.ts'
import { bucketId } from './buckets.ts'
import { setIndex } from './catalog.ts'
import { firstFree } from './first-free.ts'
import { insertObject, lockObject, type ObjectRecord, requireChanged } from './object-rows.ts'
import { releaseBlob } from './parts.ts'
import { all, Contention, keepRoom, type Script, type Sql, usually } from './script.ts'

/** Where a new object shall be. */
export interface ObjectPlace {
  readonly account: AccountId
  readonly bucket: BucketName
  readonly key: string
}

export interface Added {
  readonly object: StoredObject
  /** What is to be counted at the end of the command. */
  readonly counts: readonly Sql[]
}

/** Others may take a key that was just free. After so many times the command begins anew. */
const KEYS_TRIED_MAX = 100
/** Numbers that a name may get. They are more than a bucket can hold. */
const DOUBLINGS = 40

/** Makes `content`, whose blob has a reference for it, visible. Errors: `object-changed`, `name-conflict`, `object-held`, `quota-exceeded`. */
export function* addObject(
  { account, bucket, key }: ObjectPlace,
  content: Content | null,
  { id, traits, conflict, objectsMax, index, ifThere }: NewObject,
  now: TimeMs,
): Script<Added> {
  const row = yield* bucketId(account, bucket, now)
  const hasRoom = objectsMax === 0 || (yield* keepRoom(row, objectsMax))
  const wanted: StoredObject = {
    ...{ id, account, bucket, key, ...traits, content },
    ...{ holds: 0, createdAt: now, updatedAt: now, version: 1 },
  }
  const { object, removed } = yield* insertAtFreeKey(row, wanted, conflict, ifThere, now)
  if (!hasRoom && (yield* objectCount(row)) - removed.length >= objectsMax) {
    throw new CoreError('quota-exceeded', 'the bucket is full', { limit: 'objects', objectsMax })
  }
  if (index !== undefined) yield* setIndex(object, index)
  return {
    object,
    counts: counting(row, [...removed, { object: id, objects: 1, bytes: content?.size ?? 0 }]),
  }
}

/** Inserts the object under its key, or under another by the rule of conflicts. Returns what made way for it. */
function* insertAtFreeKey(
  bucketRow: number,
  wanted: StoredObject,
  conflict: ConflictPolicy,
  ifThere: SeenObject | undefined,
  now: TimeMs,
): Script<{ readonly object: StoredObject; readonly removed: readonly CountChange[] }> {
  const removed: CountChange[] = []
  let object = wanted
  if (ifThere !== undefined) {
    const old = yield* lockObject(wanted.account, { bucket: wanted.bucket, key: wanted.key })
    requireSeen(old?.object ?? null, ifThere)
    if (old !== null) removed.push(yield* removeObject(old, now))
  }
  for (let tried = 0; tried < KEYS_TRIED_MAX; tried++) {
    if (yield* insertObject(bucketRow, object)) return { object, removed }
    switch (conflict) {
      case 'fail':
        throw new CoreError('name-conflict', 'the key is taken')
      case 'rename':
        object = { ...wanted, key: yield* freeKey(bucketRow, wanted.key) }
        break
      case 'overwrite': {
        const old = yield* lockObject(wanted.account, { bucket: wanted.bucket, key: wanted.key })
        if (old !== null) removed.push(yield* removeObject(old, now))
      }
    }
  }
  throw new Contention('the key is wanted by too many')
}

/** The first free one of `renamed(key, 1)`, `renamed(key, 2)`, … while these are few; after that another free one. */
function* freeKey(bucketRow: number, key: string): Script<string> {
  const findTaken = (keys: readonly string[]) =>
    all<{ name: string }>('SELECT key AS name FROM objects WHERE bucket = ? AND key IN (??)', bucketRow, keys)
  const free = yield* firstFree((number) => renamed(key, number), findTaken, DOUBLINGS)
  return free ?? renamed(key, Number.MAX_SAFE_INTEGER)
}

/** Removes a locked object. Returns what is still to be counted. Errors: `object-held`. */
export function* removeObject({ seq, object }: ObjectRecord, now: TimeMs): Script<CountChange> {
  requireNotHeld(object)
  requireChanged(yield* usually(1, 'DELETE FROM objects WHERE seq = ? AND version = ?', seq, object.version))
  if (object.content !== null) yield* releaseBlob(object.content.blob, now)
  return { object: object.id, objects: -1, bytes: -(object.content?.size ?? 0) }
}

/** Errors: `object-changed` unless the object is the one that was seen. Undefined fits any. */
export function requireSeen(object: SeenObject | null, seen: SeenObject | undefined): void {
  if (seen === undefined || (object?.id === seen.id && object.version === seen.version)) return
  throw new CoreError('object-changed', 'the object is not the one that was seen')
}

/** For what takes an object or its bytes away. Errors: `object-held`. */
export function requireNotHeld({ id, holds }: Pick<StoredObject, 'id' | 'holds'>): void {
  if (holds > 0) throw new CoreError('object-held', 'the object is held', { object: id, holds })
}
