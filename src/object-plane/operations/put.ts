import type { Exchange, Reply, ReplyHeaders } from '../../http/types.ts'
import { type Place, requireSupportedHeaders } from '../admission.ts'
import { type Unchunked, unchunked } from '../chunks.ts'
import type { PlaneDescription, Settled } from '../contents.ts'
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
  const framing = unwrapping(signer, described)
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
function unwrapping({ chunks }: PlaneSigner, described: PlaneDescription | null) {
  let inner: Unchunked | null = null
  const unwrap = (body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> => {
    inner = chunks === undefined ? null : unchunked(body, chunks)
    return inner ?? body
  }
  return {
    options: chunks === undefined ? {} : { innerSize: described?.innerSize ?? null, unwrap },
    trailer: (): ReadonlyMap<string, string> => inner?.trailer ?? new Map(),
  }
}
