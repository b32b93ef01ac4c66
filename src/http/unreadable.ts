import type { Socket } from 'node:net'
import type { Budgets } from './budgets/budgets.ts'
import { type Connections, isSocketError } from './connections.ts'
import type { Handshakes } from './handshakes.ts'
import type { RequestLog } from './request-log.ts'

interface UnreadableParts {
  readonly connections: Connections
  readonly handshakes: Handshakes
  readonly budgets: Budgets
  readonly log: RequestLog
}

/** What arrives and is no HTTP, or no TLS. In a flood it gets no answer and no line: the next line says how many had none. */
export class Unreadable {
  readonly #parts: UnreadableParts
  #unlogged = 0

  constructor(parts: UnreadableParts) {
    this.#parts = parts
  }

  refuse(error: NodeJS.ErrnoException, socket: Socket): void {
    const { connections, handshakes, budgets } = this.#parts
    const { code = error.name } = error
    const remote = connections.addressOf(socket)
    const isFlood = (isTlsFailure(code) || !isSocketError(error.code)) && budgets.refuse() > 0
    const isHinted = !isFlood && handshakes.hint(socket, code)
    const status = connections.refuse(socket, error.code, isFlood) ?? (isHinted ? 400 : null)
    if (isFlood) this.#unlogged += 1
    else if (status !== null) this.#log('malformed', status, remote, code)
    else if (isTlsFailure(code)) this.#log('handshake', 0, remote, code)
  }

  #log(call: 'malformed' | 'handshake', status: number, remote: string, error: string): void {
    const unlogged = this.#unlogged === 0 ? {} : { unlogged: this.#unlogged }
    this.#unlogged = 0
    this.#parts.log({ dialect: 'none', call, status, remote, error, ...unlogged })
  }
}

/** A version, a cipher or a certificate that the two sides do not agree on. */
const isTlsFailure = (code: string): boolean => code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')
