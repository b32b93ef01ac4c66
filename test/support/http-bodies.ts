import { announcedLength, bodyStream, mediaType, readBody } from '../../src/http/body.ts'
import type { Exchange } from '../../src/http/types.ts'
import type { Handlers } from './http-kit.ts'

/** A POST as it goes over the wire. */
export const post = (path: string, headers: string, body = ''): string =>
  `POST ${path} HTTP/1.1\r\nHost: h\r\n${headers}\r\n${body}`
export const chunked = 'Transfer-Encoding: chunked\r\n'
export const length = (size: number): string => `Content-Length: ${size}\r\n`

/** What they do with a body: read, count, ignore it, and the like. */
export const HANDLERS: Handlers = {
  'POST /read': async (exchange) => ({ status: 200, body: await readBody(exchange, 1000) }),
  'POST /count': async (exchange) => ({ status: 200, body: String(await count(exchange)) }),
  'POST /ignore': () => ({ status: 403, body: 'refused' }),
  'POST /first': async (exchange) => {
    for await (const chunk of bodyStream(exchange)) return { status: 200, body: `${chunk.byteLength > 0}` }
    return { status: 200, body: 'empty' }
  },
  'POST /about': (exchange) => ({
    status: 200,
    body: JSON.stringify([announcedLength(exchange), mediaType(exchange)]),
  }),
  'POST /twice': async (exchange) => {
    await readBody(exchange, 10)
    return { status: 200, body: await readBody(exchange, 10) }
  },
  'GET /hello': () => ({ status: 200, body: 'hello' }),
}

/** Reads a body and tells its size in bytes. */
export async function count(exchange: Exchange): Promise<number> {
  let size = 0
  for await (const chunk of bodyStream(exchange)) size += chunk.byteLength
  return size
}

export const hello = 'GET /hello HTTP/1.1\r\nHost: h\r\n\r\n'
