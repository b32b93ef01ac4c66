import type { IncomingHttpHeaders } from 'node:http'
import { SIGNED_HEADERS_MAX } from '../http/signed-request.ts'
import { PlaneError } from './errors.ts'

/**
 * The names of a list of signed headers, in lower case, in the order sent. Throws `signature-malformed` where a name stands twice or is
 * empty, `host` is not there, or there are more names than a request may have headers.
 */
export function signedHeaderNames(text: string): readonly string[] {
  const names = text.toLowerCase().split(';')
  const each = new Set(names)
  if (names.length > SIGNED_HEADERS_MAX || each.size !== names.length || each.has(''))
    throw new PlaneError('signature-malformed', 'the signed headers are no list')
  if (!each.has('host')) throw new PlaneError('signature-malformed', 'host is not signed')
  return names
}

/** Throws `access-denied` for a header of the cloud's own that is not signed: it could be added to somebody's URL. */
export function requireOwnHeadersSigned(
  headers: IncomingHttpHeaders,
  signedNames: readonly string[],
  own: RegExp,
): void {
  const signed = new Set(signedNames)
  const unsigned = Object.keys(headers).find((name) => own.test(name) && !signed.has(name))
  if (unsigned !== undefined) throw new PlaneError('access-denied', `the header ${unsigned} is not signed`)
}
