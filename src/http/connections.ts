import type { Socket } from 'node:net'
import type { ActiveExchange } from './active.ts'
import { RequestFault } from './faults.ts'
import type { HttpLimits } from './limits.ts'
import { rawRefusal, refusalOf } from './refusals.ts'

interface Connection {
  readonly exchanges: Set<ActiveExchange>
  /** Its bytes stopped being HTTP, or its client stopped sending within a message: nothing after this is read. */
  isBroken: boolean
}

/** The open connections and the exchanges on each (several where a client pipelines). */
export class Connections {
  readonly #limits: Pick<HttpLimits, 'discardMs' | 'requestsAheadMax'>
  readonly #connections = new Map<Socket, Connection>()

  constructor(limits: Pick<HttpLimits, 'discardMs' | 'requestsAheadMax'>) {
    this.#limits = limits
  }

  get count(): number {
    return this.#connections.size
  }

  open(socket: Socket): void {
    const connection: Connection = { exchanges: new Set(), isBroken: false }
    this.#connections.set(socket, connection)
    socket.once('close', () => {
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
    connection.exchanges.add(exchange)
    if (connection.exchanges.size > this.#limits.requestsAheadMax) socket.destroy()
  }

  /** Ends an exchange, and its connection with it when nothing can follow. */
  remove(exchange: ActiveExchange): void {
    const { socket } = exchange.request
    const connection = this.#connections.get(socket)
    connection?.exchanges.delete(exchange)
    if (connection?.isBroken === true && connection.exchanges.size === 0) socket.destroySoon()
  }

  isBroken(socket: Socket): boolean {
    return this.#connections.get(socket)?.isBroken !== false
  }

  /**
   * Bytes that are no HTTP, a request that takes too long, or an error of the socket. A request under way gets its own
   * answer: its body ends with `body-truncated`. Otherwise the refusal is sent here; its status is returned.
   */
  refuse(socket: Socket, code: string | undefined): number | null {
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
    const answer = refusalOf(code)
    socket.end(rawRefusal(answer))
    // The client may go on sending for a while, so that no reset overtakes the refusal.
    const timer = setTimeout(() => socket.destroy(), this.#limits.discardMs)
    socket.once('close', () => clearTimeout(timer))
    return answer.status
  }

  /** Ends a connection that waits for its client. Called when nothing moved for a while. */
  onSilence(socket: Socket): void {
    const exchanges = [...(this.#connections.get(socket)?.exchanges ?? [])]
    if (exchanges.length === 0 || exchanges.some((exchange) => exchange.isWriting)) socket.destroy()
  }

  destroyAll(): void {
    for (const socket of this.#connections.keys()) socket.destroy()
  }
}

const isSocketError = (code: string | undefined): boolean =>
  code !== undefined && !code.startsWith('HPE_') && !code.startsWith('ERR_HTTP_')

const brokenBody = (): RequestFault =>
  new RequestFault('body-truncated', 'the body breaks off or its framing is malformed')
