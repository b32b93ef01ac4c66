import type { Server } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'
import type { Ticks } from '../core/clock.ts'
import { Answering, type AnsweringParts } from './answering.ts'
import { BodyRooms } from './body-rooms.ts'
import { type Budgets, createBudgets } from './budgets/budgets.ts'
import { expectPreface } from './budgets/preface.ts'
import { type Accepted, Connections } from './connections.ts'
import { ListenersDoors } from './doors.ts'
import { createGuesses } from './guessing/guesses.ts'
import { Handshakes } from './handshakes.ts'
import { InFlight } from './in-flight.ts'
import { HTTP_LIMITS, type HttpLimits } from './limits.ts'
import {
  createPlainServer,
  createTlsServer,
  type ListenOptions,
  type ListenTlsOptions,
  listenOn,
} from './node-servers.ts'
import { ReadingTurns } from './reading-turns.ts'
import type { RequestLog } from './request-log.ts'
import { takeRequests } from './requests.ts'
import { TLS_VERSION_MIN, type TlsListener } from './tls.ts'
import type { Surface, SurfaceGroup } from './types.ts'
import { Unreadable } from './unreadable.ts'
import { Watch } from './watch.ts'

/** Without `inlineActiveTypes` there are none; without `guesses` the server counts its own; without `readiness` `/readyz` says what `/healthz` does. */
export interface HttpServerOptions
  extends Pick<AnsweringParts, 'clock' | 'random' | 'log'>,
    Partial<Pick<AnsweringParts, 'guesses' | 'inlineActiveTypes' | 'readiness'>> {
  readonly limits?: Partial<HttpLimits>
  /** Addresses and networks of those who may say for whom they speak. Default: none. */
  readonly trustedProxies?: readonly string[]
  /** Default: the process's own. */
  readonly ticks?: Ticks
  /** Milliseconds that this thread has worked. Default: as `ticks`. */
  readonly worked?: Ticks
}

/** All surfaces on one port, or on several. Limits, drain and log are those of all listeners together. */
export interface HttpServer {
  /** The port on which it first listened; 0 before. */
  readonly port: number
  /**
   * Puts surfaces in, which go together; until then all but `/healthz` waits. `ownsHost` says which host names are theirs alone:
   * default none. Only requests that come by the listener of that name reach them; default the one that most share. Throws when two
   * surfaces have a route in common.
   */
  mount(surfaces: readonly Surface[], ownsHost?: SurfaceGroup['ownsHost'], listener?: string): void
  /** Port 0 takes any. Returns the port. Fails as the socket does (EADDRINUSE, …). */
  listen(host: string, port: number, options?: ListenOptions): Promise<number>
  /** The same by HTTPS. */
  listenTls(host: string, port: number, options?: ListenTlsOptions): Promise<TlsListener>
  /**
   * Stops listening at once; requests that still come in on open connections get the fault `draining`. Resolves when
   * nothing is in flight and all connections are closed: true if everything was finished within `graceMs`, false if
   * something was cut off. Repeating it gives the first result.
   */
  drain(options: { readonly graceMs: number }): Promise<boolean>
  /** Cuts everything off. */
  close(): Promise<void>
}

const unknown = (): null => null

/** The listener that most surfaces share. */
const SHARED = ''

/** After the cut, handlers get this long to notice it. */
const CUT_OFF_MS = 1000

/** A server on `node:http`; says nothing before `listen`. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  return new KitServer(options)
}

class KitServer implements HttpServer {
  readonly #log: RequestLog
  readonly #limits: HttpLimits
  readonly #doors = new ListenersDoors()
  readonly #connections: Connections
  readonly #inFlight = new InFlight()
  readonly #answering: Answering
  readonly #budgets: Budgets
  readonly #watch: Watch
  readonly #turns: ReadingTurns
  readonly #unreadable: Unreadable
  readonly #handshakes = new Handshakes()
  /** Whom proxies named at the beginning of their connections. */
  readonly #behind = new WeakMap<Socket, string>()
  readonly #servers: Server[] = []
  #port = 0
  #state: 'starting' | 'ready' | 'draining' = 'starting'
  readonly #started = Promise.withResolvers<boolean>()
  #drained: Promise<boolean> | null = null

  constructor({ clock, random, log, limits, inlineActiveTypes = false, ...options }: HttpServerOptions) {
    const now = options.ticks ?? (() => performance.now())
    this.#log = log
    this.#limits = { ...HTTP_LIMITS, ...limits }
    this.#budgets = createBudgets(this.#limits, options.trustedProxies ?? [], now)
    this.#connections = new Connections(this.#limits, this.#budgets.trusted, now)
    this.#turns = new ReadingTurns({
      ...{ now, worked: options.worked ?? now },
      all: () => this.#connections.sockets(),
      clientOf: (socket) => this.#connections.clientOf(socket),
    })
    this.#watch = new Watch(this.#limits, { connections: this.#connections, turns: this.#turns }, now)
    const parts = { connections: this.#connections, handshakes: this.#handshakes, budgets: this.#budgets }
    this.#unreadable = new Unreadable({ ...parts, log })
    this.#answering = new Answering({
      ...{ clock, random, log, inlineActiveTypes },
      ...{ limits: this.#limits, doors: this.#doors },
      ...{ connections: this.#connections, budgets: this.#budgets },
      ...{ guesses: options.guesses ?? createGuesses({ clock }), readiness: options.readiness ?? unknown },
      rooms: new BodyRooms(this.#limits, now),
      state: () => this.#state,
      started: this.#started.promise,
    })
  }

  get port(): number {
    return this.#port
  }

  mount(
    surfaces: readonly Surface[],
    ownsHost: SurfaceGroup['ownsHost'] = () => false,
    listener = SHARED,
  ): void {
    this.#doors.of(listener).add({ surfaces, ownsHost })
    if (this.#state === 'starting') this.#enter('ready')
  }

  async listen(host: string, port: number, options: ListenOptions = {}): Promise<number> {
    const server = createPlainServer(this.#limits)
    server.prependListener('connection', (socket: Socket) => {
      this.#open(socket, this.#accept(socket, 'new'))
    })
    if (options.proxyProtocol === true) this.#expectPreface(server)
    return this.#listen(server, host, port, options.listener ?? SHARED)
  }

  async listenTls(
    host: string,
    port: number,
    { certificateFor = async () => null, proxyProtocol = false, listener = SHARED }: ListenTlsOptions = {},
  ): Promise<TlsListener> {
    const server = createTlsServer(this.#limits, certificateFor)
    server
      .prependListener('connection', (socket: Socket) => {
        this.#handshakes.begin(socket, this.#accept(socket, 'securing'))
      })
      .prependListener('secureConnection', (socket) => {
        const accepted = this.#handshakes.succeed(socket)
        if (accepted === null) socket.destroy()
        else this.#open(socket, accepted)
      })
    if (proxyProtocol) this.#expectPreface(server)
    return {
      port: await this.#listen(server, host, port, listener),
      present: ({ chain, key }) => server.setSecureContext({ cert: chain, key, minVersion: TLS_VERSION_MIN }),
    }
  }

  drain({ graceMs }: { readonly graceMs: number }): Promise<boolean> {
    this.#drained ??= this.#drain(graceMs)
    return this.#drained
  }

  async close(): Promise<void> {
    this.#enter('draining')
    this.#stopListening()
    this.#destroyAll()
    await this.#inFlight.idleWithin(CUT_OFF_MS)
    this.#drained ??= Promise.resolve(false)
  }

  async #listen(server: Server, host: string, port: number, listener: string): Promise<number> {
    takeRequests(server, {
      ...{ now: this.#budgets.now, listener, turns: this.#turns, unreadable: this.#unreadable },
      serve: (active, refused) => this.#inFlight.add(this.#answering.serve(active, refused)),
    })
    const bound = await listenOn(server, host, port)
    this.#watch.start()
    this.#servers.push(server)
    if (this.#servers.length === 1) this.#port = bound
    return bound
  }

  /** HTTP is spoken on it from now on. */
  #open(socket: Socket, accepted: Accepted): void {
    this.#connections.open(socket, accepted)
    this.#turns.accepted(socket)
  }

  #accept(socket: Socket, phase: 'securing' | 'new'): Accepted {
    return this.#connections.accept(socket, phase, this.#behind.get(socket) ?? null)
  }

  #expectPreface(server: Server): void {
    expectPreface(server, {
      proxies: this.#budgets.trusted,
      timeoutMs: this.#limits.headersMs,
      onClient: (socket, client) => this.#behind.set(socket, client),
      onFailure: (remote, error) =>
        this.#log({ dialect: 'none', call: 'proxy-protocol', status: 0, remote, error }),
    })
  }

  async #drain(graceMs: number): Promise<boolean> {
    this.#enter('draining')
    this.#stopListening()
    const finished = await this.#inFlight.idleWithin(graceMs)
    this.#destroyAll()
    if (!finished) await this.#inFlight.idleWithin(CUT_OFF_MS)
    return finished
  }

  /** Requests that came before wait for it: their sender need not know when the server is ready. */
  #enter(state: 'ready' | 'draining'): void {
    this.#state = state
    this.#started.resolve(state === 'ready')
  }

  /** `http.Server.close` would close idle connections at once: a request on its way there would meet a reset. */
  #stopListening(): void {
    for (const server of this.#servers) if (server.listening) NetServer.prototype.close.call(server)
  }

  #destroyAll(): void {
    this.#watch.stop()
    this.#turns.stop()
    this.#handshakes.destroyAll()
    this.#connections.destroyAll()
  }
}
