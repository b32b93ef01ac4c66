import { serveByLink, serveObject } from '../../http/serve-object.ts'
import type { Exchange, Reply, ReplyHeaders } from '../../http/types.ts'
import type { Place } from '../admission.ts'
import { PlaneError } from '../errors.ts'
import { readOverrides } from '../overrides.ts'
import type { Throttle } from '../throttling.ts'
import type { PartRange, PlaneObject } from '../types.ts'
import type { Handling, Operation } from './operation.ts'
import { partNumberOf, refusePart } from './part-query.ts'

/** GET and HEAD of an object. */
export const getOperations: readonly Operation[] = ['GET', 'HEAD'].map((method) => ({
  ...{ call: method.toLowerCase(), method, at: 'object' },
  handlerOf: (handling, place) => (exchange) => getObject(handling, exchange, place),
}))

async function getObject(
  { flavour, admit, throttleFor }: Handling,
  exchange: Exchange,
  place: Place,
): Promise<Reply> {
  const { signer, target } = await admit(exchange, place, 'get')
  const overrides = readOverrides(exchange.query.filter(([name]) => signer.signs?.(name) ?? true))
  if (signer.isAnonymous === true && Object.keys(overrides).length > 0)
    throw new PlaneError('overrides-unsigned', 'nobody signed the headers of the answer')
  const trafficLimit = flavour.trafficLimit?.(exchange) ?? null
  const throttle = throttleFor(signer, trafficLimit)
  const number = partNumberOf(exchange.query)
  if (number !== null && exchange.request.headers.range !== undefined)
    throw new PlaneError('range-and-part', 'a range and a part are asked for')
  const object = await place.namespace.read(target)
  if (object === null || object.content === null) throw new PlaneError('no-such-key', 'no object is there')
  const digests = flavour.digestHeaders(object.content.digests)
  const part = await partOf(exchange, object, number)
  const kept = flavour.objectHeaders?.(exchange, object.attributes ?? {}) ?? {}
  const headers = { ...flavour.commonHeaders(exchange), ...digests, ...object.headers, ...kept, ...overrides }
  const served = throttled(object, throttle)
  const all = { ...headers, ...part.headers }
  // A client that signs each request by a header is not asked to follow: it would sign for another host.
  const isLink = exchange.request.headers.authorization === undefined && trafficLimit === null
  const reply =
    isLink && part.range === undefined
      ? await serveByLink(exchange, served, all)
      : serveObject(exchange, served, all, part.range)
  const code = REFUSALS.get(reply.status)
  if (code === undefined) return reply
  const refusal = flavour.renderError(new PlaneError(code, 'refused by a header of the request'), exchange)
  return { ...refusal, headers: { ...reply.headers, ...refusal.headers } }
}

/** The part that a request names, as a range of the whole. A thing that came in one piece is its own first part. */
async function partOf(
  exchange: Exchange,
  { parts, content }: PlaneObject,
  number: number | null,
): Promise<{ readonly range?: PartRange; readonly headers?: ReplyHeaders }> {
  if (parts === undefined) refusePart(exchange.query)
  if (number === null || parts === undefined) return {}
  const range = await parts.rangeOf(number)
  if (range === null) throw new PlaneError('part-not-there', 'no part has this number')
  // Nothing has no range.
  if (content?.size === 0) return {}
  return { range, headers: parts.count === null ? {} : { 'x-amz-mp-parts-count': parts.count } }
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
