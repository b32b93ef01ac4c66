import type { IncomingMessage } from 'node:http'
import type { TimeMs } from '../core/clock.ts'
import type { AccountId } from '../core/ids.ts'
import type { BodyRoom } from './body-room.ts'
import type { GuessGate } from './guessing/guesses.ts'
import type { Pairs } from './pairs.ts'
import type { StoredContent } from './safe-headers.ts'

/** One request being answered. */
export interface Exchange {
  readonly request: IncomingMessage
  /** Made by the surface in its vendor's shape; in the answer and in the log. */
  readonly requestId: string
  readonly method: string
  /** As received: still percent-encoded, without the query. */
  readonly rawPath: string
  /** As received, without the question mark; empty when there is none. */
  readonly rawQuery: string
  /** Decoded; `+` is a blank. */
  readonly query: Pairs
  /** The route's parameters, decoded. A `*` at a pattern's end is named `*`. */
  readonly params: Readonly<Record<string, string | undefined>>
  /** The Host header as received; empty when there was none. */
  readonly host: string
  /** The client's address: of who connected, or whom the proxies name that are trusted. */
  readonly remoteAddress: string
  readonly receivedAt: TimeMs
  /** Aborted when the client goes away before the answer is complete. */
  readonly signal: AbortSignal
  /** True once the server stops taking new work. */
  readonly draining: boolean
  /** What the call keeps of its body in memory: `readBody` and its like take it. All is given back when the call is over. */
  readonly room: BodyRoom
  /**
   * Says whose account calls, as soon as that is proven: by a signature, a token or a link that the account's key made. Notes it in
   * the log, and counts the call against what the account may use. From then on the body may be read. Faults: `throttled`. Saying
   * it again is free.
   */
  identified(account: AccountId): void
  /** Has secrets checked, and slows down who tries them out. */
  readonly guesses: GuessGate
  /**
   * Lets the body be read before the sender has proven who it is: of the signature that covers the body, the key was found and the
   * date is fresh; or what is asked for is open to all. To read it earlier is a bug, but for the bytes that the route reads of anybody.
   */
  admitBody(): void
  /** Sends an interim response (RFC 9110 §15.2) where none is too late. 100 is the kit's own. */
  inform(status: number, headers: Readonly<Record<string, string>>): void
  /** Adds notes to the request's log line. Never secrets, never names that give access. */
  note(notes: Readonly<Record<string, string | number | boolean>>): void
}

export type ReplyHeaders = Readonly<Record<string, string | number | readonly string[]>>

/**
 * An answer. The kit adds Date and, for text and bytes, Content-Length; a stream goes out chunked unless the headers
 * have a content-length. On HEAD the body is not sent.
 */
export interface Reply {
  readonly status: number
  readonly headers?: ReplyHeaders
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array> | null
  /** Of an answer about bytes that somebody stored: `serveObject` alone says so. The kit then keeps browsers from running them. */
  readonly stored?: StoredContent
}

/**
 * A find-my-way pattern, such as `/file/upload` or `/:account/*`; or a test of decoded paths, for those that come and go while the
 * server runs. Patterns come first: a test is asked about paths that fit none.
 */
export type RoutePath = string | ((path: string) => boolean)

export interface Route {
  readonly method: string
  readonly path: RoutePath
  /** What the log calls it, e.g. `mpupload.init`; may be refined by the handler with `note({ call })`. */
  readonly call: string
  /**
   * Whether this route takes the request, by its URL and headers alone. So several routes can share a method and a path.
   * Routes without it come last and take every request. A request that none takes has a method that is not there.
   */
  accepts?(request: IncomingMessage): boolean
  /** Bytes of a body that are read before its sender is known, because the body says who that is. Default none. */
  readonly openBodySizeMax?: number
  handle(exchange: Exchange): Promise<Reply>
}

export interface HostedRoutes {
  readonly routes: readonly Route[]
  /** Whether a request is for these routes, by its Host header and what else its head says. */
  takes(request: IncomingMessage): boolean
}

/** Surfaces that go together: all that one vendor's clients reach. */
export interface SurfaceGroup {
  readonly surfaces: readonly Surface[]
  /** Whether a host name (lower case, without a port) is theirs alone: requests by it reach nobody else. */
  ownsHost(host: string): boolean
}

/**
 * One vendor's face: routes that share request ids and error envelopes. A request with a method that its path does not
 * have is answered through `renderError`, with the fault `method-not-allowed`.
 */
export interface Surface {
  /** The dialect's name in the log. */
  readonly name: string
  readonly routes: readonly Route[]
  /** What is served by host names that are this surface's alone, whatever their paths. */
  readonly hosted?: HostedRoutes
  /**
   * Whether a path that no route has (decoded) is this surface's to refuse, with the fault `not-found`. `host` is that of the
   * request, in lower case, without a port.
   */
  ownsPath?(path: string, host: string): boolean
  newRequestId(now: TimeMs): string
  /** Never throws. Gets whatever a handler threw: CoreError, RequestFault, the dialect's own errors, or a bug. */
  renderError(error: unknown, exchange: Exchange): Reply
}

/** What one look found. A `warning` is for people: the server works all the same. */
export interface Check {
  readonly state: 'ok' | 'warning' | 'failed'
  readonly reason?: string
  /** What else there is to tell. */
  readonly details?: Readonly<Record<string, string | number | null>>
}

/** Whether a server should be given work, by its own looks at what it needs. */
export interface ReadinessReport {
  readonly isReady: boolean
  readonly checks: Readonly<Record<string, Check>>
}
