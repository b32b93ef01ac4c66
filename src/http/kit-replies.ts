import { RequestFault, ThrottledFault } from './faults.ts'
import { refusal } from './refusals.ts'
import type { Exchange, ReadinessReport, Reply, Surface } from './types.ts'

/** The answer to `/healthz`, and to `/readyz` with what each look found. Null: the path is another one. */
export function stateReply(
  path: string,
  method: string,
  state: 'starting' | 'ready' | 'draining',
  readiness: () => ReadinessReport | null,
): Reply | null {
  if (path !== '/healthz' && path !== '/readyz') return null
  if (method !== 'GET' && method !== 'HEAD') {
    return withAllow(refusal(405, 'the path has no such method'), ['GET', 'HEAD'])
  }
  const report = path === '/healthz' || state !== 'ready' ? null : readiness()
  if (report === null) {
    return jsonReply(state === 'ready', { status: state === 'ready' ? 'ok' : state })
  }
  const { isReady, checks } = report
  return jsonReply(isReady, { status: isReady ? 'ok' : 'not ready', checks })
}

const jsonReply = (isFine: boolean, body: object): Reply => ({
  status: isFine ? 200 : 503,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

export const internalError = (): Reply => refusal(500, 'internal error')

/** The answer to a client over its budget where no surface answers. */
export function throttled(error: unknown): Reply {
  const reply = refusal(429, 'too many requests')
  return error instanceof ThrottledFault ? withRetryAfter(reply, error) : reply
}

/** The surface's answer to an error; `internalError` where it has none. */
export function render(surface: Surface, error: unknown, exchange: Exchange): Reply {
  try {
    const reply = surface.renderError(error, exchange)
    return error instanceof ThrottledFault ? withRetryAfter(reply, error) : reply
  } catch {
    return internalError()
  }
}

export const noRoute = (isPathKnown: boolean): RequestFault =>
  isPathKnown
    ? new RequestFault('method-not-allowed', 'the path has no such method')
    : new RequestFault('not-found', 'there is no such path')

/** In whole seconds (RFC 9110 §10.2.3). */
const withRetryAfter = (reply: Reply, { retryAfterMs }: ThrottledFault): Reply => ({
  ...reply,
  headers: { 'retry-after': Math.max(1, Math.ceil(retryAfterMs / 1000)), ...reply.headers },
})

/** A 405 has to say which methods there are (RFC 9110 §15.5.6). */
export const withAllow = (reply: Reply, methods: readonly string[]): Reply =>
  reply.status === 405 ? { ...reply, headers: { allow: methods.join(', '), ...reply.headers } } : reply
