import type { IncomingMessage } from 'node:http'
import type { Clock } from '../core/clock.ts'
import { type Random, randomHex } from '../core/random.ts'
import type { ActiveExchange } from './active.ts'
import type { BodyRooms } from './body-rooms.ts'
import { type BodyOwner, bodyOwner } from './body-shares.ts'
import { clientOf } from './budgets/addresses.ts'
import type { Budgets } from './budgets/budgets.ts'
import { FULL_RETRY_MS } from './budgets/crowd.ts'
import type { Connections } from './connections.ts'
import type { DoorMatch, ListenersDoors } from './doors.ts'
import { createExchange, isDecodable, splitTarget, type Target, withoutEscapes } from './exchange.ts'
import { RequestFault, ThrottledFault } from './faults.ts'
import type { Guesses } from './guessing/guesses.ts'
import { internalError, noRoute, render, stateReply, throttled, withAllow } from './kit-replies.ts'
import { discardRest, isAllThere, leftoverOf } from './leftover.ts'
import type { HttpLimits } from './limits.ts'
import { refusal, refuseRequest } from './refusals.ts'
import { errorNotes, isStateCall, type RequestLog } from './request-log.ts'
import type { InlineActiveTypes } from './safe-headers.ts'
import {
  type Answer,
  endReply,
  prepareReply,
  type ReadyReply,
  type Sent,
  sendBody,
  sendWhole,
} from './send-reply.ts'
import type { Exchange, ReadinessReport, Reply } from './types.ts'

export interface AnsweringParts {
  readonly clock: Clock
  readonly random: Random
  readonly log: RequestLog
  readonly limits: HttpLimits
  readonly doors: ListenersDoors
  readonly connections: Connections
  readonly guesses: Guesses
  readonly budgets: Budgets
  readonly inlineActiveTypes: InlineActiveTypes
  readonly rooms: BodyRooms
  state(): 'starting' | 'ready' | 'draining'
  /** What was found when it was looked last; null before. */
  readiness(): ReadinessReport | null
  /** Settles when the state is no longer `starting`: whether there are surfaces. */
  readonly started: Promise<boolean>
}

/** What the log says of a request before its answer is known. */
interface Line {
  requestId: string
  /** The client's address. */
  readonly remote: string
  dialect: string
  notes: Record<string, string | number | boolean>
}

/** Answers one request after the other: routing, the handler, its errors, the reply, the log. */
export class Answering {
  readonly #parts: AnsweringParts

  constructor(parts: AnsweringParts) {
    this.#parts = parts
  }

  /** Never rejects. `refused` is answered instead of asking anybody. */
  async serve(active: ActiveExchange, refused: Reply | null): Promise<void> {
    const { clock, log, connections } = this.#parts
    const startedAt = clock.now()
    const { request, response, body } = active
    const { remote, notes } = this.#sender(request)
    const line: Line = { requestId: '', remote, dialect: 'none', notes }
    const sent: Sent = { bytes: 0 }
    response.on('error', ignore)
    connections.add(active)
    const { status, error } = await this.#answer(active, refused, line, sent)
    connections.remove(active)
    active.charges.end()
    log({
      ...line.notes,
      requestId: line.requestId,
      dialect: line.dialect,
      method: request.method,
      status,
      bytesIn: body.bytes,
      bytesOut: sent.bytes,
      durationMs: clock.now() - startedAt,
      remote,
      ...(active.isGone ? { aborted: true } : {}),
      ...(error === null ? {} : errorNotes(error, status)),
    })
  }

  /** Who asks, and what the log says of that. */
  #sender({ socket, headers }: IncomingMessage): { remote: string; notes: Line['notes'] } {
    const { connections, budgets } = this.#parts
    const [peer, told] = [connections.addressOf(socket), headers['x-forwarded-for']?.toString()]
    const notes = { call: 'none', ...(budgets.trusted.isUnheard(peer, told) ? { unheardProxy: true } : {}) }
    return { remote: budgets.trusted.clientBehind(peer, told), notes }
  }

  async #answer(
    active: ActiveExchange,
    refused: Reply | null,
    line: Line,
    sent: Sent,
  ): Promise<{ readonly status: number; readonly error: unknown }> {
    let status = 500
    try {
      const asked = await this.#ask(active, refused, line)
      const holdMs = this.#holdMs(active, asked, line)
      if (holdMs > 0) await active.rest(holdMs)
      const answer = await prepareReply(active, asked, this.#parts.inlineActiveTypes)
      status = answer.reply.status
      if (answer.ready !== null) await this.#send(active, answer.ready, sent)
      return { status, error: answer.error }
    } catch (error) {
      active.response.destroy()
      return { status, error }
    }
  }

  /** Who does not wait by itself waits here: or else the next call would come at once, and cost as much as this one. */
  #holdMs(active: ActiveExchange, { error, reply }: Answer, { notes }: Line): number {
    const { limits, connections, state, budgets } = this.#parts
    const isOver = connections.beyond(active.request.socket) !== null
    if (isOver || state() === 'draining') return 0
    if (error instanceof ThrottledFault) return limits.throttledMs
    const isRefused = reply.status >= 400 && !active.isIdentified && !isStateCall(notes.call)
    return isRefused ? budgets.refuse() : 0
  }

  /** Finds who answers the request, and has it answered. */
  async #ask(active: ActiveExchange, refused: Reply | null, line: Line): Promise<Answer> {
    const { limits, doors, state } = this.#parts
    const kit = (reply: Reply, call: string): Answer => {
      line.requestId = randomHex(this.#parts.random, 16)
      line.notes.call = call
      const headers = { ...reply.headers, 'x-request-id': line.requestId }
      return { reply: { ...reply, headers }, error: null, renderError: internalError }
    }
    const refusedReply = refused ?? refuseRequest(active.request, limits)
    if (refusedReply !== null) {
      return kit({ ...refusedReply, headers: { ...refusedReply.headers, connection: 'close' } }, 'refused')
    }
    const method = active.request.method ?? ''
    const target = splitTarget(active.request.url ?? '')
    if (!target.rawPath.startsWith('/')) return kit(refusal(400, 'the path is malformed'), 'unknown')
    const told = stateReply(target.rawPath, method, state(), this.#parts.readiness)
    if (told !== null) return kit(told, target.rawPath.slice(1))
    await active.later()
    if (!(await this.#parts.started)) return kit(refusal(503, 'the server is going down'), 'none')
    const decodable = isDecodable(target.rawPath)
    const match = doors
      .of(active.listener)
      .find(method, decodable ? target.rawPath : withoutEscapes(target.rawPath), active.request)
    if (match !== null) return this.#handle(active, target, match, decodable, line)
    try {
      this.#charge(active, line)
    } catch (error) {
      return { ...kit(throttled(error), 'unknown'), error }
    }
    return kit(decodable ? refusal(404, 'no such path') : refusal(400, 'the path is malformed'), 'unknown')
  }

  async #handle(
    active: ActiveExchange,
    target: Target,
    { surface, route, methods, params, isPathKnown }: DoorMatch,
    decodable: boolean,
    line: Line,
  ): Promise<Answer> {
    const { clock, state } = this.#parts
    const receivedAt = clock.now()
    const room = this.#parts.rooms.open({
      signal: active.signal,
      giveWay: (fault) => active.body.break(fault),
      owner: () => ownerOf(active, line),
    })
    const requestId = surface.newRequestId(receivedAt)
    Object.assign(line, { requestId, dialect: surface.name })
    line.notes.call = route?.call ?? 'none'
    const note: Exchange['note'] = (notes) => void Object.assign(line.notes, notes)
    const { exchange, error: queryError } = createExchange({
      ...target,
      ...{ requestId, params, receivedAt, room, note },
      ...{ request: active.request, signal: active.signal },
      isDraining: () => state() === 'draining',
      guessesFrom: (address) => this.#parts.guesses.from(address, note),
      remoteAddress: line.remote,
      inform: (status, headers) => active.inform(status, headers),
      admitBody: () => {
        active.body.admittedMax = Number.POSITIVE_INFINITY
      },
      identified: (account) => {
        active.isIdentified = true
        active.body.admittedMax = Number.POSITIVE_INFINITY
        line.notes.account = account
        active.charges.add(this.#parts.budgets.accounts, account)
      },
    })
    const renderError = (error: unknown) => render(surface, error, exchange)
    try {
      if (state() === 'draining') throw new RequestFault('draining', 'the server is going down')
      this.#charge(active, line)
      if (!decodable) throw new RequestFault('malformed-request', 'the path is not percent-encoded UTF-8')
      if (queryError !== null) throw queryError
      if (route === null) throw noRoute(isPathKnown)
      active.body.admittedMax = route.openBodySizeMax ?? 0
      return { reply: await route.handle(exchange), error: null, renderError }
    } catch (error) {
      const reply = renderError(error)
      return { reply: route === null ? withAllow(reply, methods) : reply, error, renderError }
    } finally {
      room.close()
    }
  }

  /** Counts the request on the client's address. Faults: `throttled`. */
  #charge({ request, charges }: ActiveExchange, { remote }: Line): void {
    const { connections, budgets } = this.#parts
    const beyond = connections.beyond(request.socket)
    if (beyond !== null) throw new ThrottledFault(beyond, FULL_RETRY_MS)
    charges.add(budgets.addresses, clientOf(remote))
  }

  async #send(active: ActiveExchange, reply: ReadyReply, sent: Sent): Promise<void> {
    const { clock, limits, connections, state, budgets } = this.#parts
    const { socket } = active.request
    const isOver = connections.isBroken(socket) || connections.beyond(socket) !== null
    const isLast = leftoverOf(active, limits) !== 'keep' || state() === 'draining' || isOver
    if (reply.headers.get('date') === undefined) {
      reply.headers.set('date', new Date(clock.now()).toUTCString())
    }
    if (isLast) reply.headers.set('connection', 'close')
    if (reply.stream === null && isAllThere(active)) return sendWhole(active, reply, sent)
    if (!(await sendBody(active, reply, sent))) return
    const isComplete = await discardRest(active, limits, budgets.discard)
    await endReply(active)
    if (!isComplete && !isLast) socket.destroySoon()
  }
}

/** Whose share of the room for bodies a request takes from. */
const ownerOf = ({ isIdentified }: ActiveExchange, { remote, notes }: Line): BodyOwner =>
  isIdentified ? bodyOwner(`account ${notes.account}`, true) : bodyOwner(clientOf(remote), false)

function ignore(): void {}
