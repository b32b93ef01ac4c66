/** What one client may cost the server. Sizes in bytes; 0 turns a time or `connectionsMax` off. */
export interface HttpLimits {
  /** Of the request line and all headers together. */
  readonly headersSizeMax: number
  readonly headersMax: number
  /** Of path and query as received. */
  readonly urlLengthMax: number
  /** From the first byte of a request to the end of its headers. */
  readonly headersMs: number
  /** Silence while a body is waited for. */
  readonly bodyIdleMs: number
  /** Silence while the client does not take the answer. */
  readonly replyIdleMs: number
  /** How long a connection may stay open without a request. */
  readonly keepAliveMs: number
  readonly connectionsMax: number
  /** Requests that a client may send ahead of their answers on one connection; one more ends it. */
  readonly requestsAheadMax: number
  /** Bytes of an unwanted body that are read and thrown away, so that the client gets to read the answer. */
  readonly discardSizeMax: number
  readonly discardMs: number
  /** Of all bodies together that are kept in memory. */
  readonly bufferedSizeMax: number
  /** How long a body waits for its room in memory. */
  readonly bufferedWaitMs: number
}

export const HTTP_LIMITS: HttpLimits = {
  headersSizeMax: 64 * 1024,
  headersMax: 200,
  urlLengthMax: 16 * 1024,
  headersMs: 30_000,
  bodyIdleMs: 60_000,
  replyIdleMs: 60_000,
  keepAliveMs: 65_000,
  connectionsMax: 0,
  requestsAheadMax: 32,
  discardSizeMax: 32 * 1024 * 1024,
  discardMs: 5_000,
  bufferedSizeMax: 64 * 1024 * 1024,
  bufferedWaitMs: 10_000,
}
