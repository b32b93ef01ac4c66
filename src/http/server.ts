import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net'
import type { Clock } from '../core/clock.ts'
import type { Random } from '../core/random.ts'
import { ActiveExchange } from './active.ts'
import { Answering } from './answering.ts'
import { Connections } from './connections.ts'
import { Doors } from './doors.ts'
import { HTTP_LIMITS, type HttpLimits } from './limits.ts'
import { refusal } from './refusals.ts'
import type { RequestLog } from './request-log.ts'
import type { Surface, SurfaceGroup } from './types.ts'

export interface HttpServerOptions {
  readonly clock: Clock
  readonly random: Random
  readonly log: RequestLog
  readonly limits?: Partial<HttpLimits>
}

/** All surfaces on one port. */
export interface HttpServer {
  /** The port it listens on; 0 before. */
  readonly port: number
  /**
   * Puts surfaces in, which go together; from then on `/healthz` says ready. `ownsHost` says which host names are theirs alone:
   * default none. Throws when two surfaces have a route in common.
   */
  mount(surfaces: readonly Surface[], ownsHost?: SurfaceGroup['ownsHost']): void
  /** Port 0 takes any. Fails as the socket does (EADDRINUSE, …). */
  listen(host: string, port: number): Promise<void>
  /**
   * Stops listening at once; requests that still come in on open connections get the fault `draining`. Resolves when
   * nothing is in flight and all connections are closed: true if everything was finished within `graceMs`, false if
   * something was cut off. Repeating it gives the first result.
   */
  drain(options: { readonly graceMs: number }): Promise<boolean>
  /** Cuts everything off. */
  close(): Promise<void>
}

/** After the cut, handlers get this long to notice it. */
const CUT_OFF_MS = 1000

/** A server on `node:http`; says nothing before `listen`. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  return new KitServer(options)
}

class KitServer implements HttpServer {
  readonly #log: RequestLog
  readonly #limits: HttpLimits
  readonly #doors = new Doors()
  readonly #connections: Connections
  readonly #inFlight = new Set<Promise<void>>()
  readonly #answering: Answering
  readonly #server: Server
  #state: 'starting' | 'ready' | 'draining' = 'starting'
  readonly #idleWaiters = new Set<() => void>()
  #drained: Promise<boolean> | null = null

  constructor({ clock, random, log, limits }: HttpServerOptions) {
    this.#log = log
    this.#limits = { ...HTTP_LIMITS, ...limits }
    this.#connections = new Connections(this.#limits)
    this.#answering = new Answering({
      ...{ clock, random, log },
      limits: this.#limits,
      doors: this.#doors,
      connections: this.#connections,
      state: () => this.#state,
    })
    this.#server = createNodeServer(this.#limits)
    this.#server
      .on('connection', (socket: Socket) => this.#connections.open(socket))
      .on('request', (request, response) => this.#serve(new ActiveExchange(request, response)))
      .on('checkContinue', (request, response) => this.#expectContinue(request, response))
      .on('checkExpectation', (request, response) =>
        this.#serve(
          new ActiveExchange(request, response),
          refusal(417, 'the only expectation is 100-continue'),
        ),
      )
      .on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => this.#refuse(error, socket))
      .on('timeout', (socket: Socket) => this.#connections.onSilence(socket))
  }

  get port(): number {
    const address = this.#server.address() as AddressInfo | null
    return address?.port ?? 0
  }

  mount(surfaces: readonly Surface[], ownsHost: SurfaceGroup['ownsHost'] = () => false): void {
    this.#doors.add({ surfaces, ownsHost })
    if (this.#state === 'starting') this.#state = 'ready'
  }

  listen(host: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject)
        resolve()
      })
    })
  }

  drain({ graceMs }: { readonly graceMs: number }): Promise<boolean> {
    this.#drained ??= this.#drain(graceMs)
    return this.#drained
  }

  async close(): Promise<void> {
    this.#state = 'draining'
    this.#stopListening()
    this.#connections.destroyAll()
    await this.#idleWithin(CUT_OFF_MS)
    this.#drained ??= Promise.resolve(false)
  }

  async #drain(graceMs: number): Promise<boolean> {
    this.#state = 'draining'
    this.#stopListening()
    const finished = await this.#idleWithin(graceMs)
    this.#connections.destroyAll()
    if (!finished) await this.#idleWithin(CUT_OFF_MS)
    return finished
  }

  /** `http.Server.close` would close idle connections at once: a request on its way there would meet a reset. */
  #stopListening(): void {
    if (this.#server.listening) NetServer.prototype.close.call(this.#server)
  }

  /** Whether nothing is in flight before the time is over. */
  async #idleWithin(timeoutMs: number): Promise<boolean> {
    if (this.#inFlight.size === 0) return true
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#idleWaiters.add(resolve)
      timer = setTimeout(resolve, timeoutMs)
    })
    clearTimeout(timer)
    return this.#inFlight.size === 0
  }

  #expectContinue(request: IncomingMessage, response: ServerResponse): void {
    const active = new ActiveExchange(request, response)
    active.isContinueAwaited = true
    active.body.beforeFirstRead = () => {
      active.isContinueAwaited = false
      if (!response.headersSent) response.writeContinue()
    }
    this.#serve(active)
  }

  #serve(active: ActiveExchange, refused?: ReturnType<typeof refusal>): void {
    // What the parser still finds in the last bytes of a connection that was cut off.
    if (active.request.socket.destroyed) return
    const served = this.#answering.serve(active, refused ?? null).finally(() => {
      this.#inFlight.delete(served)
      if (this.#inFlight.size > 0) return
      for (const wake of this.#idleWaiters) wake()
      this.#idleWaiters.clear()
    })
    this.#inFlight.add(served)
  }

  #refuse(error: NodeJS.ErrnoException, socket: Socket): void {
    const remote = socket.remoteAddress ?? ''
    const status = this.#connections.refuse(socket, error.code)
    if (status !== null) {
      this.#log({ dialect: 'none', call: 'malformed', status, remote, error: error.code ?? error.name })
    }
  }
}

function createNodeServer(limits: HttpLimits): Server {
  const server = createServer({
    maxHeaderSize: limits.headersSizeMax,
    headersTimeout: limits.headersMs,
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: Math.max(1, Math.min(30_000, Math.floor(limits.headersMs / 2))),
    requireHostHeader: false,
    noDelay: true,
  })
  server.maxHeadersCount = limits.headersMax + 1
  server.timeout = limits.replyIdleMs
  if (limits.connectionsMax > 0) server.maxConnections = limits.connectionsMax
  return server
}
