import { CoreError } from '../../core/errors.ts'
import type { DigestName, SegmentFacts } from '../../core/model/bytes.ts'
import type { Exchange } from '../../http/types.ts'
import { PlaneError } from '../errors.ts'

/** The checksums that clients may send or ask for, as headers spell them, with their bytes. */
export const ALGORITHMS: Readonly<
  Record<string, { readonly size: number; readonly digest: DigestName | null }>
> = {
  // Every segment has its crc32, whoever asks.
  crc32: { size: 4, digest: null },
  crc32c: { size: 4, digest: 'crc32c' },
  crc64nvme: { size: 8, digest: 'crc64nvme' },
  sha1: { size: 20, digest: 'sha1' },
  sha256: { size: 32, digest: 'sha256' },
}

export const CHECKSUM = 'x-amz-checksum-'

/** A checksum that a client promises: its value, or null where it comes behind the body. */
export interface AskedChecksum {
  readonly algorithm: string
  readonly value: string | null
}

/**
 * The checksum that a request has or announces; null for none. Throws `argument-invalid` for more than one or for an algorithm that nobody
 * knows, `digest-invalid` for a value that is none.
 */
export function askedChecksum({ request: { headers } }: Exchange): AskedChecksum | null {
  const sent = Object.keys(headers).filter(
    (name) =>
      name.startsWith(CHECKSUM) && !['algorithm', 'type', 'mode'].includes(name.slice(CHECKSUM.length)),
  )
  const trailing = String(headers['x-amz-trailer'] ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name.startsWith(CHECKSUM))
  const names = [...sent, ...trailing].map((name) => name.slice(CHECKSUM.length))
  const [algorithm] = names
  if (algorithm === undefined) return null
  if (names.length > 1) throw new PlaneError('argument-invalid', 'there is more than one checksum')
  if (ALGORITHMS[algorithm] === undefined)
    throw new PlaneError('argument-invalid', 'the algorithm of the checksum is not known')
  const value = headers[CHECKSUM + algorithm]
  return { algorithm, value: typeof value === 'string' ? requireValue(algorithm, value) : null }
}

/** Throws `digest-invalid` for what is no base64 of the algorithm's length. */
export function requireValue(algorithm: string, value: string): string {
  const bytes = Buffer.from(value, 'base64')
  if (bytes.byteLength === ALGORITHMS[algorithm]?.size && bytes.toString('base64') === value) return value
  throw new PlaneError('digest-invalid', 'the value is no checksum of its algorithm')
}

/** The checksum of stored bytes, in base64; null where it was not computed. */
export function checksumOf(algorithm: string, { crc32, digests }: SegmentFacts): string | null {
  const digest = ALGORITHMS[algorithm]?.digest
  if (digest === null) return base64(crc32.toString(16).padStart(8, '0'))
  const value = digest === undefined ? undefined : digests[digest]
  if (value === undefined) return null
  return base64(digest === 'crc64nvme' ? BigInt(value).toString(16).padStart(16, '0') : value)
}

export const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64')

/** Throws `digest-mismatch`. */
export function requireChecksum(algorithm: string, own: string | null, sent: string): void {
  if (own === sent) return
  throw new CoreError('digest-mismatch', `the body's ${algorithm} is not the one that was sent`, {
    digest: algorithm,
  })
}
