import type { Staging } from '../core/core.ts'
import { serveObject } from '../http/serve-object.ts'
import type { Exchange, Reply, ReplyHeaders } from '../http/types.ts'
import { type Admission, type Place, requireSupportedHeaders } from './admission.ts'
import { PlaneError } from './errors.ts'
import { readOverrides } from './overrides.ts'
import { readPart, refusePart } from './part.ts'
import { expectedBytes, orDiscard, receiveBody } from './receive.ts'
import type { Throttle, ThrottleFor } from './throttling.ts'
import type { PlaneFlavour, PlaneObject } from './types.ts'

/** What the requests for objects share. */
export interface ObjectHandling {
  readonly flavour: PlaneFlavour
  readonly staging: Staging
  readonly admit: Admission['admit']
  readonly throttleFor: ThrottleFor
}

/** PUT of an object, or of a part of one. Everything that the head of the request gives away is settled before its body is read. */
export async function putObject(
  { flavour, staging, admit, throttleFor }: ObjectHandling,
  exchange: Exchange,
  place: Place,
): Promise<Reply> {
  const { signer, target, again } = await admit(exchange, place, 'put')
  requireSupportedHeaders(exchange, flavour.unsupportedHeaders)
  const { namespace } = place
  const part = readPart(exchange.query, namespace)
  const throttle = throttleFor(signer, flavour.trafficLimit?.(exchange) ?? null)
  const { slot, sizeMax } = await expectedBytes(namespace, target, part)
  const staged = await receiveBody(exchange, staging, {
    ...{ sizeMax, digests: flavour.digests, sha256: signer.bodySha256, throttle, slot },
  })
  await orDiscard(staging, staged, again)
  const { size, digests } = staged.facts
  if (part === null) {
    await namespace.write(target, staged, exchange.request.headers['content-type'] ?? null)
  } else {
    await part.write(target, staged)
  }
  exchange.note({ size })
  const etag: ReplyHeaders = digests.md5 === undefined ? {} : { etag: `"${digests.md5}"` }
  const headers = { ...flavour.commonHeaders(exchange), ...etag, ...flavour.digestHeaders(digests) }
  return { status: 200, headers, body: '' }
}

/** GET and HEAD of an object. */
export async function getObject(
  { flavour, admit, throttleFor }: ObjectHandling,
  exchange: Exchange,
  place: Place,
): Promise<Reply> {
  const { signer, target } = await admit(exchange, place, 'get')
  refusePart(exchange.query)
  const overrides = readOverrides(exchange.query.filter(([name]) => signer.signs?.(name) ?? true))
  const throttle = throttleFor(signer, flavour.trafficLimit?.(exchange) ?? null)
  const object = await place.namespace.read(target)
  if (object === null || object.content === null) throw new PlaneError('no-such-key', 'no object is there')
  const digests = flavour.digestHeaders(object.content.digests)
  const headers = { ...flavour.commonHeaders(exchange), ...digests, ...object.headers, ...overrides }
  const reply = serveObject(exchange, throttled(object, throttle), headers)
  const code = REFUSALS.get(reply.status)
  if (code === undefined) return reply
  const refusal = flavour.renderError(new PlaneError(code, 'refused by a header of the request'), exchange)
  return { ...refusal, headers: { ...reply.headers, ...refusal.headers } }
}

/** Answers of `serveObject` that need the vendor's error body. */
const REFUSALS = new Map([
  [412, 'precondition-failed'],
  [416, 'range-not-satisfiable'],
] as const) as ReadonlyMap<number, 'precondition-failed' | 'range-not-satisfiable'>

const throttled = (object: PlaneObject, throttle: Throttle): PlaneObject => ({
  ...object,
  read: (start, end) => throttle(object.read(start, end)),
})
