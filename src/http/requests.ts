import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Ticks } from '../core/clock.ts'
import { ActiveExchange } from './active.ts'
import type { ReadingTurns } from './reading-turns.ts'
import { refusal } from './refusals.ts'
import type { Reply } from './types.ts'
import type { Unreadable } from './unreadable.ts'

export interface RequestTakers {
  readonly now: Ticks
  /** The name of the listener. */
  readonly listener: string
  readonly turns: ReadingTurns
  readonly unreadable: Unreadable
  /** Answers a request. `refused` is answered instead of asking anybody. */
  serve(active: ActiveExchange, refused: Reply | null): void
}

/** Has all that comes to a listener answered, or refused. */
export function takeRequests(
  server: Server,
  { now, listener, turns, unreadable, serve }: RequestTakers,
): void {
  const taking =
    (take: (active: ActiveExchange) => void) => (request: IncomingMessage, response: ServerResponse) => {
      turns.read(request.socket)
      // What the parser still finds in the last bytes of a connection that was cut off.
      if (request.socket.destroyed) return
      take(new ActiveExchange(request, response, { now, listener, turns }))
    }
  const whole = taking((active) => serve(active, null))
  const waiting = taking((active) => {
    sayContinue(active)
    serve(active, null)
  })
  const expecting = taking((active) => serve(active, refusal(417, 'the only expectation is 100-continue')))
  server
    .on('request', whole)
    .on('checkContinue', waiting)
    .on('checkExpectation', expecting)
    .on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
      turns.read(socket)
      unreadable.refuse(error, socket)
    })
}

/** The client is told to go on once somebody reads its body. */
function sayContinue(active: ActiveExchange): void {
  const { response } = active
  active.isContinueAwaited = true
  active.body.beforeFirstRead = () => {
    active.isContinueAwaited = false
    if (!response.headersSent) response.writeContinue()
  }
}
