import { CoreError, ERROR_CLASSES } from '../core/errors.ts'
import { RequestFault, ThrottledFault } from './faults.ts'
import { whyOf } from './why.ts'

/**
 * Takes one line for each request: requestId, dialect, call, method, status, bytesIn, bytesOut, durationMs, remote, what
 * the handler noted, `aborted` when the client left before the end, `unheardProxy` when a neighbour told of another client and is
 * not trusted, and for failures error, reason, detail and stack.
 */
export type RequestLog = (notes: RequestNotes) => void

export type RequestNotes = Readonly<Record<string, unknown>>

const STACK_LENGTH_MAX = 8192

/** Whether a status tells of the server's own failure. 501 does not: the client asked for what there is not. */
const isServerFailure = (status: number): boolean => status >= 500 && status !== 501

/** The calls that ask how the server is. A 503 is their right answer while it starts, drains or lacks something. */
export const isStateCall = (call: unknown): boolean => call === 'healthz' || call === 'readyz'

/** Whether a line is one that somebody should look into: the server failed, or met what nobody expected. */
export const isLoud = (notes: RequestNotes): boolean =>
  'stack' in notes || (isServerFailure(Number(notes.status)) && !isStateCall(notes.call))

/**
 * What the log says of an error. Errors of the project speak by their code; of anything else, and of failures of the
 * server, the stack is kept. `why` is a function, for who keeps more than the log.
 */
export function errorNotes(error: unknown, status: number): RequestNotes {
  const why = whyOf(error)
  return { ...ownNotes(error, status), ...(why === null ? {} : { why }) }
}

function ownNotes(error: unknown, status: number): RequestNotes {
  if (error instanceof RequestFault) {
    const throttled = error instanceof ThrottledFault ? { throttled: error.limit } : {}
    return { error: error.code, reason: error.message, ...throttled }
  }
  const stack = isServerFailure(status) || !isExpected(error) ? { stack: stackOf(error) } : {}
  if (error instanceof CoreError) {
    return { error: error.code, reason: error.message, detail: error.detail, ...stack }
  }
  if (error instanceof Error) return { error: codeOf(error) ?? error.name, reason: error.message, ...stack }
  return { error: 'unknown', ...stack }
}

function isExpected(error: unknown): boolean {
  if (error instanceof CoreError) return error.cause === undefined && ERROR_CLASSES[error.code] !== 'internal'
  return error instanceof Error && !('syscall' in error) && codeOf(error) !== undefined
}

/** The code of an error of the project; Node's own errors have others. */
function codeOf(error: Error): string | number | undefined {
  const code = 'code' in error ? error.code : undefined
  if (typeof code === 'number') return code
  return typeof code === 'string' && !code.startsWith('ERR_') ? code : undefined
}

function stackOf(error: unknown): string {
  const stacks: string[] = []
  for (
    let at = error;
    at !== undefined && stacks.length < 5;
    at = at instanceof Error ? at.cause : undefined
  ) {
    stacks.push(at instanceof Error ? (at.stack ?? at.message) : typeof at)
  }
  return stacks.join('\ncaused by: ').slice(0, STACK_LENGTH_MAX)
}
