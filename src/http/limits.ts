import type { ClientBudget } from './budgets/usage.ts'

/** What one client may cost the server. Sizes in bytes; 0 turns a time, a rate or a number of connections off. */
export interface HttpLimits {
  /** Of the request line and all headers together. */
  readonly headersSizeMax: number
  /** Of one request, in number. */
  readonly headersMax: number
  /** Of path and query as received. */
  readonly urlLengthMax: number
  /** To the end of a request's headers: from their first byte, and of the first request from the connection's beginning. */
  readonly headersMs: number
  /** Silence while a body is waited for. */
  readonly bodyIdleMs: number
  /** Bytes a second that a body must come with, over `bodyRateMs` of being waited for. */
  readonly bodyRateMin: number
  /** Over so much waiting the rate of a body is looked at. */
  readonly bodyRateMs: number
  /** From the end of the headers until the body must have come that says who calls. */
  readonly identifyMs: number
  /** How long the client may take nothing of an answer. Systems buffer megabytes of it: with them it has long gaps. */
  readonly replyIdleMs: number
  /** Bytes a second that an answer must be taken with, over `replyIdleMs`. */
  readonly replyRateMin: number
  /** How long a connection may stay open without a request. */
  readonly keepAliveMs: number
  readonly connectionsMax: number
  /** Of one address. */
  readonly addressConnectionsMax: number
  /** Of one address, within their TLS handshakes. */
  readonly addressHandshakesMax: number
  /** Connections beyond the limits that may still ask for `/healthz`. */
  readonly reservedMax: number
  /** Requests that a client may send ahead of their answers on one connection; one more ends it. */
  readonly requestsAheadMax: number
  /** Bytes of an unwanted body that are read and thrown away, so that the client gets to read the answer. */
  readonly discardSizeMax: number
  /** How long such a body is read. */
  readonly discardMs: number
  /** Bytes a second of such bodies, of all clients together: more are read later. */
  readonly discardsPerSecond: number
  /** How long the answer to a throttled call is held back. */
  readonly throttledMs: number
  /** Refusals a second of calls whose sender is not known, by all clients together: more are held back. */
  readonly refusalsPerSecond: number
  /** What one address may use. */
  readonly address: ClientBudget
  /** What one account may use. */
  readonly account: ClientBudget
  /** Of all bodies together that are kept in memory. */
  readonly bufferedSizeMax: number
  /** How long a body waits for its room in memory. */
  readonly bufferedWaitMs: number
}

const NO_BUDGET: ClientBudget = {
  requestsMax: 0,
  callsPerSecond: 0,
  bytesInPerSecond: 0,
  bytesOutPerSecond: 0,
}

export const HTTP_LIMITS: HttpLimits = {
  headersSizeMax: 64 * 1024,
  headersMax: 200,
  urlLengthMax: 16 * 1024,
  headersMs: 10_000,
  bodyIdleMs: 60_000,
  bodyRateMin: 1024,
  bodyRateMs: 60_000,
  identifyMs: 30_000,
  replyIdleMs: 240_000,
  replyRateMin: 1024,
  keepAliveMs: 65_000,
  connectionsMax: 0,
  addressConnectionsMax: 0,
  addressHandshakesMax: 1024,
  reservedMax: 64,
  requestsAheadMax: 32,
  discardSizeMax: 1024 * 1024,
  discardMs: 5_000,
  discardsPerSecond: 64 * 1024 * 1024,
  throttledMs: 200,
  refusalsPerSecond: 0,
  address: NO_BUDGET,
  account: NO_BUDGET,
  bufferedSizeMax: 64 * 1024 * 1024,
  bufferedWaitMs: 10_000,
}
