import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Ticks } from '../core/clock.ts'
import { Charges } from './budgets/charges.ts'
import { RequestFault } from './faults.ts'
import { type BodyControl, bodyControl } from './intake.ts'
import type { ReadingTurns } from './reading-turns.ts'

type Turns = Pick<ReadingTurns, 'read' | 'later'>

/** One request from its headers to the end of its answer, and what becomes of its connection. */
export class ActiveExchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly body: BodyControl
  /** The name of the listener that it came by. */
  readonly listener: string
  /** What its clients are charged for it. */
  readonly charges: Charges
  /** In ticks. */
  readonly startedAt: number
  /** The client wants to hear `100 Continue` before it sends the body, and has not. */
  isContinueAwaited = false
  /** The answer is on its way, and the client has to take it. */
  isWriting = false
  /** The caller has proven whose account it is. */
  isIdentified = false
  /** The client went away before the answer was complete. */
  isGone = false
  readonly #abort = new AbortController()
  #wake: (() => void) | null = null

  readonly #turns: Turns

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    { now, listener, turns }: { readonly now: Ticks; readonly listener: string; readonly turns: Turns },
  ) {
    this.listener = listener
    this.#turns = turns
    this.request = request
    this.response = response
    this.startedAt = now()
    this.charges = new Charges(now)
    this.body = bodyControl(request)
    this.body.onBytes = (size) => {
      this.charges.tookIn(size)
      this.pieceRead()
    }
    this.body.waitMs = () => this.charges.waitInMs()
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /** A piece of the body was read, or read away. */
  pieceRead(): void {
    this.#turns.read(this.request.socket)
  }

  /** Null where there is time for work of some milliseconds now; else what to wait for. */
  later(): Promise<void> | null {
    return this.#turns.later()
  }

  /** The connection is closed. */
  leave(): void {
    if (this.isGone) return
    this.isGone = true
    this.#wake?.()
    this.#abort.abort(new RequestFault('body-truncated', 'the client went away'))
  }

  /** Sends an interim response, unless it is too late for one, or the client speaks HTTP 1.0 (RFC 9110, section 15.2). */
  inform(status: number, headers: Readonly<Record<string, string>>): void {
    const { req, headersSent } = this.response
    if (!this.isGone && !headersSent && req.httpVersion !== '1.0')
      this.response.writeInformation(status, headers)
  }

  /** Waits for `start` to call back; false when the client went away first. One wait at a time. */
  async until(start: (done: () => void) => void): Promise<boolean> {
    if (this.isGone) return false
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      start(resolve)
    })
    this.#wake = null
    return !this.isGone
  }

  /** Waits for so long; false when the client went away first. */
  async rest(ms: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined
    const isThere = await this.until((done) => {
      timer = setTimeout(done, ms)
    })
    clearTimeout(timer)
    return isThere
  }

  /** The promise's value; null when the client went away first. Then a late rejection is nobody's concern. */
  async unlessGone<T extends object>(promise: Promise<T>): Promise<T | null> {
    let outcome: { readonly value: T } | { readonly error: unknown } | null = null
    const settled = promise.then(
      (value) => {
        outcome = { value }
      },
      (error: unknown) => {
        outcome = { error }
      },
    )
    await this.until((done) => void settled.then(done))
    return read(outcome)
  }
}

function read<T>(outcome: { readonly value: T } | { readonly error: unknown } | null): T | null {
  if (outcome === null) return null
  if ('error' in outcome) throw outcome.error
  return outcome.value
}
