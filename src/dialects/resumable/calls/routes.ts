import type { IncomingMessage } from 'node:http'
import { randomHex } from '../../../core/random.ts'
import { createCors } from '../../../http/cors.ts'
import type { Exchange, Reply, Route, Surface } from '../../../http/types.ts'
import { renderFailure } from '../errors.ts'
import { BODY_TYPE, isDraft as speaksDraft } from '../wire/draft.ts'
import { capabilities, VERSION_HEADERS } from '../wire/tus.ts'
import { type Door, FIRST_SEGMENT, type Handler } from './call.ts'
import * as draft from './draft.ts'
import * as tus from './tus.ts'

/** Each call by tus, and as the draft of the IETF has it. */
const CALLS: readonly (readonly [
  method: string,
  path: string,
  call: string,
  handlers: { readonly tus: Handler; readonly draft: Handler },
])[] = [
  ['POST', '', 'create', { tus: tus.create, draft: draft.create }],
  ['HEAD', '/:upload', 'offset', { tus: tus.tell, draft: draft.tell }],
  ['PATCH', '/:upload', 'append', { tus: tus.add, draft: draft.append }],
  ['DELETE', '/:upload', 'cancel', { tus: tus.end, draft: draft.cancel }],
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
      'Upload-Concat',
      'Upload-Reference',
    ],
    ...['Tus-Resumable', 'Tus-Version', 'Tus-Extension', 'Tus-Max-Size', 'Tus-Checksum-Algorithm'],
    ...['Upload-Complete', 'Upload-Incomplete', 'Upload-Limit', 'Upload-Draft-Interop-Version'],
  ],
})

/** Uploads that go on where they broke off. */
export function createApi(door: Door): Surface {
  const options = (exchange: Exchange): Reply => ({
    ...cors.preflight(exchange, {
      ...{ ...VERSION_HEADERS, ...capabilities(door.options.sizeMax) },
      ...{ 'accept-patch': BODY_TYPE, 'upload-limit': `max-size=${door.options.sizeMax}` },
    }),
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
    renderError: (error, { requestId, request }) => {
      const reply = renderFailure(error, requestId)
      return speaksDraft(request) ? cors.allow(reply) : finished(reply)
    },
  }
}

/** A route, and the same by POST for clients that cannot send its method. */
function routesOf(door: Door, [method, path, call, handlers]: (typeof CALLS)[number]): readonly Route[] {
  const route: Route = {
    ...{ method, path: `/${FIRST_SEGMENT}${path}`, call },
    handle: async (exchange) => {
      const isDraft = speaksDraft(exchange.request)
      const reply = await handlers[isDraft ? 'draft' : 'tus'](door, exchange)
      return isDraft ? cors.allow(reply) : finished(reply)
    },
  }
  if (method === 'POST') return [route]
  const accepts = ({ headers }: IncomingMessage): boolean =>
    String(headers['x-http-method-override'] ?? '').toUpperCase() === method
  return [route, { ...route, method: 'POST', accepts }]
}

const finished = (reply: Reply): Reply =>
  cors.allow({ ...reply, headers: { ...VERSION_HEADERS, ...reply.headers } })
