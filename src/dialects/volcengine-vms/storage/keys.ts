import type { Core } from '../../../core/core.ts'
import { CoreError, isCoreError } from '../../../core/errors.ts'
import { answerTo } from '../../../http/conditions.ts'
import { entityTag } from '../../../http/serve-object.ts'
import type { PlaneCondition, PlaneKeys } from '../../../object-plane/contents.ts'
import { PlaneError } from '../../../object-plane/errors.ts'
import { keysIn, listMounts } from '../../../object-plane/key-mounts.ts'
import type { PlaneTarget } from '../../../object-plane/types.ts'
import { BUCKET } from '../model/resource.ts'
import { fileKey } from './voice-files.ts'

/** The bucket in the documents' sample URLs. It stands in the host, or first in the path, or nowhere. */
export const TOS_BUCKET = 'volc-voice-resource-bucket'

/**
 * Voice resources that were uploaded, as keys of the bucket: `<accountId>/<FileName>`. A copy is bytes that wait for their commit, as those
 * of a PUT are.
 */
export function createKeys(core: Core): PlaneKeys {
  return {
    list: ({ account }, range) => {
      const list = keysIn(core, { account, bucket: BUCKET }, fileKey(''))
      return listMounts([{ prefix: `${account}/`, list }], range)
    },
    etagOf: entityTag,
    remove: (target, condition) => remove(core, target, condition),
    buckets: async (account) => {
      const found = await core.buckets.find({ account, bucket: BUCKET })
      return [{ name: TOS_BUCKET, createdAt: found?.createdAt ?? 0 }]
    },
  }
}

/** As OpenDeleteResource: refused while a hold is on the resource. */
async function remove(
  { objects, clock }: Core,
  { account, key }: PlaneTarget,
  condition: PlaneCondition,
): Promise<void> {
  const object = await objects.find({ account, bucket: BUCKET, key })
  if (object === null) return
  const validators = { etag: entityTag(object), modifiedAt: object.updatedAt }
  if (answerTo({ ...condition, ifNoneMatch: null }, validators, clock.now()) !== 'proceed')
    throw new PlaneError('precondition-failed', 'the resource is not as the client wants it to be')
  if (object.holds > 0) throw new CoreError('object-held', 'the resource is in use', { holds: object.holds })
  const seen = { id: object.id, version: object.version }
  try {
    await objects.delete({ account, id: object.id }, seen)
  } catch (error) {
    if (!isCoreError(error, 'object-not-found')) throw error
  }
}
