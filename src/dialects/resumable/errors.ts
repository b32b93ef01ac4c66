import { isCoreError } from '../../core/errors.ts'
import type { JsonObject } from '../../core/model/json.ts'
import { failureCodeOf } from '../../http/failures.ts'
import { detailOf, problem, statusesOf } from '../../http/problem.ts'
import type { Reply, ReplyHeaders } from '../../http/types.ts'
import type { TargetRefusal } from '../upload-targets.ts'

/** A refusal of the dialect's own. The message is for the client. */
export class ResumableError extends Error {
  override readonly name = 'ResumableError'
  /** What the log calls it. */
  readonly code = 'resumable'
  readonly status: number
  readonly headers: ReplyHeaders
  /** Further members of the problem details, `type` among them. */
  readonly members: JsonObject

  constructor(status: number, message: string, headers: ReplyHeaders = {}, members: JsonObject = {}) {
    super(message)
    this.status = status
    this.headers = headers
    this.members = members
  }
}

/** Statuses of everything that the core and the request kit can refuse. Clients send again what is answered by 409 and 5xx. */
const STATUSES = statusesOf({
  ...{ 'body-too-large': 413, 'upload-expired': 410, 'upload-closed': 410, 'object-held': 403 },
})

/** Whatever a handler threw, as problem details (RFC 9457). */
export function renderFailure(error: unknown, requestId: string): Reply {
  if (error instanceof ResumableError) {
    const { status, message: detail, code, members } = error
    return problem(status, { detail, code, requestId, members }, error.headers)
  }
  // Who lost against another sender learns where the upload ends now.
  const end = isCoreError(error, 'upload-changed') ? error.detail.offset : undefined
  return problem(
    STATUSES[failureCodeOf(error)],
    { ...detailOf(error), requestId },
    typeof end === 'number' ? { 'upload-offset': end } : {},
  )
}

/** The same refusal with more headers. What is no refusal, and may go better the next time, stays as it is. */
export function refusalWith(error: unknown, headers: ReplyHeaders): unknown {
  if (error instanceof ResumableError) {
    const { status, message, members } = error
    return new ResumableError(status, message, { ...error.headers, ...headers }, members)
  }
  const code = failureCodeOf(error)
  const status = STATUSES[code]
  return status >= 500 || !(error instanceof Error)
    ? error
    : new ResumableError(status, error.message, headers, { code })
}

/** The status of a refusal: clients send again what is answered by these, and would do so for ever. */
const REPEATED: readonly number[] = [408, 409, 423, 425, 429]

/** What a target refuses, as the client is told. What may go better the next time stays as it is. */
export function refusalOfTarget(error: unknown, refusal: TargetRefusal | null): unknown {
  if (error instanceof ResumableError || refusal === null) return error
  const { status, code, message } = refusal
  return new ResumableError(REPEATED.includes(status) ? 422 : status, message, {}, { code })
}
