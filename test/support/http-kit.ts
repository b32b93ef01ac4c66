import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { RequestFault } from '../../src/http/faults.ts'
import type { HttpLimits } from '../../src/http/limits.ts'
import type { RequestNotes } from '../../src/http/request-log.ts'
import { createHttpServer, type HttpServer, type HttpServerOptions } from '../../src/http/server.ts'
import type { Exchange, Reply, Route, Surface } from '../../src/http/types.ts'

/** The time that the kit's tests live in. */
export const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)

export interface Kit {
  readonly server: HttpServer
  readonly port: number
  /** The log's lines so far. */
  readonly lines: RequestNotes[]
  /** The line that comes next. */
  nextLine(): Promise<RequestNotes>
  /** With `halfOpen`, the client goes on sending after the server ended its side. */
  connect(options?: { readonly halfOpen?: boolean }): Promise<RawClient>
  /** One request on a connection of its own. */
  ask(text: string | Uint8Array, options?: { readonly isHead?: boolean }): Promise<RawAnswer>
  /** One request, left alone after its answer: its line in the log. */
  lineOf(text: string): Promise<RequestNotes>
}

export type Handlers = Readonly<Record<string, (exchange: Exchange) => Promise<Reply> | Reply>>

export interface KitOptions extends Pick<HttpServerOptions, 'trustedProxies' | 'ticks'> {
  readonly proxyProtocol?: boolean
}

/** A server with one surface. Handlers stand by `METHOD /pattern`; errors come out as `{"error": code}` with status 400. */
export async function startKit(
  test: TestContext,
  handlers: Handlers,
  limits: Partial<HttpLimits> = {},
  options: KitOptions = {},
): Promise<Kit> {
  const lines: RequestNotes[] = []
  const waiting: ((line: RequestNotes) => void)[] = []
  const server = createHttpServer({
    clock: { now: () => NOW },
    random: { bytes: (count) => randomBytes(count) },
    log: (line) => {
      lines.push(line)
      waiting.shift()?.(line)
    },
    limits,
    ...options,
  })
  server.mount([surfaceOf('test', handlers)])
  await server.listen('127.0.0.1', 0, options)
  test.after(() => server.close())
  const { port } = server
  const nextLine = () => new Promise<RequestNotes>((resolve) => waiting.push(resolve))
  const ask: Kit['ask'] = async (text, { isHead = false } = {}) => {
    const client = await RawClient.connect(port)
    client.send(text)
    const answer = await client.answer(isHead)
    client.destroy()
    return answer
  }
  return {
    ...{ server, port, lines, nextLine, ask },
    connect: ({ halfOpen = false } = {}) => RawClient.connect(port, halfOpen),
    lineOf: async (text) => (await Promise.all([nextLine(), ask(text)]))[0],
  }
}

/** Its handlers ask nobody who they are. */
export function surfaceOf(name: string, handlers: Handlers): Surface {
  const routes = Object.entries(handlers).map(([at, handle]): Route => {
    const [method = '', path = ''] = at.split(' ')
    return { method, path, call: at, openBodySizeMax: 1e12, handle: async (exchange) => handle(exchange) }
  })
  let count = 0
  return {
    name,
    routes,
    newRequestId: () => `${name}-${++count}`,
    renderError: (error, exchange) => ({
      status: error instanceof RequestFault ? 400 : 500,
      headers: { 'content-type': 'application/json', 'x-request-id': exchange.requestId },
      body: JSON.stringify({ error: error instanceof RequestFault ? error.code : 'bug' }),
    }),
  }
}

export interface RawAnswer {
  readonly status: number
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  /** Names as they came. */
  readonly names: readonly string[]
  /** UTF-8. */
  readonly body: string
  /** Statuses of the interim answers before. */
  readonly interim: readonly number[]
}

/** Writes what it is told to the socket, and takes apart what comes back. */
export class RawClient {
  readonly socket: Socket
  /** Resolves when the connection is closed, whoever closed it. */
  readonly closed: Promise<void>
  /** What went wrong with the connection. */
  failure: Error | null = null
  #received = Buffer.alloc(0)
  #isOver = false
  #wake: () => void = () => {}

  static async connect(port: number, allowHalfOpen = false): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen })
    await once(socket, 'connect')
    return new RawClient(socket)
  }

  constructor(socket: Socket) {
    this.socket = socket
    this.closed = new Promise((resolve) => void socket.once('close', () => resolve()))
    const over = (): void => {
      this.#isOver = true
      this.#wake()
    }
    socket
      .on('error', (failure) => {
        this.failure = failure
      })
      .on('close', over)
      .on('end', over)
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk])
      this.#wake()
    })
  }

  /** What was received and not taken. */
  get received(): string {
    return this.#received.toString('latin1')
  }

  send(data: string | Uint8Array): void {
    this.socket.write(typeof data === 'string' ? Buffer.from(data, 'latin1') : data)
  }

  destroy(): void {
    this.socket.destroy()
  }

  /** The next interim answer's status. */
  async interim(): Promise<number> {
    return statusOf(await this.#takeHead())
  }

  /** The next final answer. Rejects when the connection ends within it. */
  async answer(isHead = false): Promise<RawAnswer> {
    const interim: number[] = []
    for (;;) {
      const head = await this.#takeHead()
      const status = statusOf(head)
      if (status < 200) {
        interim.push(status)
        continue
      }
      const fields = head
        .split('\r\n')
        .slice(1)
        .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const)
      const headers = Object.fromEntries(fields.map(([name, value]) => [name.toLowerCase(), value]))
      const isEmpty = isHead || status === 204 || status === 304
      const bytes = Buffer.from(isEmpty ? '' : await this.#takeBody(headers), 'latin1')
      return { status, headers, names: fields.map(([name]) => name), body: bytes.toString(), interim }
    }
  }

  /** Everything up to the end of the connection. */
  async rest(): Promise<string> {
    while (!this.#isOver) await this.#more()
    return this.received
  }

  async #takeBody(headers: Readonly<Record<string, string>>): Promise<string> {
    if (headers['content-length'] !== undefined) return this.#take(Number(headers['content-length']))
    if (headers['transfer-encoding'] === undefined) return this.rest()
    let body = ''
    for (;;) {
      const size = Number.parseInt(await this.#takeLine(), 16)
      body += await this.#take(size)
      await this.#takeLine()
      if (size === 0) return body
    }
  }

  #takeHead(): Promise<string> {
    return this.#takeUntil('\r\n\r\n')
  }

  #takeLine(): Promise<string> {
    return this.#takeUntil('\r\n')
  }

  async #takeUntil(end: string): Promise<string> {
    for (;;) {
      const at = this.#received.indexOf(end)
      if (at !== -1) {
        const text = await this.#take(at)
        await this.#take(end.length)
        return text
      }
      await this.#moreOrFail()
    }
  }

  async #take(size: number): Promise<string> {
    while (this.#received.length < size) await this.#moreOrFail()
    const taken = this.#received.subarray(0, size).toString('latin1')
    this.#received = this.#received.subarray(size)
    return taken
  }

  async #moreOrFail(): Promise<void> {
    if (this.#isOver) throw new Error('the connection ended within an answer')
    await this.#more()
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}

function statusOf(head: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1])
}

/** A promise and its switch: for handlers that wait until the test says so. */
export function gate<T = void>(): { readonly opened: Promise<T>; open(value: T): void } {
  const { promise, resolve } = Promise.withResolvers<T>()
  return { opened: promise, open: resolve }
}

export const error = (answer: RawAnswer): string => {
  const body: unknown = JSON.parse(answer.body)
  return typeof body === 'object' && body !== null && 'error' in body ? String(body.error) : answer.body
}
