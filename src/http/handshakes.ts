import type { Socket } from 'node:net'
import { rawRefusal } from './refusals.ts'

/** Connections to a TLS listener on which nothing has been agreed yet. */
export class Handshakes {
  readonly #sockets = new Map<string, Socket>()

  get count(): number {
    return this.#sockets.size
  }

  /** Takes a connection as it was accepted. */
  begin(socket: Socket): void {
    const peer = peerOf(socket)
    this.#sockets.set(peer, socket)
    socket.once('close', () => {
      if (this.#sockets.get(peer) === socket) this.#sockets.delete(peer)
    })
  }

  /** The client and the server understand each other. `secured` is the connection's TLS side. */
  succeed(secured: Socket): void {
    this.#sockets.delete(peerOf(secured))
  }

  /** Tells a client that speaks plain HTTP what is wrong, as far as it listens. False where that is not what it speaks. */
  hint(secured: Socket, code: string | undefined): boolean {
    if (code !== 'ERR_SSL_HTTP_REQUEST') return false
    this.#sockets.get(peerOf(secured))?.end(rawRefusal({ status: 400, message: 'this port speaks HTTPS' }))
    return true
  }

  destroyAll(): void {
    for (const socket of this.#sockets.values()) socket.destroy()
  }
}

/** Both sides of a connection have the same: nothing else leads from the TLS side to the socket under it. */
const peerOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`
