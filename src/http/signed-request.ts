import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { strictEncodePath } from './canonical.ts'
import { own } from './own.ts'
import type { Pairs } from './pairs.ts'
import type { Exchange } from './types.ts'

/** The parts of a request that signatures cover, as received. */
export interface SignedRequest {
  readonly method: string
  /** Still percent-encoded, without the query. */
  readonly rawPath: string
  readonly query: Pairs
  /** The Host header; empty when there was none. */
  readonly host: string
  readonly headers: IncomingHttpHeaders
}

/** Names that a list of signed headers may have: as many as a request may have headers. */
export const SIGNED_HEADERS_MAX = 200

export const signedRequest = ({ request, method, rawPath, query, host }: Exchange): SignedRequest => ({
  ...{ method, rawPath, query, host },
  headers: joinedHeaders(request),
})

/** Headers as signers see them: several lines of one name are joined by a comma alone, where Node puts a blank behind it. */
export function joinedHeaders(request: IncomingMessage): IncomingHttpHeaders {
  const { headers, rawHeaders } = request
  if (rawHeaders.length === 2 * Object.keys(headers).length) return headers
  const joined = Object.entries(request.headersDistinct).flatMap(([name, lines = []]) =>
    lines.length > 1 && headers[name] === lines.join(', ') ? [[name, lines.join(',')] as const] : [],
  )
  return { ...headers, ...Object.fromEntries(joined) }
}

/**
 * The text that signers see in a header: UTF-8, several values joined by commas. `name` is in lower case, and may be a
 * client's. Undefined for a header that was not sent.
 */
export function headerText(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = own(headers, name)
  return value === undefined ? undefined : utf8Text(typeof value === 'string' ? value : value.join(','))
}

/** What a header says in UTF-8: Node reads its bytes as Latin-1. Bytes that are no UTF-8 become U+FFFD. */
export const utf8Text = (latin1: string): string => Buffer.from(latin1, 'latin1').toString('utf8')

/**
 * Hosts that a client may have signed: the Host header and `others`, which a proxy may have been reached by, each with its port
 * and without. Each stands once.
 */
export const hostSpellings = (host: string, others: readonly string[]): readonly string[] => [
  ...new Set([host, ...others].flatMap((each) => [each, withoutPort(each)])),
]

/** `host:port` without its port; an IPv6 address keeps its brackets. */
const withoutPort = (host: string): string => host.replace(/:\d+$/, '')

/** The name of a Host header: in lower case, without a port. */
export const hostNameOf = (host: string): string => withoutPort(host).toLowerCase()

/**
 * Paths that a client of a scheme which signs encoded paths may have signed for this one: encoded by RFC 3986, as received, and
 * decoded. Read as what the scheme asks for, each of them means this path and no other: so a decoded one that has a percent sign
 * in it, and would mean another path, is left out, and one with control characters, which could end a line. Each stands once.
 * `rawPath` is percent-encoded UTF-8.
 */
export function pathSpellings(rawPath: string): readonly string[] {
  const decoded = decodeURIComponent(rawPath)
  const plain = /[%\p{Cc}]/u.test(decoded) ? [] : [decoded]
  return [...new Set([strictEncodePath(decoded), rawPath, ...plain])]
}
