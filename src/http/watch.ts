import type { Socket } from 'node:net'
import type { Ticks } from '../core/clock.ts'
import type { ActiveExchange } from './active.ts'
import type { Connections } from './connections.ts'
import { RequestFault } from './faults.ts'
import type { HttpLimits } from './limits.ts'
import type { ReadingTurns } from './reading-turns.ts'

type Limits = Pick<
  HttpLimits,
  | 'headersMs'
  | 'keepAliveMs'
  | 'bodyIdleMs'
  | 'bodyRateMin'
  | 'bodyRateMs'
  | 'identifyMs'
  | 'replyIdleMs'
  | 'replyRateMin'
>

const INTERVAL_MS_MAX = 1000
/** Where there are more to end, the next ones come after so long: others are served in between. */
const MORE_MS = 10

/** What was seen of an exchange so far. Times count only while the client has to do something. */
interface Seen {
  bytesIn: number
  silentMs: number
  /** Of the time in which the body's rate is measured. */
  rateMs: number
  rateBytesIn: number
  bytesTaken: number
  /** How long the client may go on like this. */
  replyMs: number
}

/** Ends what keeps the server waiting. Looks at all that is open every second, so that requests cost no timers. */
export class Watch {
  readonly #limits: Limits
  readonly #connections: Connections
  readonly #turns: ReadingTurns
  readonly #now: Ticks
  readonly #intervalMs: number
  readonly #seen = new WeakMap<ActiveExchange, Seen>()
  #timer: NodeJS.Timeout | null = null
  #at = 0

  constructor(
    limits: Limits,
    { connections, turns }: { readonly connections: Connections; readonly turns: ReadingTurns },
    now: Ticks,
  ) {
    this.#limits = limits
    this.#connections = connections
    this.#turns = turns
    this.#now = now
    const { headersMs, keepAliveMs, bodyIdleMs, bodyRateMs, identifyMs, replyIdleMs } = limits
    const times = [headersMs, keepAliveMs, bodyIdleMs, bodyRateMs, identifyMs, replyIdleMs]
    const shortest = Math.min(...times.filter((time) => time > 0), INTERVAL_MS_MAX * 4)
    this.#intervalMs = Math.max(1, Math.floor(shortest / 4))
  }

  /** Repeating it is fine. */
  start(): void {
    if (this.#timer !== null) return
    this.#at = this.#now()
    this.#timer = setInterval(() => this.#look(), this.#intervalMs)
    this.#timer.unref()
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  #look(): void {
    const now = this.#now()
    // Where the server itself was busy, no client is to blame.
    const elapsedMs = Math.min(now - this.#at, this.#intervalMs * 2)
    this.#at = now
    this.#endOld()
    for (const exchange of this.#connections.exchanges()) {
      const isHeld = this.#turns.isHeld(exchange.request.socket)
      if (exchange.body.isAwaited && !isHeld) this.#lookAtBody(exchange, elapsedMs, now)
      if (exchange.isWriting) this.#lookAtReply(exchange, elapsedMs)
    }
  }

  readonly #endOld = (): void => {
    const now = this.#now()
    const { headersMs, keepAliveMs } = this.#limits
    const hasMore = this.#connections.endOld({
      // The HTTP parser looks after heads by itself, and has an answer for them.
      askedBy: headersMs === 0 ? Number.NEGATIVE_INFINITY : now - headersMs * 2,
      idleBy: keepAliveMs === 0 ? Number.NEGATIVE_INFINITY : now - keepAliveMs - INTERVAL_MS_MAX,
    })
    if (hasMore && this.#timer !== null) setTimeout(this.#endOld, MORE_MS).unref()
  }

  #lookAtBody(exchange: ActiveExchange, elapsedMs: number, now: number): void {
    const { bodyIdleMs, bodyRateMin, bodyRateMs, identifyMs } = this.#limits
    const { body } = exchange
    const seen = this.#seenOf(exchange)
    seen.silentMs = body.bytes === seen.bytesIn ? seen.silentMs + elapsedMs : 0
    seen.bytesIn = body.bytes
    seen.rateMs += elapsedMs
    const isUnknown = identifyMs > 0 && !exchange.isIdentified && now - exchange.startedAt >= identifyMs
    if (isUnknown) body.break(late('the body did not say in time who calls'))
    else if (bodyIdleMs > 0 && seen.silentMs >= bodyIdleMs) {
      body.break(late('the client fell silent within the body'))
    } else if (bodyRateMs > 0 && seen.rateMs >= bodyRateMs) {
      const isSlow = (body.bytes - seen.rateBytesIn) * 1000 < bodyRateMin * seen.rateMs
      if (isSlow) body.break(late('the body comes more slowly than it may'))
      seen.rateMs = 0
      seen.rateBytesIn = body.bytes
    }
  }

  #lookAtReply(exchange: ActiveExchange, elapsedMs: number): void {
    const { replyIdleMs, replyRateMin } = this.#limits
    if (replyIdleMs === 0) return
    const seen = this.#seenOf(exchange)
    const taken = bytesTakenBy(exchange.request.socket)
    const gained = taken - seen.bytesTaken
    seen.bytesTaken = taken
    const gainedMs = replyRateMin > 0 ? (gained * 1000) / replyRateMin : gained > 0 ? replyIdleMs : 0
    seen.replyMs = Math.min(replyIdleMs, seen.replyMs + gainedMs) - elapsedMs
    if (seen.replyMs <= 0) exchange.request.socket.destroy()
  }

  #seenOf(exchange: ActiveExchange): Seen {
    const known = this.#seen.get(exchange)
    if (known !== undefined) return known
    const seen: Seen = {
      ...{ bytesIn: 0, silentMs: 0, rateMs: 0, rateBytesIn: 0 },
      bytesTaken: bytesTakenBy(exchange.request.socket),
      replyMs: this.#limits.replyIdleMs,
    }
    this.#seen.set(exchange, seen)
    return seen
  }
}

/** Bytes that the operating system took from the server. What waits within the process does not count. */
function bytesTakenBy(socket: Socket): number {
  const handle: unknown = '_handle' in socket ? socket._handle : null
  const isTelling = typeof handle === 'object' && handle !== null && 'writeQueueSize' in handle
  const queued = isTelling ? Number(handle.writeQueueSize) : 0
  return socket.bytesWritten - socket.writableLength - queued
}

const late = (message: string): RequestFault => new RequestFault('timeout', message)
