import type { IncomingMessage } from 'node:http'
import type { ReplyHeaders } from '../../../http/types.ts'
import { ResumableError } from '../errors.ts'
import { headerOf } from './tus.ts'

/** Resumable Uploads for HTTP (draft-ietf-httpbis-resumable-upload), as headers. */

export const BODY_TYPE = 'application/partial-upload'
const PROBLEMS = 'https://iana.org/assignments/http-problem-types#'

/** Versions up to this one name the opposite: `Upload-Incomplete`. */
const LAST_INCOMPLETE = 3
/** Versions up to this one have no media type of their own for pieces. */
const LAST_UNTYPED = 5

/** The version that the client speaks, as it numbers those of drafts; null for one that goes by the draft as it is now. */
export function versionOf(request: IncomingMessage): number | null {
  const text = headerOf(request, 'upload-draft-interop-version')
  return text !== null && /^\d{1,4}$/.test(text) ? Number(text) : null
}

export const needsType = (request: IncomingMessage): boolean =>
  (versionOf(request) ?? Number.MAX_SAFE_INTEGER) > LAST_UNTYPED

/**
 * Whether a request speaks the draft. What asks for an upload needs no header of it; what brings bytes says whether they are the last, or
 * by their type that they are a piece.
 */
export function isDraft({ method = '', headers }: IncomingMessage): boolean {
  if (headers['tus-resumable'] !== undefined) return false
  if (method === 'HEAD' || method === 'DELETE') return true
  const isPiece = headers['content-type']?.startsWith(BODY_TYPE) === true
  return isPiece || ['upload-complete', 'upload-incomplete'].some((name) => headers[name] !== undefined)
}

/** Whether the body is the end of the upload; null where the request does not say. What is no boolean does not count. */
export function completenessOf(request: IncomingMessage): boolean | null {
  const complete = booleanOf(headerOf(request, 'upload-complete'))
  if (complete !== null) return complete
  const incomplete = booleanOf(headerOf(request, 'upload-incomplete'))
  return incomplete === null ? null : !incomplete
}

const booleanOf = (text: string | null): boolean | null =>
  text === null ? null : ({ '?1': true, '?0': false }[bare(text)] ?? null)

/** An item without its parameters: none of them is known (RFC 9651, section 3.3). */
const bare = (text: string): string => text.split(';', 1)[0]?.trim() ?? ''

/** A number of bytes; null where it is missing, or no number: such a header does not count. */
export function integerOf(request: IncomingMessage, name: string): number | null {
  const text = bare(headerOf(request, name) ?? '')
  return /^\d{1,15}$/.test(text) ? Number(text) : null
}

/** Completeness as the client's version names it. */
export function completeHeaders(request: IncomingMessage, isComplete: boolean): ReplyHeaders {
  const version = versionOf(request)
  const own = version === null ? {} : { 'upload-draft-interop-version': version }
  return version !== null && version <= LAST_INCOMPLETE
    ? { ...own, 'upload-incomplete': isComplete ? '?0' : '?1' }
    : { ...own, 'upload-complete': isComplete ? '?1' : '?0' }
}

/** What an upload may be, and how long it waits. */
export const limitHeaders = (
  { sizeMax, expiresAt }: { readonly sizeMax: number; readonly expiresAt: number },
  now: number,
) => ({
  'upload-limit': `max-size=${sizeMax}, max-age=${Math.max(0, Math.floor((expiresAt - now) / 1000))}`,
})

export const mismatch = (expected: number, provided: number): ResumableError =>
  new ResumableError(
    409,
    `the upload ends at ${expected}`,
    { 'upload-offset': expected },
    {
      type: `${PROBLEMS}mismatching-upload-offset`,
      'expected-offset': expected,
      'provided-offset': provided,
    },
  )

export const completed = (offset: number): ResumableError =>
  new ResumableError(
    400,
    'the upload is already complete',
    { 'upload-offset': offset, 'upload-complete': '?1' },
    { type: `${PROBLEMS}completed-upload` },
  )

export const inconsistent = (): ResumableError =>
  new ResumableError(
    400,
    'the lengths do not fit each other',
    {},
    { type: `${PROBLEMS}inconsistent-upload-length` },
  )
