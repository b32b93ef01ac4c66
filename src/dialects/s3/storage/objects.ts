import type { Staged } from '../../../core/model/bytes.ts'
import type { ConflictPolicy, ObjectTraits, SeenObject, StoredObject } from '../../../core/model/objects.ts'
import { answerTo } from '../../../http/conditions.ts'
import { entityTag, type Servable } from '../../../http/serve-object.ts'
import type { PlaneCondition, PlaneDetails } from '../../../object-plane/contents.ts'
import { PlaneError } from '../../../object-plane/errors.ts'
import type { PlaneTarget } from '../../../object-plane/types.ts'
import type { S3Context } from '../calls/call.ts'
import { bucketOf } from './buckets.ts'

type Core = S3Context['core']

/** An object's place in the core. */
export const addressOf = ({ account, bucket, key }: PlaneTarget) => ({
  account,
  bucket: bucketOf(bucket),
  key,
})

/** Keeps an object of staged bytes. Takes over `staged`, also when it fails. */
export async function putObject(
  { objects, staging, clock }: Core,
  target: PlaneTarget,
  staged: Staged,
  { details, condition }: { readonly details: PlaneDetails; readonly condition: PlaneCondition },
): Promise<StoredObject> {
  const at = addressOf(target)
  const { key } = target
  let way: Way
  try {
    way = wayOf(condition, await seenIf(condition, () => objects.find(at)), clock.now())
  } catch (error) {
    await staging.discard(staged)
    throw error
  }
  return objects.put({ ...at, staged, traits: traitsOf(key, details), ...way })
}

/** What a write replaces. The command compares it again, so that nothing comes in between. */
export interface Way {
  readonly conflict: ConflictPolicy
  readonly ifThere?: SeenObject
}

/** Asks only where a condition needs it. */
export const seenIf = async (
  { ifMatch }: PlaneCondition,
  find: () => Promise<StoredObject | null>,
): Promise<StoredObject | null> => (ifMatch === null ? null : find())

/** Throws `no-such-key` and `precondition-failed` for an If-Match that is not met. `If-None-Match: *` takes a free key, and no other. */
export function wayOf(condition: PlaneCondition, seen: StoredObject | null, now: number): Way {
  const { ifMatch, ifNoneMatch } = condition
  if (ifMatch === null) return { conflict: ifNoneMatch === null ? 'overwrite' : 'fail' }
  if (seen === null) throw new PlaneError('no-such-key', 'nothing is there that could match')
  requireCondition({ ifMatch, ifNoneMatch: null }, seen, now)
  return { conflict: 'overwrite', ifThere: { id: seen.id, version: seen.version } }
}

/** Throws `precondition-failed`. */
export function requireCondition(condition: PlaneCondition, object: StoredObject, now: number): void {
  const validators = { etag: etagOf(object), modifiedAt: object.updatedAt }
  if (answerTo(condition, validators, now) !== 'proceed')
    throw new PlaneError('precondition-failed', 'the object is not as the client wants it to be')
}

export const traitsOf = (key: string, { contentType, attributes }: PlaneDetails): ObjectTraits => ({
  ...{ name: key, kind: 'file', status: '', media: null },
  ...{ contentType: contentType ?? 'binary/octet-stream', attributes },
})

/** S3's own: what came in parts has the tag of parts, also where it was one. */
export function etagOf(object: Pick<Servable, 'id' | 'content'>): string {
  const { content } = object
  return content?.md5OfParts ? `"${content.md5OfParts}-${content.partCount}"` : entityTag(object)
}
