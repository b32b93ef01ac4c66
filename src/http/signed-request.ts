import type { IncomingHttpHeaders } from 'node:http'
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

export const signedRequest = ({ request, method, rawPath, query, host }: Exchange): SignedRequest => ({
  ...{ method, rawPath, query, host },
  headers: request.headers,
})

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
 * Hosts that a client may have signed: the Host header, the same without the own port of http or https, and `others`, which
 * a proxy may have been reached by. Each stands once.
 */
export const hostSpellings = (host: string, others: readonly string[]): readonly string[] => [
  ...new Set([host, host.replace(/:(80|443)$/, ''), ...others]),
]
