import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** A plain round-robin balancer of connections: no affinity, no health checks but a failed connect. */
export class Balancer {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #targets: readonly string[] = []
  #turn = 0

  private constructor() {
    this.#server = createServer((client) => this.#serve(client))
  }

  /** Listens on a free port of 127.0.0.1. */
  static async start(): Promise<Balancer> {
    const balancer = new Balancer()
    balancer.#server.listen(0, '127.0.0.1')
    await once(balancer.#server, 'listening')
    return balancer
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** The nodes' URLs; connections that are open stay where they are. */
  set targets(urls: readonly string[]) {
    this.#targets = urls
  }

  async stop(): Promise<void> {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await once(this.#server, 'close')
  }

  #serve(client: Socket): void {
    this.#keep(client)
    client.pause()
    this.#pass(client, this.#targets.length)
  }

  /** Tries one node after the other; with none left the client is hung up on. */
  #pass(client: Socket, triesLeft: number): void {
    const target = this.#targets[this.#turn++ % Math.max(1, this.#targets.length)]
    if (target === undefined || triesLeft === 0) {
      client.destroy()
      return
    }
    const { hostname, port } = new URL(target)
    const node = connect(Number(port), hostname)
    this.#keep(node)
    let isConnected = false
    node.once('connect', () => {
      isConnected = true
      client.pipe(node).pipe(client)
    })
    node.once('close', () => {
      if (isConnected) client.destroy()
      else this.#pass(client, triesLeft - 1)
    })
    client.once('close', () => node.destroy())
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket))
  }
}
