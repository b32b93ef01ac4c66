import type { Socket } from 'node:net'
import type { Accepted } from './connections.ts'
import { rawRefusal } from './refusals.ts'

/** Connections to a TLS listener on which nothing has been agreed yet. */
export class Handshakes {
  readonly #accepted = new Map<string, Accepted>()

  /** Takes a connection as it was accepted. */
  begin(socket: Socket, accepted: Accepted): void {
    const peer = peerOf(socket)
    this.#accepted.set(peer, accepted)
    socket.once('close', () => {
      if (this.#accepted.get(peer) === accepted) this.#accepted.delete(peer)
    })
  }

  /** The client and the server understand each other. `secured` is the connection's TLS side. Null: it is closed. */
  succeed(secured: Socket): Accepted | null {
    const accepted = this.#accepted.get(peerOf(secured)) ?? null
    this.#accepted.delete(peerOf(secured))
    return accepted
  }

  /** Tells a client that speaks plain HTTP what is wrong, as far as it listens. False where that is not what it speaks. */
  hint(secured: Socket, code: string | undefined): boolean {
    if (code !== 'ERR_SSL_HTTP_REQUEST') return false
    this.#accepted
      .get(peerOf(secured))
      ?.socket.end(rawRefusal({ status: 400, message: 'this port speaks HTTPS' }))
    return true
  }

  destroyAll(): void {
    for (const accepted of this.#accepted.values()) accepted.close()
  }
}

/** Both sides of a connection have the same: nothing else leads from the TLS side to the socket under it. */
const peerOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`
