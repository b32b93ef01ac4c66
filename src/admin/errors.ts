import { STATUS_CODES } from 'node:http'
import type { JsonObject } from '../core/model/json.ts'
import { failureCodeOf } from '../http/failures.ts'
import { detailOf, type Problem, problem, statusesOf } from '../http/problem.ts'
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

const STATUSES = statusesOf({
  ...{ 'unsupported-media-type': 415, 'length-required': 411, 'quota-exceeded': 409 },
})

/** Whatever a call threw, as problem details (RFC 9457). */
export function renderFailure(error: unknown, requestId: string): Reply {
  if (error instanceof AdminError) {
    const { status, code, message: detail, headers, members } = error
    return typed(status, { detail, code, requestId, members }, headers)
  }
  if (error instanceof ConfigError) {
    return typed(400, { detail: error.message, code: 'invalid-argument', requestId })
  }
  return typed(STATUSES[failureCodeOf(error)], { ...detailOf(error), requestId })
}

function typed(status: number, told: Problem, headers?: ReplyHeaders): Reply {
  const names = { type: `urn:stowage:problem:${told.code}`, title: STATUS_CODES[status] ?? 'Error' }
  return problem(status, { ...told, members: { ...names, ...told.members } }, headers)
}
