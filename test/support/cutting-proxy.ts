import { once } from 'node:events'
import type { Socket } from 'node:net'
import { startTcpProxy } from './tcp-proxy.ts'

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
  const waiting = new Set<Socket>()
  let cutAt: string | null = null
  let isStalled = false
  const proxy = await startTcpProxy(url, (client, upstream) => {
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
  })
  return {
    url: proxy.url,
    loseAnswerTo: (statement) => {
      cutAt = statement
    },
    connected: async (count) => {
      for (let left = count; left > 0; left--) await once(proxy.server, 'connection')
    },
    stall: () => {
      isStalled = true
      for (const upstream of waiting) upstream.pause()
    },
    goOn: () => {
      isStalled = false
      for (const upstream of waiting) upstream.resume()
    },
    close: proxy.close,
  }
}
