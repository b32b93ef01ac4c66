import type { DigestName, SegmentFacts } from '../../core/model/bytes.ts'
import type { Exchange } from '../../http/types.ts'
import { S3Error } from './codes.ts'

/** How the checksum of an upload of parts is made: of all bytes, or of the checksums of its parts. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE'

interface Algorithm {
  /** Bytes of its value. */
  readonly size: number
  /** Null: every segment has it, whoever asks. */
  readonly digest: DigestName | null
  /** What uploads of parts may have of it, their default first. */
  readonly types: readonly [ChecksumType, ...ChecksumType[]]
}

/** The checksums that clients may send or ask for, as headers spell them. */
export const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  crc32: { size: 4, digest: null, types: ['COMPOSITE', 'FULL_OBJECT'] },
  crc32c: { size: 4, digest: 'crc32c', types: ['COMPOSITE', 'FULL_OBJECT'] },
  crc64nvme: { size: 8, digest: 'crc64nvme', types: ['FULL_OBJECT'] },
  md5: { size: 16, digest: 'md5', types: ['COMPOSITE'] },
  sha1: { size: 20, digest: 'sha1', types: ['COMPOSITE'] },
  sha256: { size: 32, digest: 'sha256', types: ['COMPOSITE'] },
  sha512: { size: 64, digest: 'sha512', types: ['COMPOSITE'] },
  xxhash3: { size: 8, digest: 'xxhash3', types: ['COMPOSITE'] },
  xxhash64: { size: 8, digest: 'xxhash64', types: ['COMPOSITE'] },
  xxhash128: { size: 16, digest: 'xxhash128', types: ['COMPOSITE'] },
}

/** Of what nobody asked another one for. */
export const DEFAULT_ALGORITHM = 'crc64nvme'
export const CHECKSUM = 'x-amz-checksum-'
const OTHERS = ['algorithm', 'type', 'mode']

/** A checksum that a client promises: its value, or null where it comes behind the body. */
export interface AskedChecksum {
  readonly algorithm: string
  readonly value: string | null
}

type Headers = Exchange['request']['headers']

/** The checksum that a request has or announces; null for none. Throws S3Error `InvalidRequest`. */
export function askedChecksum({
  request: { headers },
}: {
  readonly request: { readonly headers: Headers }
}): AskedChecksum | null {
  const trailing = String(headers['x-amz-trailer'] ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (trailing.some((name) => !name.startsWith(CHECKSUM)))
    throw invalid('The value specified in the x-amz-trailer header is not supported')
  const algorithm = onlyOf([...sentNames(headers), ...trailing.map((name) => name.slice(CHECKSUM.length))])
  requireAnnounced(headers, algorithm)
  if (algorithm === null) return null
  const value = headers[CHECKSUM + algorithm]
  return { algorithm, value: typeof value === 'string' ? requireValue(algorithm, value) : null }
}

/** The checksum in the head of a request; null for none. Throws S3Error `InvalidRequest`. Its value is as it was sent. */
export function sentChecksum(
  headers: Headers,
): { readonly algorithm: string; readonly value: string } | null {
  const algorithm = onlyOf(sentNames(headers))
  return algorithm === null ? null : { algorithm, value: String(headers[CHECKSUM + algorithm] ?? '') }
}

const sentNames = (headers: Headers): readonly string[] =>
  Object.keys(headers)
    .filter((name) => name.startsWith(CHECKSUM))
    .map((name) => name.slice(CHECKSUM.length))
    .filter((name) => !OTHERS.includes(name))

function onlyOf(names: readonly string[]): string | null {
  const [algorithm] = names
  if (algorithm === undefined) return null
  if (names.length > 1)
    throw invalid('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.')
  if (!isAlgorithm(algorithm))
    throw invalid('The algorithm type you specified in x-amz-checksum- header is invalid.')
  return algorithm
}

export const isAlgorithm = (name: string): boolean => Object.hasOwn(ALGORITHMS, name)

/** Clients say twice which algorithm they use. */
function requireAnnounced(headers: Headers, algorithm: string | null): void {
  const header = 'x-amz-sdk-checksum-algorithm'
  const announced = headers[header]
  if (announced === undefined) return
  const named = String(announced).toLowerCase()
  if (!isAlgorithm(named)) throw unknownAlgorithm()
  if (algorithm === null)
    throw invalid(
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    )
  if (named !== algorithm) throw invalidHeader(header)
}

export const unknownAlgorithm = (): S3Error =>
  invalid(
    'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, MD5, SHA1, SHA256, SHA512, XXHASH128, XXHASH3, XXHASH64]',
  )

/** Throws S3Error `InvalidRequest` for what is no base64 of the algorithm's length. `where` is what its header is. */
export function requireValue(algorithm: string, value: string, where = 'header'): string {
  if (isValue(algorithm, value)) return value
  throw invalidHeader(CHECKSUM + algorithm, where)
}

export function isValue(algorithm: string, value: string): boolean {
  const bytes = Buffer.from(value, 'base64')
  return bytes.byteLength === ALGORITHMS[algorithm]?.size && bytes.toString('base64') === value
}

/** The checksum of stored bytes, in base64; null where it was not computed. */
export function checksumOf(algorithm: string, { crc32, digests }: SegmentFacts): string | null {
  const digest = ALGORITHMS[algorithm]?.digest
  if (digest === null) return base64(crc32.toString(16).padStart(8, '0'))
  const value = digest === undefined ? undefined : digests[digest]
  if (value === undefined) return null
  return base64(digest === 'crc64nvme' ? BigInt(value).toString(16).padStart(16, '0') : value)
}

/** Those that have to be computed so that `checksumOf` finds the algorithm's. */
export function digestsFor(algorithm: string): readonly DigestName[] {
  const digest = ALGORITHMS[algorithm]?.digest ?? null
  return digest === null ? [] : [digest]
}

export const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64')

/** Throws S3Error `BadDigest`. */
export function requireChecksum(algorithm: string, own: string | null, sent: string): void {
  if (own === sent) return
  throw new S3Error(
    'BadDigest',
    `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
  )
}

export const invalidHeader = (name: string, where = 'header'): S3Error =>
  invalid(`Value for ${name} ${where} is invalid.`)
export const invalid = (message: string): S3Error => new S3Error('InvalidRequest', message)
