import type { Server, Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'
import type { TrustedProxies } from './addresses.ts'
import { readPreface } from './proxy-protocol.ts'

/** Why a connection of a proxy has no client. */
type PrefaceFailure = 'malformed' | 'timeout'

export interface PrefaceOptions {
  /** Who has to say it. Connections of others begin as they please. */
  readonly proxies: TrustedProxies
  readonly timeoutMs: number
  /** Called before the server sees the connection, where the proxy names somebody. */
  onClient(socket: Socket, client: string): void
  /** The connection was closed. */
  onFailure(proxy: string, failure: PrefaceFailure): void
}

/** Has proxies say for whom they speak before anything else of the server looks at their connections. */
export function expectPreface(server: Server, { proxies, timeoutMs, ...options }: PrefaceOptions): void {
  const isTls = server instanceof TlsServer
  const others = server.listeners('connection')
  const goOn = (socket: Socket) => {
    for (const listener of others) listener.call(server, socket)
  }
  server.removeAllListeners('connection').on('connection', (socket: Socket) => {
    const proxy = socket.remoteAddress ?? ''
    if (!proxies.has(proxy)) {
      goOn(socket)
      return
    }
    const heard = (client: string | null) => {
      if (client !== null) options.onClient(socket, client)
      goOn(socket)
      // TLS takes what was left by itself; whoever reads plain bytes waits for them to flow again.
      if (!isTls) socket.resume()
    }
    takePreface(socket, timeoutMs, heard, (failure) => options.onFailure(proxy, failure))
  })
}

/**
 * Reads what a proxy says at the start of a connection, and leaves all that follows for who reads next. `onClient` gets the address
 * that it names, or null; `onFailure` why there is none: then the connection is closed.
 */
function takePreface(
  socket: Socket,
  timeoutMs: number,
  onClient: (client: string | null) => void,
  onFailure: (failure: PrefaceFailure) => void,
): void {
  let received: Buffer = Buffer.alloc(0)
  const stop = (): void => {
    clearTimeout(timer)
    socket.off('data', onData).off('close', stop).off('error', ignore)
  }
  const fail = (failure: PrefaceFailure): void => {
    stop()
    socket.on('error', ignore).destroy()
    onFailure(failure)
  }
  const timer = setTimeout(() => fail('timeout'), timeoutMs)
  const onData = (chunk: Buffer): void => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    const preface = readPreface(received)
    if (preface.state === 'more') return
    if (preface.state === 'bad') {
      fail('malformed')
      return
    }
    stop()
    socket.pause()
    const rest = received.subarray(preface.size)
    if (rest.length > 0) socket.unshift(rest)
    onClient(preface.client)
  }
  socket.on('data', onData).on('close', stop).on('error', ignore)
}

function ignore(): void {}
