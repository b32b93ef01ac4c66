import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A way to a server that a test can damage. */
export interface CuttingProxy {
  readonly url: string
  /** The next statement that begins so reaches the server, but its answer does not come back: the connection breaks. */
  loseAnswerTo(statement: string): void
  /** Resolves when so many further connections were made. */
  connected(count: number): Promise<void>
  /** From now on answers are kept back. */
  stall(): void
  /** Gives all that was kept back. */
  goOn(): void
  close(): Promise<void>
}

/** Passes bytes on between clients and the server at `url`. */
export async function startCuttingProxy(url: string): Promise<CuttingProxy> {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  let cutAt: string | null = null
  let isStalled = false
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    let isLost = false
    client.on('data', (bytes) => {
      if (cutAt !== null && bytes.includes(cutAt)) {
        cutAt = null
        isLost = true
      }
      upstream.write(bytes)
    })
    upstream.on('data', (bytes) => {
      if (isLost) client.destroy()
      else client.write(bytes)
    })
    if (isStalled) upstream.pause()
    waiting.add(upstream)
    upstream.on('close', () => waiting.delete(upstream))
  }).listen(0, '127.0.0.1')
  const waiting = new Set<Socket>()
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const own = new URL(url)
  own.port = String(address.port)
  return {
    url: own.href,
    loseAnswerTo: (statement) => {
      cutAt = statement
    },
    connected: async (count) => {
      for (let left = count; left > 0; left--) await once(server, 'connection')
    },
    stall: () => {
      isStalled = true
      for (const upstream of waiting) upstream.pause()
    },
    goOn: () => {
      isStalled = false
      for (const upstream of waiting) upstream.resume()
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
