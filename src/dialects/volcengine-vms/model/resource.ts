import type { Core } from '../../../core/core.ts'
import { CoreError } from '../../../core/errors.ts'
import { type AccountId, parseObjectId } from '../../../core/ids.ts'
import { bucketName } from '../../../core/model/buckets.ts'
import type { StoredObject } from '../../../core/model/objects.ts'

/** `Type` of a record, as the objects' kind. */
export const KIND = { notification: '0', tts: '1', interactive: '2' } as const

/** `State` of a record, as the objects' status. */
export const STATE = { inReview: '0', approved: '1', rejected: '2' } as const

export function textAttribute(object: Pick<StoredObject, 'attributes'>, name: string): string {
  const value = object.attributes[name]
  return typeof value === 'string' ? value : ''
}

/** Where an account's voice resources are. */
export const BUCKET = bucketName('volcengine-vms', 'vms')

/** Bytes a voice file may have: the 5 MB of RESOURCE_SIZE_OVER_LIMIT (document 6358/173282), read as 5 MiB. */
export const RESOURCE_SIZE_MAX = 5 * 1024 * 1024

/** A resource by its ResourceKey. Errors: `object-not-found`, also for objects that other APIs made. */
export async function getResource(
  core: Core,
  account: AccountId,
  resourceKey: string,
): Promise<StoredObject> {
  const id = parseObjectId(resourceKey)
  const found = id === null ? null : await core.objects.find({ account, id })
  if (found?.bucket !== BUCKET) throw new CoreError('object-not-found', 'no such resource')
  return found
}
