import { createHash, type Hash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Exchange, ReplyHeaders } from '../../../http/types.ts'
import { ResumableError } from '../errors.ts'

/** The protocol tus 1.0.0 (tus.io/protocols/resumable-upload), as headers. */

const VERSION = '1.0.0'
export const EXTENSIONS =
  'creation,creation-with-upload,creation-defer-length,expiration,checksum,checksum-trailer,termination,concatenation,concatenation-unfinished'
const ALGORITHMS = ['sha1', 'sha256', 'md5'] as const
export const BODY_TYPE = 'application/offset+octet-stream'

/** Headers of every answer. */
export const VERSION_HEADERS: ReplyHeaders = { 'tus-resumable': VERSION }

/** What a server tells of itself. */
export const capabilities = (sizeMax: number): ReplyHeaders => ({
  'tus-version': VERSION,
  'tus-extension': EXTENSIONS,
  'tus-checksum-algorithm': ALGORITHMS.join(','),
  'tus-max-size': sizeMax,
})

/** Errors: 412 for a request of another version, or of none. */
export function requireVersion({ request }: Exchange): void {
  if (headerOf(request, 'tus-resumable') === VERSION) return
  throw new ResumableError(412, `Tus-Resumable: ${VERSION} is what is spoken here`, {
    'tus-version': VERSION,
  })
}

/** A header that is a whole number of bytes; null where it is missing. Errors: 400. */
export function bytesOf(request: IncomingMessage, name: string): number | null {
  const text = headerOf(request, name)
  if (text === null) return null
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(value)) return value
  throw new ResumableError(400, `${name} is a number of bytes`)
}

/** The size of the whole; null where it is told later. Errors: 400 for none of both, and both. */
export function lengthOf(request: IncomingMessage): number | null {
  const length = bytesOf(request, 'upload-length')
  const deferred = headerOf(request, 'upload-defer-length')
  if (deferred !== null && deferred !== '1')
    throw new ResumableError(400, 'Upload-Defer-Length can be 1 only')
  if ((length === null) === (deferred === null))
    throw new ResumableError(400, 'either Upload-Length or Upload-Defer-Length: 1 is needed')
  return length
}

/** What Upload-Concat says; null where it is missing. Errors: 400. */
export function concatOf(request: IncomingMessage): Concat | null {
  const text = headerOf(request, 'upload-concat')?.trim() ?? null
  if (text === null) return null
  if (text === 'partial') return { kind: 'partial' }
  const [, list = ''] = /^final;(.+)$/s.exec(text) ?? []
  const urls = list.split(' ').filter((url) => url !== '')
  if (urls.length > 0 && urls.length <= PARTIALS_MAX) return { kind: 'final', text, urls }
  throw new ResumableError(400, `Upload-Concat is partial, or final; and 1 to ${PARTIALS_MAX} URLs`)
}

export type Concat =
  | { readonly kind: 'partial' }
  | { readonly kind: 'final'; readonly text: string; readonly urls: readonly string[] }

/** Uploads of which one can be put together. */
const PARTIALS_MAX = 100

const PAIR = /^([\x21-\x2b\x2d-\x7e]+)(?: ([A-Za-z0-9+/]*={0,2}))?$/

/** What Upload-Metadata says: names, each with a text. Errors: 400. */
export function metadataOf(text: string): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>()
  for (const pair of text.trim() === '' ? [] : text.split(',')) {
    const [, name, value = ''] = PAIR.exec(pair.trim()) ?? []
    if (name === undefined || metadata.has(name))
      throw new ResumableError(400, 'Upload-Metadata has pairs of a name and base64, each name once')
    metadata.set(name, Buffer.from(value, 'base64').toString().toWellFormed())
  }
  return metadata
}

/** Whether the sender gives a checksum of this body, in its head or behind it. */
export const hasChecksum = ({ headers }: IncomingMessage): boolean =>
  headers['upload-checksum'] !== undefined || /\bupload-checksum\b/i.test(headers.trailer ?? '')

/**
 * The body, whose end fails unless it has its checksum. Errors: 400 for an algorithm that is not known and a text that is no checksum, 460 for
 * other bytes.
 */
export async function* checkedBody(
  request: IncomingMessage,
  body: AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  const head = headerOf(request, 'upload-checksum')
  const before = head === null ? null : checksumOf(head)
  const hashes = new Map<string, Hash>(
    (before === null ? ALGORITHMS : [before.algorithm]).map((name) => [name, createHash(name)]),
  )
  for await (const chunk of body) {
    for (const hash of hashes.values()) hash.update(chunk)
    yield chunk
  }
  const { algorithm, value } = before ?? checksumOf(request.trailers['upload-checksum'] ?? '')
  if (hashes.get(algorithm)?.digest('base64') !== value)
    throw new ResumableError(460, `the bytes do not have this ${algorithm}`)
}

function checksumOf(text: string): { readonly algorithm: string; readonly value: string } {
  const [algorithm = '', value, ...rest] = text.trim().split(' ')
  const isKnown = ALGORITHMS.some((name) => name === algorithm)
  if (!isKnown || value === undefined || rest.length > 0)
    throw new ResumableError(400, `Upload-Checksum is one of ${ALGORITHMS.join(', ')}, a blank and base64`)
  return { algorithm, value }
}

/** One header as a text; null where it is missing. */
export function headerOf({ headers }: IncomingMessage, name: string): string | null {
  const value = headers[name]
  return typeof value === 'string' ? value : null
}
