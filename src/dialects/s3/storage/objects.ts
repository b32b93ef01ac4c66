import type { Content, Staged } from '../../../core/model/bytes.ts'
import type { ConflictPolicy, ObjectTraits, StoredObject } from '../../../core/model/objects.ts'
import { entityTag } from '../../../http/serve-object.ts'
import type { PlaneCondition, PlaneDetails } from '../../../object-plane/contents.ts'
import type { PlaneTarget } from '../../../object-plane/types.ts'
import type { S3Context } from '../calls/call.ts'
import { bucketOf } from './buckets.ts'

/** Keeps an object of staged bytes. Takes over `staged`, also when it fails. */
export async function putObject(
  { objects }: S3Context['core'],
  { account, bucket, key }: PlaneTarget,
  staged: Staged,
  { details, condition }: { readonly details: PlaneDetails; readonly condition: PlaneCondition },
): Promise<StoredObject> {
  return objects.put({
    ...{ account, bucket: bucketOf(bucket), key, staged },
    ...{ traits: traitsOf(key, details), conflict: conflictOf(condition) },
  })
}

/** `If-None-Match: *` takes a key that is free, and no other. */
export const conflictOf = ({ ifNoneMatch }: PlaneCondition): ConflictPolicy =>
  ifNoneMatch === null ? 'overwrite' : 'fail'

export const traitsOf = (key: string, { contentType, attributes }: PlaneDetails): ObjectTraits => ({
  ...{ name: key, kind: 'file', status: '', media: null },
  ...{ contentType: contentType ?? 'binary/octet-stream', attributes },
})

/** S3's own: what came in parts has the tag of parts, also where it was one. */
export function etagOf(object: {
  readonly id: StoredObject['id']
  readonly content: Content | null
}): string {
  const { content } = object
  return content?.md5OfParts ? `"${content.md5OfParts}-${content.partCount}"` : entityTag(object)
}
