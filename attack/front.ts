import { once } from 'node:events'
import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { newAuthority } from '../test/support/certificates.ts'

/** What stands between the clients and the server. */
export interface Front {
  /** What the server's configuration says for it. */
  readonly settings: Readonly<Record<string, string>>
  /** Stands in front of the server on a port. Returns what clients call. */
  leadTo(port: number): string
  close(): void
}

export type FrontKind = 'none' | 'tls' | 'proxy-protocol'

export async function openFront(kind: FrontKind): Promise<Front> {
  if (kind === 'none') {
    return { settings: {}, leadTo: (port) => `http://127.0.0.1:${port}`, close: () => undefined }
  }
  let behind = 0
  const sockets = new Set<Socket>()
  const server =
    kind === 'tls' ? await tlsFront(() => behind) : createServer((client) => pass(client, behind, sockets))
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const url = `${kind === 'tls' ? 'https' : 'http'}://127.0.0.1:${port}`
  const proxies = { trusted_proxies: '127.0.0.1/32', public_url: url }
  return {
    settings: kind === 'proxy-protocol' ? { ...proxies, proxy_protocol: 'true' } : proxies,
    leadTo: (to) => {
      behind = to
      return url
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

/** Ends TLS, and tells by X-Forwarded-For whose request it is. */
async function tlsFront(behind: () => number): Promise<Server> {
  const { chain, key } = await (await newAuthority()).issue(['127.0.0.1', 'localhost'])
  const agent = new Agent({ keepAlive: true })
  return createTlsServer({ cert: chain, key }, (incoming, response) => {
    forward(incoming, response, { port: behind(), agent })
  }).on('tlsClientError', () => undefined)
}

function forward(
  incoming: IncomingMessage,
  response: ServerResponse,
  { port, agent }: { readonly port: number; readonly agent: Agent },
): void {
  const { headers, method, url } = incoming
  const told = { ...headers, 'x-forwarded-for': incoming.socket.remoteAddress ?? '' }
  const sent = request(
    { ...{ host: '127.0.0.1', port, agent, method, path: url }, headers: told },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      answer.on('error', () => response.destroy()).pipe(response)
    },
  )
  sent.on('error', () => incoming.socket.destroy())
  response.on('close', () => sent.destroy())
  incoming.on('error', () => sent.destroy()).pipe(sent)
}

/** Hands bytes on, behind a line of the PROXY protocol (version 1) that tells whose they are. */
function pass(client: Socket, port: number, sockets: Set<Socket>): void {
  const server = connect({ host: '127.0.0.1', port, noDelay: true })
  sockets.add(server)
  server.write(`PROXY TCP4 ${client.remoteAddress} 127.0.0.1 ${client.remotePort} ${port}\r\n`)
  for (const [one, other] of [
    [client, server],
    [server, client],
  ] as const) {
    one.on('error', () => undefined).on('close', () => other.destroy())
    one.pipe(other)
  }
}
