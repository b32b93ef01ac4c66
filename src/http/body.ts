import { GrowingBytes } from '../core/bytes/growing-bytes.ts'
import { contentDigests, DigestCheck, digested } from './digest-fields.ts'
import { RequestFault } from './faults.ts'
import { HeldStart } from './held-start.ts'
import { Intake } from './intake.ts'
import type { Pairs } from './pairs.ts'
import type { Exchange } from './types.ts'

export { parseJson, parseJsonObject } from './json.ts'

const PAIRS_MAX = 1000

/**
 * The request's body as it arrives, at most once, when its sender is known (`admitBody`). Its end is the error `digest-mismatch` where Content-Digest
 * says something else. Ends with the fault `body-truncated` when the client goes away or the
 * framing breaks, and `timeout` when it falls silent. Leaving it early is fine: the server looks after the rest. A chunk's memory is freed
 * once the next one is asked for.
 */
export function bodyStream(exchange: Exchange): AsyncIterable<Uint8Array> {
  const digests = contentDigests(exchange)
  const body = new HeldStart(new Intake(exchange.request), exchange.room, announcedLength(exchange))
  return digested(body, digests)
}

/** The announced length in bytes; null for chunked bodies. No body at all is 0. */
export function announcedLength(exchange: Exchange): number | null {
  const { headers } = exchange.request
  if (headers['transfer-encoding'] !== undefined) return null
  return Number(headers['content-length'] ?? 0)
}

/**
 * The whole body, at most `sizeMax` bytes. Room for it is taken before its first byte is asked for. Faults: `body-too-large`,
 * `body-truncated`, `timeout`, and `throttled` when other bodies left no room. Errors: `digest-mismatch` where Content-Digest says something else.
 */
export async function readBody(exchange: Exchange, sizeMax: number): Promise<Buffer> {
  const announced = announcedLength(exchange)
  if ((announced ?? 0) > sizeMax) throw tooLarge()
  await exchange.room.take(announced ?? sizeMax)
  const body = new GrowingBytes(announced ?? 0)
  const check = new DigestCheck(contentDigests(exchange))
  for await (const chunk of new Intake(exchange.request)) {
    if (body.size + chunk.byteLength > sizeMax) throw tooLarge()
    check.add(chunk)
    body.add(chunk)
  }
  check.end()
  exchange.room.settle()
  return body.bytes()
}

const tooLarge = (): RequestFault => new RequestFault('body-too-large', 'the body is over the limit')

/**
 * Name-value pairs of an urlencoded form or query; `+` is a blank, empty pieces are left out, a name without `=` has an
 * empty value. At most `pairsMax` (default 1000). Faults: `malformed-request`, `too-complex`.
 */
export function parsePairs(text: string, limits?: { readonly pairsMax?: number }): Pairs {
  const pairsMax = limits?.pairsMax ?? PAIRS_MAX
  const pairs: (readonly [string, string])[] = []
  for (let start = 0; start < text.length; ) {
    const next = text.indexOf('&', start)
    const end = next === -1 ? text.length : next
    if (end > start) {
      if (pairs.length >= pairsMax) throw new RequestFault('too-complex', 'too many parameters')
      pairs.push(parsePair(text.slice(start, end)))
    }
    start = end + 1
  }
  return pairs
}

function parsePair(piece: string): readonly [string, string] {
  const equals = piece.indexOf('=')
  return equals === -1
    ? [decodeComponent(piece), '']
    : [decodeComponent(piece.slice(0, equals)), decodeComponent(piece.slice(equals + 1))]
}

function decodeComponent(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch (error) {
    throw new RequestFault('malformed-request', 'a parameter is not percent-encoded UTF-8', error)
  }
}

/** The media type in lower case without parameters; empty when the header is missing. */
export function mediaType(exchange: Exchange): string {
  const [type = ''] = (exchange.request.headers['content-type'] ?? '').split(';', 1)
  return type.trim().toLowerCase()
}
