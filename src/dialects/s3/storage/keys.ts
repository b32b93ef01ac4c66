import { isCoreError } from '../../../core/errors.ts'
import type { StoredObject } from '../../../core/model/objects.ts'
import type { PlaneCopy, PlaneKeys, PlanePartCopy } from '../../../object-plane/contents.ts'
import { PlaneError } from '../../../object-plane/errors.ts'
import type { PlaneTarget } from '../../../object-plane/types.ts'
import type { S3Context } from '../calls/call.ts'
import { bucketOf, ownBucket } from './buckets.ts'
import { etagOf, requireCondition, seenIf, wayOf } from './objects.ts'
import { openUpload, putPart } from './uploads.ts'

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

const addressOf = ({ account, bucket, key }: PlaneTarget) => ({ account, bucket: bucketOf(bucket), key })

const remove: (context: S3Context, ...asked: Parameters<PlaneKeys['remove']>) => Promise<void> = async (
  { core },
  target,
  condition,
) => {
  await ownBucket({ core }, target)
  const at = addressOf(target)
  try {
    const seen = await seenIf(condition, () => core.objects.find(at))
    const { ifThere } = wayOf({ ...condition, ifNoneMatch: null }, seen, core.clock.now())
    await core.objects.delete(at, ifThere)
  } catch (error) {
    if (!isCoreError(error, 'object-not-found')) throw error
  }
}

/** The source of a copy, as it is now. Throws `no-such-bucket`, `no-such-key`, `precondition-failed`. */
async function sourceOf(
  { core }: S3Context,
  { source, sourceCondition }: Pick<PlaneCopy, 'source' | 'sourceCondition'>,
): Promise<StoredObject> {
  const bucket = await core.buckets.named(source.account, source.bucket)
  if (bucket === null) throw new PlaneError('no-such-bucket', 'there is no source')
  if (bucket.shape === 'tree') throw new PlaneError('not-implemented', 'files of trees are not copied so')
  const found = await core.objects.find({ account: source.account, bucket: bucket.name, key: source.key })
  if (found === null) throw new PlaneError('no-such-key', 'there is no source')
  requireCondition(sourceCondition, found, core.clock.now())
  return found
}

/** Links the source's bytes. A copy onto itself has to change something, as S3 has it. */
async function copy(context: S3Context, asked: PlaneCopy) {
  const { objects, clock } = context.core
  await ownBucket(context, asked.target)
  const source = await sourceOf(context, asked)
  const to = addressOf(asked.target)
  const isSame = source.key === to.key && source.bucket === to.bucket
  if (isSame && asked.details === null) throw new PlaneError('copy-onto-itself', 'nothing would change')
  const seen = await seenIf(asked.condition, () => objects.find(to))
  const { kind, status, media } = source
  // The checksum is of the bytes, whatever else the copy has.
  const { checksum } = source.attributes
  const details = asked.details ?? { contentType: source.contentType, attributes: source.attributes }
  const copied = await objects.put({
    ...to,
    ...{ staged: null, links: { id: source.id, version: source.version } },
    traits: {
      ...{ name: to.key, kind, status, media, contentType: details.contentType },
      attributes: { ...details.attributes, ...(checksum === undefined ? {} : { checksum }) },
    },
    ...wayOf(asked.condition, seen, clock.now()),
  })
  return { etag: etagOf(copied), changedAt: copied.updatedAt }
}

/** Reads the bytes and keeps them as a part: a part is a segment of its own. */
async function copyPart(context: S3Context, asked: PlanePartCopy) {
  const { objects, staging, clock } = context.core
  const source = await sourceOf(context, asked)
  const upload = await openUpload(context, asked.target, asked.part.uploadId)
  const size = source.content?.size ?? 0
  const { first, last } = asked.range ?? { first: 0, last: size - 1 }
  if (last >= size || first > last) {
    if (asked.range !== null) throw new PlaneError('argument-invalid', 'the source has not these bytes')
  }
  const staged = await staging.receive(objects.read(source, first, last + 1), {
    ...{ sizeMax: upload.limits.partSizeMax, sizeExpected: last + 1 - first, digests: ['md5'] },
  })
  await putPart(context, asked.target, asked.part, staged)
  return { etag: `"${staged.facts.digests.md5}"`, changedAt: clock.now() }
}
