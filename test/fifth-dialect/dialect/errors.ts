import { answersByClass, failureCodeOf } from '../../../src/http/failures.ts'
import type { Reply } from '../../../src/http/types.ts'
import { json } from './wire/answers.ts'

/** A refusal of the dialect's own. The message is for the client. */
export class FifthDialectError extends Error {
  override readonly name = 'FifthDialectError'
  /** What the log calls it. */
  readonly code = 'fifth-dialect'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Statuses of everything that the core and the request kit can refuse. */
const STATUSES = answersByClass(
  {
    ...{ missing: 404, conflict: 409, denied: 403, invalid: 400, 'too-large': 413 },
    ...{ 'retry-later': 503, internal: 500 },
  },
  { 'body-too-large': 413, 'method-not-allowed': 405, throttled: 429 },
)

/** Whatever a handler threw, as the client is told. */
export function renderFailure(error: unknown): Reply {
  if (error instanceof FifthDialectError) return json(error.status, { error: error.message })
  const code = failureCodeOf(error)
  return json(STATUSES[code], { error: code })
}
