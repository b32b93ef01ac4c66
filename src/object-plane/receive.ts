import type { Staging } from '../core/core.ts'
import { CoreError } from '../core/errors.ts'
import type { PartTarget } from '../core/model/addresses.ts'
import type { DigestName, Digests, Staged } from '../core/model/bytes.ts'
import { announcedLength, bodyStream } from '../http/body.ts'
import { digested, fieldDigests } from '../http/digest-fields.ts'
import { RequestFault } from '../http/faults.ts'
import type { Exchange } from '../http/types.ts'
import { PlaneError } from './errors.ts'
import type { PlaneExpected } from './expected.ts'
import type { PlaneNamespace, PlanePart, PlaneTarget } from './types.ts'

export interface ReceiveBodyOptions {
  /** Bytes. */
  readonly sizeMax: number
  readonly digests: readonly DigestName[]
  /** The body's sha256 as the signature has it, lower-case hex; null where it has none. */
  readonly sha256: string | null
  /** The part of an upload that the bytes will be, where that is known; null for others. */
  readonly slot: PartTarget | null
  /** Bytes of the object within the body; null where it has nothing around them. */
  readonly innerSize?: number | null
  /** Takes the bytes out of what is around them. */
  unwrap?(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>
  /** Slows the body down where its speed is limited. */
  throttle(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>
}

/**
 * Receives a PUT's body, of announced length or chunked. A part is a representation of its own. Bad headers are refused before a byte is read. Errors:
 * `length-required`, `body-too-large`, `body-truncated`, `digest-invalid`, `digest-mismatch`, and those of staging; none of
 * them leaves bytes behind.
 */
export function receiveBody(
  exchange: Exchange,
  staging: Staging,
  { sizeMax, digests, sha256, throttle, slot, innerSize = null, unwrap }: ReceiveBodyOptions,
): Promise<Staged> {
  const md5 = contentMd5(exchange)
  const announcedSize = bodyLength(exchange)
  const size = unwrap === undefined ? announcedSize : innerSize
  if (size !== null && size > sizeMax) {
    throw new CoreError('body-too-large', 'the announced body is over the limit', { sizeMax })
  }
  const expected: Digests = { ...(md5 === null ? {} : { md5 }), ...(sha256 === null ? {} : { sha256 }) }
  const announced = size === null ? {} : { sizeExpected: size }
  const part = slot === null ? {} : { part: slot }
  const body = throttle(bodyStream(exchange))
  const representation = fieldDigests(exchange.request.headers['repr-digest'])
  return staging.receive(digested(unwrap === undefined ? body : unwrap(body), representation), {
    sizeMax,
    digests,
    expected,
    ...announced,
    ...part,
  })
}

/** What the namespace expects at the target. Throws what the write would be refused with. */
export async function expectedBytes(
  namespace: Pick<PlaneNamespace, 'checkWrite' | 'sizeMax'>,
  target: PlaneTarget,
  part: PlanePart | null,
): Promise<Required<PlaneExpected>> {
  const expected = await namespace.checkWrite?.(target, part)
  const sizeMax = Math.min(namespace.sizeMax, expected?.sizeMax ?? namespace.sizeMax)
  return {
    ...{ slot: expected?.slot ?? null, sizeMax },
    ...{ kept: expected?.kept ?? {}, digests: expected?.digests ?? [] },
  }
}

/** What has to hold once the bytes are there. If it throws, they are given up. */
export async function orDiscard(staging: Staging, staged: Staged, check: () => Promise<void>): Promise<void> {
  try {
    await check()
  } catch (error) {
    await staging.discard(staged)
    throw error
  }
}

function bodyLength(exchange: Exchange): number | null {
  const { headers } = exchange.request
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
    throw new RequestFault('length-required', 'neither a length nor chunked encoding')
  }
  return announcedLength(exchange)
}

/** The Content-MD5 header as lower-case hex. Throws `digest-invalid`. */
export function contentMd5(exchange: Exchange): string | null {
  const header = exchange.request.headers['content-md5']
  if (header === undefined) return null
  const isBase64OfMd5 = typeof header === 'string' && /^[A-Za-z0-9+/]{22}==$/.test(header)
  if (!isBase64OfMd5) throw new PlaneError('digest-invalid', 'Content-MD5 is not the base64 of an MD5')
  return Buffer.from(header, 'base64').toString('hex')
}
