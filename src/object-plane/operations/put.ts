import type { Exchange, Reply, ReplyHeaders } from '../../http/types.ts'
import { type Place, requireSupportedHeaders } from '../admission.ts'
import { expectedBytes, orDiscard, receiveBody } from '../receive.ts'
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
