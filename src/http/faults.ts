/** What can be wrong with a request before its meaning is looked at. Surfaces map every code exhaustively. */
export type RequestFaultCode =
  | 'not-found'
  | 'method-not-allowed'
  /** Path, query, header or form that cannot be decoded. */
  | 'malformed-request'
  | 'malformed-json'
  | 'malformed-multipart'
  | 'unsupported-media-type'
  /** Too many fields, parts, parameters or nested levels. */
  | 'too-complex'
  | 'body-too-large'
  | 'body-truncated'
  | 'length-required'
  /** The client sent nothing for too long. */
  | 'timeout'
  /** The server is going down and takes no new work. */
  | 'draining'
  /** The client has used up what one client may use for now: `ThrottledFault`. */
  | 'throttled'

/** Thrown by the request kit. The message is plain English for the log, without the request's own content. */
export class RequestFault extends Error {
  override readonly name = 'RequestFault'
  readonly code: RequestFaultCode

  constructor(code: RequestFaultCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}

/**
 * A client asks for more than a limit allows for now. Surfaces answer it as their vendor throttles; the kit adds Retry-After, and
 * the log line says `throttled` with the limit's name.
 */
export class ThrottledFault extends RequestFault {
  /** Such as `account.calls`. */
  readonly limit: string
  /** When it is worth to try again. */
  readonly retryAfterMs: number

  constructor(limit: string, retryAfterMs: number) {
    super('throttled', `the limit ${limit} is used up for now`)
    this.limit = limit
    this.retryAfterMs = retryAfterMs
  }
}
