import { answerTo } from '../../../http/conditions.ts'
import type { PlaneCopied, PlaneCopy, PlanePartCopy } from '../../../object-plane/contents.ts'
import { PlaneError } from '../../../object-plane/errors.ts'
import type { PlaneObject } from '../../../object-plane/types.ts'
import type { S3Context } from '../calls/call.ts'
import type { WholeNamespace } from './namespace.ts'
import { etagOf } from './objects.ts'
import { PUT_SIZE_MAX } from './uploads.ts'

/** A copy between buckets of different owners: its bytes are read and written, by the rules of where they go. */
export async function copyAcross(
  { core }: Pick<S3Context, 'core'>,
  namespace: WholeNamespace,
  { source, target, sourceCondition, condition, details }: PlaneCopy,
): Promise<PlaneCopied> {
  const found = await sourceOf(core, namespace, { source, sourceCondition })
  const isSame = source.key === target.key && source.bucket === target.bucket
  if (isSame && details === null) throw new PlaneError('copy-onto-itself', 'nothing would change')
  const { digests = [] } = await namespace.checkWrite(target, null)
  const size = found.content?.size ?? 0
  const staged = await core.staging.receive(kept(found.read(0, size)), {
    ...{ sizeMax: PUT_SIZE_MAX, sizeExpected: size, digests: ['md5', ...digests] },
  })
  const { contentType, attributes = {} } = found
  const described = { details: details ?? { contentType, attributes }, condition }
  const etag = await namespace.writeDescribed(target, staged, described)
  return { etag, changedAt: core.clock.now() }
}

export async function copyPartAcross(
  { core }: Pick<S3Context, 'core'>,
  namespace: WholeNamespace,
  { source, target, sourceCondition, part, range }: PlanePartCopy,
): Promise<PlaneCopied> {
  const found = await sourceOf(core, namespace, { source, sourceCondition })
  const size = found.content?.size ?? 0
  const { first, last } = range ?? { first: 0, last: size - 1 }
  if (range !== null && (last >= size || first > last))
    throw new PlaneError('argument-invalid', 'the source has not these bytes')
  const { digests = [] } = await namespace.checkWrite(target, part)
  const staged = await core.staging.receive(kept(found.read(first, last + 1)), {
    ...{ sizeMax: PUT_SIZE_MAX, sizeExpected: last + 1 - first, digests: ['md5', ...digests] },
  })
  await namespace.writePart(target, part, staged)
  return { etag: `"${staged.facts.digests.md5}"`, changedAt: core.clock.now() }
}

/** Throws `no-such-bucket`, `no-such-key`, `precondition-failed`. */
async function sourceOf(
  { clock }: Pick<S3Context['core'], 'clock'>,
  namespace: WholeNamespace,
  { source, sourceCondition }: Pick<PlaneCopy, 'source' | 'sourceCondition'>,
): Promise<PlaneObject> {
  const found = await namespace.read(source)
  if (found === null) throw new PlaneError('no-such-key', 'there is no source')
  const validators = { etag: found.etag ?? etagOf(found), modifiedAt: found.updatedAt }
  if (answerTo(sourceCondition, validators, clock.now()) !== 'proceed')
    throw new PlaneError('precondition-failed', 'the source is not as the client wants it to be')
  return found
}

/** Chunks that stay as they are: a reader lends its own. */
async function* kept(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks) yield Buffer.from(chunk)
}
