import { Digester } from '../../../core/bytes/digests.ts'
import type { DigestName } from '../../../core/model/bytes.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { StoredObject } from '../../../core/model/objects.ts'
import type { PlaneCopied, PlaneCopy, PlanePartCopy } from '../../../object-plane/contents.ts'
import { PlaneError } from '../../../object-plane/errors.ts'
import {
  checksumOf,
  DEFAULT_ALGORITHM,
  digestsFor,
  invalidArgument,
  keptAttributes,
  planOf,
} from '../../../object-plane/s3/index.ts'
import type { S3Context } from '../calls/call.ts'
import { ownBucket } from './buckets.ts'
import { addressOf, etagOf, requireCondition, seenIf, wayOf } from './objects.ts'
import { detailsOf, openUpload, putPart } from './uploads.ts'

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
export async function copy(context: S3Context, asked: PlaneCopy): Promise<PlaneCopied> {
  const { objects, clock } = context.core
  await ownBucket(context, asked.target)
  const source = await sourceOf(context, asked)
  const to = addressOf(asked.target)
  const isSame = source.key === to.key && source.bucket === to.bucket
  const algorithm = asked.changes?.algorithm ?? null
  if (isSame && asked.details === null && algorithm === null)
    throw new PlaneError('copy-onto-itself', 'nothing would change')
  const seen = await seenIf(asked.condition, () => objects.find(to))
  const { kind, status, media } = source
  const details = asked.details ?? { contentType: source.contentType, attributes: carried(source.attributes) }
  const tags = asked.changes?.attributes ?? {}
  const kept = { ...details.attributes, tags: source.attributes.tags ?? {}, ...tags }
  const attributes = { ...kept, ...(await checksumFor(context, source, algorithm)) }
  const copied = await objects.put({
    ...to,
    ...{ staged: null, links: { id: source.id, version: source.version } },
    traits: {
      ...{ name: to.key, kind, status, media },
      contentType: details.contentType ?? TYPE,
      attributes,
    },
    ...wayOf(asked.condition, seen, clock.now()),
  })
  return { etag: etagOf(copied), changedAt: copied.updatedAt, attributes }
}

const TYPE = 'binary/octet-stream'

/** Where a request for the source would be led is no property of its copies. */
function carried({ headers, ...attributes }: JsonObject): JsonObject {
  const { 'x-amz-website-redirect-location': _, ...rest } = keptAttributes({ headers: headers ?? {} }).headers
  return { ...attributes, headers: rest }
}

/** The checksum is of the bytes, whatever else the copy has; one that the source has not is computed of them. */
async function checksumFor(
  { core }: S3Context,
  source: StoredObject,
  algorithm: string | null,
): Promise<JsonObject> {
  const { checksum } = keptAttributes(source.attributes)
  if (algorithm === null || (checksum?.algorithm === algorithm && checksum.type === 'FULL_OBJECT'))
    return checksum === null ? {} : { checksum: { ...checksum } }
  const digester = new Digester(digestsFor(algorithm))
  for await (const chunk of core.objects.read(source)) digester.update(chunk)
  const value = checksumOf(algorithm, digester.finish())
  return value === null ? {} : { checksum: { algorithm, value, type: 'FULL_OBJECT' } }
}

/** Reads the bytes and keeps them as a part: a part is a segment of its own. */
export async function copyPart(context: S3Context, asked: PlanePartCopy): Promise<PlaneCopied> {
  const { objects, staging, clock } = context.core
  await ownBucket(context, asked.target)
  const source = await sourceOf(context, asked)
  const upload = await openUpload(context, asked.target, asked.part.uploadId)
  const size = source.content?.size ?? 0
  const { first, last } = asked.range ?? { first: 0, last: size - 1 }
  if (asked.range !== null && last >= size)
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${size}`,
      ...(['x-amz-copy-source-range', `bytes=${first}-${last}`] as const),
    )
  const plan = planOf(detailsOf(upload).attributes)
  const algorithm = plan?.algorithm ?? DEFAULT_ALGORITHM
  const digests: readonly DigestName[] = ['md5', ...digestsFor(algorithm)]
  const staged = await staging.receive(objects.read(source, first, last + 1), {
    ...{ sizeMax: upload.limits.partSizeMax, sizeExpected: last + 1 - first, digests },
  })
  await putPart(context, asked.target, asked.part, staged)
  const value = checksumOf(algorithm, staged.facts)
  const told = value === null ? {} : { checksum: { algorithm, value, type: plan?.type ?? 'FULL_OBJECT' } }
  return { etag: `"${staged.facts.digests.md5}"`, changedAt: clock.now(), attributes: told }
}
