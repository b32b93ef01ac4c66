import type { JsonObject } from '../core/model/json.ts'
import { answersByClass, type FailureCode, failureCodeOf } from './failures.ts'
import type { Reply, ReplyHeaders } from './types.ts'

/** The status of every code for doors that speak plain HTTP: that of its class, but for those in `own`. */
export const statusesOf = (
  own: Readonly<Partial<Record<FailureCode, number>>>,
): Readonly<Record<FailureCode, number>> =>
  answersByClass(
    {
      ...{ missing: 404, conflict: 409, denied: 403, invalid: 400, 'too-large': 413 },
      ...{ 'retry-later': 503, internal: 500 },
    },
    { 'method-not-allowed': 405, throttled: 429, timeout: 408, 'storage-full': 507, ...own },
  )

/** What a client is told of a refusal. */
export interface Problem {
  /** For people. */
  readonly detail: string
  /** For programs. */
  readonly code: string
  readonly requestId: string
  /** Further members; `type` and `title` among them. */
  readonly members?: JsonObject
}

/** A refusal as problem details (RFC 9457). */
export const problem = (
  status: number,
  { detail, code, requestId, members = {} }: Problem,
  headers: ReplyHeaders = {},
): Reply => ({
  status,
  headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
  body: JSON.stringify({ status, detail, code, ...members, request_id: requestId }),
})

/** What a client is told of an error that is no refusal of its door's own: nothing of what nobody expected. */
export function detailOf(error: unknown): Pick<Problem, 'detail' | 'code'> {
  const code = failureCodeOf(error)
  return {
    code,
    detail: code === 'unexpected' || !(error instanceof Error) ? 'the server failed' : error.message,
  }
}
