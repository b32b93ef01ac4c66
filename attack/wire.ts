import * as http from 'node:http'
import * as https from 'node:https'
import { buffer } from 'node:stream/consumers'

export interface WireCall {
  /** Default GET. */
  readonly method?: string
  readonly headers?: http.OutgoingHttpHeaders
  readonly body?: string | Uint8Array
}

export interface WireReply {
  /** 0 where the connection ended without an answer. */
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly text: string
  readonly bytes: Buffer
}

const NOTHING: WireReply = { status: 0, headers: {}, text: '', bytes: Buffer.alloc(0) }

/** An HTTP client with an address of its own. */
export class WireClient {
  /** Host and port as clients see them. */
  readonly host: string
  readonly address: string
  readonly #base: URL
  readonly #agent: http.Agent

  constructor(
    url: string,
    address: string,
    { sockets = 1, keepAlive = true }: { readonly sockets?: number; readonly keepAlive?: boolean } = {},
  ) {
    this.#base = new URL(url)
    this.host = this.#base.host
    this.address = address
    const options = { keepAlive, scheduling: 'fifo', maxSockets: sockets } as const
    // The certificate is of an authority that nobody else knows.
    this.#agent = this.#isTls
      ? new https.Agent({ ...options, rejectUnauthorized: false })
      : new http.Agent(options)
  }

  get #isTls(): boolean {
    return this.#base.protocol === 'https:'
  }

  /** `target` is a path, or a whole URL whose path is asked for here. Status 0 for a connection that broke. */
  call(target: string, { method = 'GET', headers = {}, body = '' }: WireCall = {}): Promise<WireReply> {
    const { pathname, search } = new URL(target, this.#base)
    const length = method === 'GET' || method === 'HEAD' ? {} : { 'content-length': Buffer.byteLength(body) }
    return new Promise((resolve) => {
      const { request } = this.#isTls ? https : http
      const sent = request(
        {
          ...{ host: this.#base.hostname, port: this.#base.port, localAddress: this.address },
          ...{ method, path: pathname + search, agent: this.#agent, headers: { ...length, ...headers } },
        },
        (answer) => {
          const { statusCode: status = 0, headers: answered } = answer
          buffer(answer).then(
            (bytes) => resolve({ status, headers: answered, bytes, text: bytes.toString() }),
            () => resolve(NOTHING),
          )
        },
      )
      sent.on('error', () => resolve(NOTHING)).end(body)
    })
  }

  /** As `call`, for an answer of this status. */
  async expect(status: number, target: string, call: WireCall = {}): Promise<WireReply> {
    const reply = await this.call(target, call)
    if (reply.status !== status) {
      const [path] = new URL(target, this.#base).pathname.split('?')
      throw new Error(
        `${call.method ?? 'GET'} ${path} was answered ${reply.status}: ${reply.text.slice(0, 200)}`,
      )
    }
    return reply
  }

  close(): void {
    this.#agent.destroy()
  }
}
