import { RequestFault } from '../../http/faults.ts'
import type { Exchange, Reply, ReplyHeaders } from '../../http/types.ts'
import { type Place, requireSupportedHeaders } from '../admission.ts'
import { type Unchunked, unchunked } from '../chunks.ts'
import type { PlaneDescription, Settled } from '../contents.ts'
import { PlaneError } from '../errors.ts'
import { expectedBytes, orDiscard, receiveBody } from '../receive.ts'
import type { PlaneSigner } from '../types.ts'
import type { Handling, Operation } from './operation.ts'
import { readPart } from './part-query.ts'

/** PUT of an object, or of a part of one. */
export const putOperations: readonly Operation[] = [
  {
    ...{ call: 'put', method: 'PUT', at: 'object' },
    handlerOf: (handling, place) => (exchange) => putObject(handling, exchange, place),
  },
]

/** Everything that the head of the request gives away is settled before its body is read. */
async function putObject(
  { flavour, staging, admit, throttleFor }: Handling,
  exchange: Exchange,
  place: Place,
): Promise<Reply> {
  const { signer, target, again } = await admit(exchange, place, 'put')
  requireSupportedHeaders(exchange, flavour.unsupportedHeaders)
  const { namespace } = place
  const part = readPart(exchange.query, namespace)
  const throttle = throttleFor(signer, flavour.trafficLimit?.(exchange) ?? null)
  const { slot, sizeMax, kept, digests: more } = await expectedBytes(namespace, target, part)
  const described = flavour.describe?.(exchange, part === null ? null : kept) ?? null
  const framing = unwrapping(exchange, signer, described)
  const staged = await receiveBody(exchange, staging, {
    ...{ sizeMax, digests: [...flavour.digests, ...(described?.digests ?? []), ...more] },
    ...{ sha256: signer.bodySha256, throttle, slot, ...framing.options },
  })
  let settled: Settled = { attributes: {}, headers: {} }
  await orDiscard(staging, staged, async () => {
    settled = described?.settle(staged.facts, framing.trailer()) ?? settled
    await again()
  })
  const { size, digests } = staged.facts
  let etag = digests.md5 === undefined ? null : `"${digests.md5}"`
  if (part !== null) {
    await part.write(target, staged)
  } else if (described !== null && namespace.writeDescribed !== undefined) {
    const { condition, details } = described
    const attributes = { ...details.attributes, ...settled.attributes }
    etag = await namespace.writeDescribed(target, staged, {
      ...{ condition, details: { ...details, attributes } },
    })
  } else {
    await namespace.write(target, staged, exchange.request.headers['content-type'] ?? null)
  }
  exchange.note({ size })
  const headers: ReplyHeaders = {
    ...flavour.commonHeaders(exchange),
    ...(etag === null ? {} : { etag }),
    ...flavour.digestHeaders(digests),
    ...settled.headers,
  }
  return { status: 200, headers, body: '' }
}

/** How the bytes stand within the body. */
function unwrapping(exchange: Exchange, { chunks }: PlaneSigner, described: PlaneDescription | null) {
  let inner: Unchunked | null = null
  const unwrap = (body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> => {
    inner = chunks === undefined ? null : unchunked(body, chunks)
    return inner ?? body
  }
  return {
    options:
      chunks === undefined ? {} : { innerSize: described?.innerSize ?? decodedLength(exchange), unwrap },
    trailer: (): ReadonlyMap<string, string> => inner?.trailer ?? new Map(),
  }
}

const DECODED_LENGTHS = ['x-amz-decoded-content-length', 'x-obs-decoded-content-length']

/** Bytes of an object whose body has chunks around it. Faults: `length-required`; throws `argument-invalid`. */
function decodedLength({ request: { headers } }: Exchange): number {
  const text = DECODED_LENGTHS.map((name) => headers[name]).find((value) => value !== undefined)
  if (text === undefined) throw new RequestFault('length-required', 'the inner length is not told')
  if (typeof text !== 'string' || !/^\d{1,15}$/.test(text))
    throw new PlaneError('argument-invalid', 'the inner length is no number')
  return Number(text)
}
