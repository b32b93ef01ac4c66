import type { Exchange, Reply, ReplyHeaders } from '../http/types.ts'

export interface Cors {
  /** The answer with the headers that let scripts of any origin read it. */
  allow(reply: Reply): Reply
  /** The answer to an OPTIONS request. */
  preflight(exchange: Exchange, headers: ReplyHeaders): Reply
}

const EXPOSED = [
  'ETag',
  'Content-Length',
  'Content-Range',
  'Content-Type',
  'Accept-Ranges',
  'Last-Modified',
  'Date',
]
/** Header names only, as the Fetch standard sends them. */
const NAME_LIST = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+(, *[A-Za-z0-9!#$%&'*+.^_`|~-]+)*$/

/**
 * Any origin may send: what protects the objects is the signature, which no browser adds by itself (no cookies count
 * here). Source of the wire behaviour: Fetch standard, CORS protocol.
 */
export function createCors(exposedHeaders: readonly string[]): Cors {
  const shared = {
    'access-control-allow-origin': '*',
    'access-control-expose-headers': [...EXPOSED, ...exposedHeaders].join(', '),
  }
  return {
    allow: (reply) => ({ ...reply, headers: { ...reply.headers, ...shared } }),
    preflight: (exchange, headers) => ({
      status: 200,
      headers: {
        ...headers,
        'access-control-allow-methods': 'GET, HEAD, PUT',
        'access-control-allow-headers': allowedHeaders(exchange),
        'access-control-max-age': 86_400,
      },
      body: '',
    }),
  }
}

/** Repeats what was asked for: a `*` would leave out Authorization. */
function allowedHeaders({ request }: Exchange): string {
  const asked = request.headers['access-control-request-headers']
  return asked !== undefined && NAME_LIST.test(asked) ? asked : '*'
}
