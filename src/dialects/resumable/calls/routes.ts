import type { IncomingMessage } from 'node:http'
import { randomHex } from '../../../core/random.ts'
import { createCors } from '../../../http/cors.ts'
import type { Exchange, Reply, Route, Surface } from '../../../http/types.ts'
import { renderFailure } from '../errors.ts'
import { capabilities, VERSION_HEADERS } from '../wire/tus.ts'
import { type Door, FIRST_SEGMENT, type Handler } from './call.ts'
import { add, create, end, tell } from './tus.ts'

const CALLS: readonly (readonly [method: string, path: string, call: string, handler: Handler])[] = [
  ['POST', '', 'create', create],
  ['HEAD', '/:upload', 'offset', tell],
  ['PATCH', '/:upload', 'append', add],
  ['DELETE', '/:upload', 'cancel', end],
]

const cors = createCors({
  methods: ['POST', 'HEAD', 'PATCH', 'DELETE', 'OPTIONS'],
  exposedHeaders: [
    ...[
      'Location',
      'Upload-Offset',
      'Upload-Length',
      'Upload-Defer-Length',
      'Upload-Metadata',
      'Upload-Expires',
    ],
    ...['Tus-Resumable', 'Tus-Version', 'Tus-Extension', 'Tus-Max-Size', 'Tus-Checksum-Algorithm'],
  ],
})

/** Uploads that go on where they broke off. */
export function createApi(door: Door): Surface {
  const options = (exchange: Exchange): Reply => ({
    ...cors.preflight(exchange, { ...VERSION_HEADERS, ...capabilities(door.options.sizeMax) }),
    status: 204,
  })
  return {
    name: 'resumable',
    routes: [
      ...CALLS.flatMap((call) => routesOf(door, call)),
      ...['', '/:upload'].map((path) => ({
        ...{ method: 'OPTIONS', path: `/${FIRST_SEGMENT}${path}`, call: 'options' },
        handle: async (exchange: Exchange) => options(exchange),
      })),
    ],
    ownsPath: (path) => path.split('/', 2)[1] === FIRST_SEGMENT,
    newRequestId: () => randomHex(door.core.random, 16),
    renderError: (error, { requestId }) => finished(renderFailure(error, requestId)),
  }
}

/** A route, and the same by POST for clients that cannot send its method. */
function routesOf(door: Door, [method, path, call, handle]: (typeof CALLS)[number]): readonly Route[] {
  const route: Route = {
    ...{ method, path: `/${FIRST_SEGMENT}${path}`, call },
    handle: async (exchange) => finished(await handle(door, exchange)),
  }
  if (method === 'POST') return [route]
  const accepts = ({ headers }: IncomingMessage): boolean =>
    String(headers['x-http-method-override'] ?? '').toUpperCase() === method
  return [route, { ...route, method: 'POST', accepts }]
}

const finished = (reply: Reply): Reply =>
  cors.allow({ ...reply, headers: { ...VERSION_HEADERS, ...reply.headers } })
