import { answerTo } from '../../http/conditions.ts'
import { entityTag } from '../../http/serve-object.ts'
import type { Exchange } from '../../http/types.ts'
import type { Admission, Place } from '../admission.ts'
import type { PlaneCopied, PlaneCopy } from '../contents.ts'
import { TO_THE_END } from '../copy-headers.ts'
import { PlaneError } from '../errors.ts'
import { expectedBytes, orDiscard } from '../receive.ts'
import type { PlaneObject } from '../types.ts'
import type { Handling } from './operation.ts'
import type { WritablePart } from './part-query.ts'

interface Asked extends Pick<PlaneCopy, 'source' | 'target' | 'sourceCondition'> {
  /** Null: the whole object. */
  readonly part: WritablePart | null
  /** Of the source, the last byte included; null for all. */
  readonly range: { readonly first: number; readonly last: number } | null
}

type Again = Pick<Awaited<ReturnType<Admission['admit']>>, 'again'>

/**
 * Reads the source and writes what it has as the bytes of a PUT are written: what the namespace refuses of those, it refuses of these.
 * Throws `no-such-key`, `precondition-failed`, `argument-invalid` for a range that the source has not.
 */
export async function copyBytes(
  { staging, flavour }: Handling,
  exchange: Exchange,
  { namespace }: Place,
  { source, target, sourceCondition, part, range }: Asked,
  { again }: Again,
): Promise<PlaneCopied> {
  const object = await namespace.read(source)
  if (object === null || object.content === null) throw new PlaneError('no-such-key', 'there is no source')
  const etag = object.etag ?? entityTag(object)
  const validators = { etag, modifiedAt: object.updatedAt }
  if (answerTo(sourceCondition, validators, exchange.receivedAt) !== 'proceed')
    throw new PlaneError('precondition-failed', 'the source is not as the client wants it to be')
  const { start, end } = bytesOf(object, range)
  const { slot, sizeMax, digests } = await expectedBytes(namespace, target, part)
  const staged = await staging.receive(kept(object.read(start, end)), {
    ...{ sizeMax, sizeExpected: end - start, digests: [...flavour.digests, ...digests] },
    ...(slot === null ? {} : { part: slot }),
  })
  await orDiscard(staging, staged, again)
  const { md5 } = staged.facts.digests
  if (part === null) await namespace.write(target, staged, object.contentType)
  else await part.write(target, staged)
  return { etag: md5 === undefined ? etag : `"${md5}"`, changedAt: exchange.receivedAt }
}

function bytesOf(
  { content }: PlaneObject,
  range: Asked['range'],
): { readonly start: number; readonly end: number } {
  const size = content?.size ?? 0
  if (range === null) return { start: 0, end: size }
  const last = range.last === TO_THE_END ? size - 1 : range.last
  if (range.first > last || last >= size)
    throw new PlaneError('argument-invalid', 'the source has not these bytes')
  return { start: range.first, end: last + 1 }
}

/** Chunks of what is served are used up when the next one is asked for. */
async function* kept(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  for await (const chunk of body) yield Uint8Array.from(chunk)
}
