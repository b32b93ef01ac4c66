import type { Socket } from 'node:net'
import type { Ticks } from '../core/clock.ts'
import { ClientCosts, RANK_MAX } from './client-costs.ts'

/** How connections are told to wait, and to go on: a socket of `node:http`, or what a test has in its place. */
export interface Reader extends Pick<Socket, 'isPaused' | 'destroyed'> {
  pause(): unknown
  resume(): unknown
}

export interface ReadingTurnsParts<Each extends Reader> {
  readonly now: Ticks
  /** Milliseconds that this thread has worked. */
  readonly worked: Ticks
  /** Every connection that is open. */
  all(): Iterable<Each>
  /** Whose connection it is. */
  clientOf(socket: Each): string
}

/** What one round of the event loop may take before the other connections wait for the next one, */
const ROUND_MS = 20
/** and where there are new connections to be taken: Node takes one a round. */
const ROUND_WITH_NEW_MS = 4
/** So many new connections in a row are taken before anything is read again. */
const TAKEN_MAX = 128
/** Connections that go on in one round: fewer after a long one, more after a short one. */
const GIVEN_MAX = 256
/** Requests and pieces of bodies of one connection within one round: what brings more has its turn alone, */
const PIECES_MAX = 256
/** and lets others work for so many times of what it took. */
const REST_FACTOR = 3
const REST_MS = { min: 2, max: 200 }

/**
 * Bounds what is done in one round of the event loop. All that is readable would be read before anybody else has a turn: two hundred connections with
 * costly bytes would hold up everybody for minutes. When a round takes too long, all connections wait, and go on a few a round: first those of
 * clients that have cost least of late.
 */
export class ReadingTurns<Each extends Reader = Socket> {
  readonly #parts: ReadingTurnsParts<Each>
  readonly #costs: ClientCosts
  /** Those that wait, by what their clients have cost. */
  readonly #waiting: readonly Each[][] = Array.from({ length: RANK_MAX + 1 }, () => [])
  readonly #held = new Set<Each>()
  /** Those that bring very many pieces at once. */
  readonly #costly = new Set<Each>()
  /** Work that waits for a round with room for it. */
  readonly #later: (() => void)[] = []
  #arrived: Each[] = []
  #round: { readonly at: number; readonly worked: number } | null = null
  #current: { readonly socket: Each; pieces: number } | null = null
  /** New connections that were taken since something was read. */
  #taken = 0
  #isHolding = false
  /** Whether this round has taken too long. */
  #isFull = false
  #given = 4
  #restsUntil = 0
  #resting: NodeJS.Timeout | null = null

  constructor(parts: ReadingTurnsParts<Each>) {
    this.#parts = parts
    this.#costs = new ClientCosts(parts.now)
  }

  /** Whether it waits for its turn: its client is not to blame for what does not come. */
  isHeld(socket: Each): boolean {
    return this.#held.has(socket)
  }

  /** A new connection, on which nothing was read yet. */
  accepted(socket: Each): void {
    this.#beginRound()
    this.#arrived.push(socket)
  }

  /** A request, or a piece of a body, was read from it. */
  read(socket: Each): void {
    this.#beginRound()
    if (this.#current?.socket === socket) this.#current.pieces += 1
    else this.#turnTo(socket)
    if (this.#current?.pieces === PIECES_MAX) this.#setAside(socket)
    // Once a round is enough: those that it is about wait.
    if (!this.#isFull && this.#isTooLong()) this.#hold()
  }

  /** Null where this round has room for more work; else what to wait for. */
  later(): Promise<void> | null {
    this.#beginRound()
    if (!this.#isFull && this.#later.length === 0 && !this.#isTooLong()) return null
    return new Promise((resolve) => this.#later.push(resolve))
  }

  /** Nothing waits any more. */
  stop(): void {
    if (this.#resting !== null) clearTimeout(this.#resting)
    this.#resting = null
  }

  #beginRound(): void {
    if (this.#round !== null) return
    this.#round = { at: this.#parts.now(), worked: this.#parts.worked() }
    setImmediate(this.#endRound)
  }

  /** The time that others had on this machine does not count. That is asked for last: it costs a call of the system. */
  #isTooLong(): boolean {
    if (this.#round === null) return false
    const hasNew = this.#arrived.length > 0 || this.#taken > 0
    const most = hasNew ? ROUND_WITH_NEW_MS : ROUND_MS
    const { now, worked } = this.#parts
    return now() - this.#round.at > most && worked() - this.#round.worked > most
  }

  #turnTo(socket: Each | null): void {
    if (this.#current !== null)
      this.#costs.add(this.#parts.clientOf(this.#current.socket), this.#current.pieces)
    this.#current = socket === null ? null : { socket, pieces: 1 }
  }

  #hold(): void {
    this.#isHolding = true
    this.#isFull = true
    for (const socket of this.#parts.all()) this.#wait(socket)
  }

  #wait(socket: Each): void {
    if (socket.destroyed || socket.isPaused()) return
    socket.pause()
    this.#held.add(socket)
    this.#waiting[this.#costs.rankOf(this.#parts.clientOf(socket))]?.push(socket)
  }

  readonly #endRound = (): void => {
    const tookMs = this.#parts.worked() - (this.#round?.worked ?? 0)
    const arrived = this.#arrived
    this.#turnTo(null)
    this.#round = null
    this.#isFull = false
    this.#arrived = []
    this.#taken = arrived.length === 0 ? 0 : this.#taken + arrived.length
    if (this.#isHolding) {
      for (const socket of arrived) this.#wait(socket)
      this.#giveTurns(tookMs)
    }
    if (this.#isHolding || this.#later.length > 0) this.#beginRound()
    this.#goOn()
  }

  #giveTurns(tookMs: number): void {
    if (this.#taken > 0 && this.#taken < TAKEN_MAX) return
    this.#taken = 0
    if (tookMs > ROUND_MS) this.#given = Math.max(1, Math.floor(this.#given / 4))
    else if (tookMs < ROUND_MS / 4) this.#given = Math.min(GIVEN_MAX, this.#given * 2)
    let left = this.#given
    for (const line of this.#waiting) {
      // From both ends: whoever has waited longest, and whoever may still be waited for.
      const newest = line.splice(Math.max(line.length - (left >> 1), 0))
      const oldest = line.splice(0, left - newest.length)
      left -= newest.length + oldest.length
      this.#resume(newest)
      this.#resume(oldest)
    }
    // Nobody waits for ever.
    this.#resume(this.#waiting.findLast((line) => line.length > 0)?.splice(0, 1) ?? [])
    this.#isHolding = this.#waiting.some((line) => line.length > 0)
  }

  /** Work that waits goes on until the round is full. */
  readonly #goOn = (): void => {
    if (this.#later.length === 0 || this.#isTooLong()) return
    this.#later.shift()?.()
    // After what goes on now.
    queueMicrotask(this.#goOn)
  }

  #resume(sockets: readonly Each[]): void {
    for (const socket of sockets) {
      this.#held.delete(socket)
      if (!socket.destroyed) socket.resume()
    }
  }

  /** What costs much comes back alone, after a rest. */
  #setAside(socket: Each): void {
    if (socket.destroyed) return
    if (!socket.isPaused()) socket.pause()
    this.#held.add(socket)
    this.#costly.add(socket)
    // Once all is read that came with it.
    setImmediate(this.#rest, this.#parts.worked())
  }

  /** `since`: when it began to bring very many pieces. */
  readonly #rest = (since: number): void => {
    const tookMs = this.#parts.worked() - since
    const restMs = Math.min(REST_MS.max, tookMs * REST_FACTOR)
    this.#restsUntil = Math.max(this.#restsUntil, this.#parts.now() + restMs)
    this.#resting ??= setTimeout(this.#nextCostly, REST_MS.min).unref()
  }

  readonly #nextCostly = (): void => {
    const leftMs = this.#restsUntil - this.#parts.now()
    const [next] = leftMs > 0 ? [] : this.#costly
    if (next !== undefined) {
      this.#costly.delete(next)
      this.#resume([next])
    }
    const hasMore = this.#costly.size > 0
    this.#resting = hasMore ? setTimeout(this.#nextCostly, Math.max(REST_MS.min, leftMs)).unref() : null
  }
}
