import type { Exchange, Reply, ReplyHeaders } from './types.ts'

export interface CorsOptions {
  /** Header names that scripts may read beside the few that are always allowed. */
  readonly exposedHeaders: readonly string[]
  readonly methods: readonly string[]
  /** How long a browser may remember a preflight's answer. */
  readonly maxAgeS?: number
}

/** Lets scripts of any origin in. For surfaces that go by signatures and tokens: cookies do not count there. */
export interface Cors {
  /** The reply with the headers that let any origin read it; what the reply has of its own is kept. */
  allow(reply: Reply): Reply
  /** The answer to an OPTIONS request (Fetch standard, CORS protocol). `headers` come on top. */
  preflight(exchange: Exchange, headers?: ReplyHeaders): Reply
}

const MAX_AGE_S = 86_400
const NAMES = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+(?:, *[!#$%&'*+.^_`|~0-9A-Za-z-]+)*$/

export function createCors({ exposedHeaders, methods, maxAgeS = MAX_AGE_S }: CorsOptions): Cors {
  const shared: ReplyHeaders = {
    'access-control-allow-origin': '*',
    'access-control-expose-headers': exposedHeaders.join(', '),
  }
  return {
    allow: (reply) => ({ ...reply, headers: { ...shared, ...reply.headers } }),
    preflight: (exchange, headers = {}) => ({
      status: 204,
      headers: {
        ...shared,
        'access-control-allow-methods': methods.join(', '),
        'access-control-allow-headers': allowedHeaders(exchange),
        'access-control-max-age': maxAgeS,
        ...headers,
      },
    }),
  }
}

/** Repeats what was asked for: `*` would leave out Authorization. */
function allowedHeaders({ request }: Exchange): string {
  const asked = request.headers['access-control-request-headers']
  return asked !== undefined && NAMES.test(asked) ? asked : '*'
}
