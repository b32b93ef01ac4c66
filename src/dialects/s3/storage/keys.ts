import { isCoreError } from '../../../core/errors.ts'
import type { SeenObject } from '../../../core/model/objects.ts'
import type { PlaneCondition, PlaneKeys } from '../../../object-plane/contents.ts'
import { PlaneError } from '../../../object-plane/errors.ts'
import type { S3Context } from '../calls/call.ts'
import { ownBucket } from './buckets.ts'
import { copy, copyPart } from './copies.ts'
import { addressOf, etagOf, requireCondition, seenIf, wayOf } from './objects.ts'

/** Keys with copies. */
export type WholeKeys = PlaneKeys & Required<Pick<PlaneKeys, 'copy' | 'copyPart'>>

/** What can be done with the keys of a bucket. */
export function createKeys(context: S3Context): WholeKeys {
  const { core } = context
  return {
    list: async ({ account, bucket }, range) => {
      const found = await core.buckets.named(account, bucket)
      if (found === null) throw new PlaneError('no-such-bucket', 'no such bucket')
      return core.buckets.listKeys({ account, bucket: found.name, ...range })
    },
    etagOf,
    remove: (target, condition) => remove(context, target, condition),
    copy: (asked) => copy(context, asked),
    copyPart: (asked) => copyPart(context, asked),
  }
}

const remove: (context: S3Context, ...asked: Parameters<PlaneKeys['remove']>) => Promise<void> = async (
  { core },
  target,
  condition,
) => {
  await ownBucket({ core }, target)
  const at = addressOf(target)
  try {
    await core.objects.delete(at, await seenToRemove(core, at, condition))
  } catch (error) {
    if (!isCoreError(error, 'object-not-found')) throw error
  }
}

/** What is there and meets the conditions; undefined where there are none. */
async function seenToRemove(
  { objects, clock }: S3Context['core'],
  at: ReturnType<typeof addressOf>,
  { size = null, changedAt = null, ...condition }: PlaneCondition,
): Promise<SeenObject | undefined> {
  const isBound = size !== null || changedAt !== null
  const seen = isBound ? await objects.find(at) : await seenIf(condition, () => objects.find(at))
  if (!isBound) return wayOf({ ...condition, ifNoneMatch: null }, seen, clock.now()).ifThere
  if (seen === null) return undefined
  requireCondition({ ...condition, ifNoneMatch: null }, seen, clock.now())
  const isSame =
    (size === null || seen.content?.size === size) &&
    (changedAt === null || Math.floor(seen.updatedAt / 1000) === Math.floor(changedAt / 1000))
  if (!isSame) throw new PlaneError('precondition-failed', 'the object has another size or time')
  return { id: seen.id, version: seen.version }
}
