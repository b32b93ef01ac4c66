import type { Socket } from 'node:net'
import type { Ticks } from '../core/clock.ts'
import type { ActiveExchange } from './active.ts'
import { clientOf, plainAddress, type TrustedProxies } from './budgets/addresses.ts'
import { type Beyond, Crowd, type Member } from './budgets/crowd.ts'
import { RequestFault } from './faults.ts'
import type { HttpLimits } from './limits.ts'
import { rawRefusal, refusalOf } from './refusals.ts'

/** A connection that was accepted. Where TLS is spoken, its socket is the side that encrypts, once there is one. */
export class Accepted implements Member {
  socket: Socket
  /** Of who speaks: the client, or a proxy that speaks HTTP for others. */
  readonly address: string
  readonly client: string | null

  constructor(socket: Socket, address: string, client: string | null) {
    this.socket = socket
    this.address = address
    this.client = client
  }

  close(): void {
    this.socket.destroy()
  }
}

interface Connection {
  readonly accepted: Accepted
  readonly exchanges: Set<ActiveExchange>
  /** Its bytes stopped being HTTP, or its client stopped sending within a message: nothing after this is read. */
  isBroken: boolean
}

/** The open connections and the exchanges on each (several where a client pipelines). */
export class Connections {
  readonly #limits: HttpLimits
  readonly #trusted: TrustedProxies
  readonly #now: Ticks
  readonly #crowd: Crowd
  readonly #connections = new Map<Socket, Connection>()

  constructor(limits: HttpLimits, trusted: TrustedProxies, now: Ticks) {
    this.#limits = limits
    this.#trusted = trusted
    this.#now = now
    this.#crowd = new Crowd(limits)
  }

  /** All that are accepted. */
  get count(): number {
    return this.#crowd.count
  }

  /** A connection as it was accepted. `behind` is whom a proxy named at its beginning. It, or others, may be closed at once. */
  accept(socket: Socket, phase: 'securing' | 'new', behind: string | null): Accepted {
    const address = plainAddress(behind ?? socket.remoteAddress ?? '')
    const accepted = new Accepted(socket, address, this.#trusted.has(address) ? null : clientOf(address))
    socket.once('close', () => this.#crowd.leave(accepted))
    this.#crowd.enter(accepted, phase, this.#now())
    return accepted
  }

  /** HTTP is spoken on it from now on. */
  open(socket: Socket, accepted: Accepted): void {
    const connection: Connection = { accepted, exchanges: new Set(), isBroken: false }
    accepted.socket = socket
    this.#crowd.wait(accepted, 'new', this.#now())
    this.#connections.set(socket, connection)
    socket.once('close', () => {
      this.#crowd.leave(accepted)
      this.#connections.delete(socket)
      for (const exchange of connection.exchanges) exchange.leave()
    })
  }

  add(exchange: ActiveExchange): void {
    const { socket } = exchange.request
    const connection = this.#connections.get(socket)
    if (connection === undefined || socket.destroyed) {
      exchange.leave()
      return
    }
    this.#crowd.busy(connection.accepted)
    connection.exchanges.add(exchange)
    if (connection.exchanges.size > this.#limits.requestsAheadMax) socket.destroy()
  }

  /** Ends an exchange, and its connection with it when nothing can follow. */
  remove(exchange: ActiveExchange): void {
    const { socket } = exchange.request
    const connection = this.#connections.get(socket)
    connection?.exchanges.delete(exchange)
    if (connection === undefined || connection.exchanges.size > 0) return
    this.#crowd.wait(connection.accepted, 'idle', this.#now())
    if (connection.isBroken) socket.destroySoon()
  }

  /** Every connection on which HTTP is spoken. */
  sockets(): Iterable<Socket> {
    return this.#connections.keys()
  }

  /** Every exchange that is under way. */
  *exchanges(): Iterable<ActiveExchange> {
    for (const { exchanges } of this.#connections.values()) yield* exchanges
  }

  /** The address of who speaks on the connection. */
  addressOf(socket: Socket): string {
    return this.#connections.get(socket)?.accepted.address ?? plainAddress(socket.remoteAddress ?? '')
  }

  /** Whose budget the connection is on; of a proxy that speaks for others each is a client of its own. */
  clientOf(socket: Socket): string {
    const accepted = this.#connections.get(socket)?.accepted
    return accepted?.client ?? `${socket.remoteAddress} ${socket.remotePort}`
  }

  /** The limit that the connection is beyond; null: none. */
  beyond(socket: Socket): Beyond | null {
    const connection = this.#connections.get(socket)
    return connection === undefined ? null : this.#crowd.beyond(connection.accepted)
  }

  isBroken(socket: Socket): boolean {
    return this.#connections.get(socket)?.isBroken !== false
  }

  /** As `Crowd.endOld`. */
  endOld(limits: Parameters<Crowd['endOld']>[0]): boolean {
    return this.#crowd.endOld(limits)
  }

  /**
   * Bytes that are no HTTP, a request that takes too long, or an error of the socket. A request under way gets its own
   * answer: its body ends with `body-truncated`. Otherwise the refusal is sent here; its status is returned. In a flood of them none is.
   */
  refuse(socket: Socket, code: string | undefined, isFlood = false): number | null {
    const connection = this.#connections.get(socket)
    if (connection?.isBroken === true && !isSocketError(code)) return null
    if (connection === undefined || !socket.writable || isSocketError(code)) {
      socket.destroy()
      return null
    }
    connection.isBroken = true
    if (connection.exchanges.size > 0) {
      for (const { request, body } of connection.exchanges) if (!request.complete) body.break(brokenBody())
      return null
    }
    if (isFlood) {
      socket.destroy()
      return null
    }
    const answer = refusalOf(code)
    socket.end(rawRefusal(answer))
    // Who was too slow has nothing more to say.
    if (code === 'ERR_HTTP_REQUEST_TIMEOUT') socket.destroySoon()
    // The client may go on sending for a while, so that no reset overtakes the refusal.
    const timer = setTimeout(() => socket.destroy(), this.#limits.discardMs)
    socket.once('close', () => clearTimeout(timer))
    return answer.status
  }

  destroyAll(): void {
    for (const socket of this.#connections.keys()) socket.destroy()
  }
}

export const isSocketError = (code: string | undefined): boolean =>
  code !== undefined && !code.startsWith('HPE_') && !code.startsWith('ERR_HTTP_')

const brokenBody = (): RequestFault =>
  new RequestFault('body-truncated', 'the body breaks off or its framing is malformed')
