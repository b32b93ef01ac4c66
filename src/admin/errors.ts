import { STATUS_CODES } from 'node:http'
import type { JsonObject } from '../core/model/json.ts'
import { answersByClass, failureCodeOf } from '../http/failures.ts'
import type { Reply, ReplyHeaders } from '../http/types.ts'
import { ConfigError } from '../settings/error.ts'

/** A refusal of the admin API's own. The message is for the caller. */
export class AdminError extends Error {
  override readonly name = 'AdminError'
  readonly status: number
  readonly code: string
  readonly headers: ReplyHeaders
  /** Further members of the problem details. */
  readonly members: JsonObject

  constructor(
    status: number,
    code: string,
    message: string,
    { headers = {}, members = {} }: { readonly headers?: ReplyHeaders; readonly members?: JsonObject } = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.headers = headers
    this.members = members
  }
}

const STATUSES = answersByClass(
  {
    ...{ missing: 404, conflict: 409, denied: 403, invalid: 400, 'too-large': 413 },
    ...{ 'retry-later': 503, internal: 500 },
  },
  {
    ...{ 'method-not-allowed': 405, 'unsupported-media-type': 415, 'length-required': 411 },
    ...{ throttled: 429, timeout: 408, 'storage-full': 507, 'quota-exceeded': 409 },
  },
)

/** Whatever a call threw, as problem details (RFC 9457). */
export function renderFailure(error: unknown, requestId: string): Reply {
  if (error instanceof AdminError) {
    const { status, code, message, headers, members } = error
    return problem({ status, code, detail: message, requestId, members }, headers)
  }
  if (error instanceof ConfigError) {
    return problem({ status: 400, code: 'invalid-argument', detail: error.message, requestId })
  }
  const code = failureCodeOf(error)
  const detail = code === 'unexpected' || !(error instanceof Error) ? 'the server failed' : error.message
  return problem({ status: STATUSES[code], code, detail, requestId })
}

interface Problem {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly requestId: string
  readonly members?: JsonObject
}

function problem(
  { status, code, detail, requestId, members = {} }: Problem,
  headers: ReplyHeaders = {},
): Reply {
  const title = STATUS_CODES[status] ?? 'Error'
  return {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify({
      ...{ type: `urn:stowage:problem:${code}`, title, status, detail, code },
      ...{ ...members, request_id: requestId },
    }),
  }
}
