import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** What stands between the clients and the server. */
export interface Front {
  /** What the server's configuration says for it. */
  readonly settings: Readonly<Record<string, string>>
  /** Stands in front of a port. Returns the port that clients use. */
  leadTo(port: number): Promise<number>
  close(): void
}

export async function openFront(kind: 'none' | 'tls' | 'proxy-protocol'): Promise<Front> {
  if (kind === 'none') return { settings: {}, leadTo: async (port) => port, close: () => undefined }
  const servers: Server[] = []
  const sockets = new Set<Socket>()
  return {
    settings: { trusted_proxies: '127.0.0.1/32' },
    leadTo: async (port) => {
      const server = createServer((client) => pass(client, port, kind, sockets))
      servers.push(server.listen(0, '127.0.0.1'))
      await once(server, 'listening')
      const address = server.address()
      return typeof address === 'object' && address !== null ? address.port : 0
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      for (const server of servers) server.close()
    },
  }
}

/** Hands bytes on, behind a line of the PROXY protocol (version 1) that tells whose they are. */
function pass(client: Socket, port: number, kind: 'tls' | 'proxy-protocol', sockets: Set<Socket>): void {
  const server = connect({ host: '127.0.0.1', port, noDelay: true })
  const [from, fromPort] = [client.remoteAddress ?? '', client.remotePort ?? 0]
  if (kind === 'proxy-protocol') server.write(`PROXY TCP4 ${from} 127.0.0.1 ${fromPort} ${port}\r\n`)
  for (const [one, other] of [
    [client, server],
    [server, client],
  ] as const) {
    sockets.add(one)
    one
      .on('error', () => undefined)
      .on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    one.pipe(other)
  }
}
