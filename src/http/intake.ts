import type { IncomingMessage } from 'node:http'
import { RequestFault } from './faults.ts'

/** What the server knows about a request's body that the request itself does not tell. */
export interface IntakeTerms {
  /** Called once, before the first byte is asked for: answers `Expect: 100-continue`. */
  beforeFirstRead(): void
  /** How long the client may be silent while the body is waited for. */
  readonly idleMs: number
}

const termsOf = new WeakMap<IncomingMessage, IntakeTerms>()
const taken = new WeakSet<IncomingMessage>()

/** Sets the terms of a request's body. A request without them is waited for without end. */
export function setIntakeTerms(request: IncomingMessage, terms: IntakeTerms): void {
  termsOf.set(request, terms)
}

/** Whether somebody started to read the body. */
export const isIntakeStarted = (request: IncomingMessage): boolean => taken.has(request)

/** Chunks that may wait here; beyond, the request is paused and its own buffer holds the socket back. */
const QUEUE_SIZE_MAX = 256 * 1024

interface Waiter {
  resolve(result: IteratorResult<Uint8Array, undefined>): void
  reject(reason: unknown): void
}

/**
 * A request's body as an iterator. Chunks go through as the socket gave them: Readable's own iterator would join (copy)
 * whatever waits. Starts nothing before the first `next`.
 */
export class Intake implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #request: IncomingMessage
  readonly #queue: Uint8Array[] = []
  #queueSize = 0
  #state: 'new' | 'open' | 'ended' | 'left' = 'new'
  #fault: RequestFault | null = null
  #waiter: Waiter | null = null
  #idleTimer: NodeJS.Timeout | null = null

  constructor(request: IncomingMessage) {
    this.#request = request
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#state === 'new') {
      if (taken.has(this.#request)) return Promise.reject(new Error('the body is read twice'))
      this.#open()
    }
    const chunk = this.#queue.shift()
    if (chunk !== undefined) return Promise.resolve({ done: false, value: this.#hand(chunk) })
    if (this.#fault !== null) return Promise.reject(this.#fault)
    if (this.#state !== 'open') return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject }
      this.#idleTimer?.refresh()
      this.#request.resume()
    })
  }

  /** Leaves the rest of the body where it is. */
  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#state === 'open') {
      this.#close('left')
      this.#request.pause()
    }
    this.#state = 'left'
    this.#queue.length = 0
    return Promise.resolve({ done: true, value: undefined })
  }

  #hand(chunk: Uint8Array): Uint8Array {
    this.#queueSize -= chunk.byteLength
    if (this.#queue.length === 0 && this.#state === 'open') this.#request.resume()
    return chunk
  }

  #open(): void {
    const request = this.#request
    taken.add(request)
    this.#state = 'open'
    if (request.destroyed || request.readableEnded) {
      this.#onClose()
      return
    }
    const terms = termsOf.get(request)
    if (terms !== undefined) this.#idleTimer = setTimeout(this.#onIdle, terms.idleMs)
    request
      .on('data', this.#onData)
      .on('end', this.#onEnd)
      .on('error', this.#onClose)
      .on('close', this.#onClose)
    terms?.beforeFirstRead()
  }

  readonly #onData = (chunk: Uint8Array): void => {
    const waiter = this.#waiter
    if (waiter !== null) {
      this.#waiter = null
      waiter.resolve({ done: false, value: chunk })
      return
    }
    this.#queue.push(chunk)
    this.#queueSize += chunk.byteLength
    if (this.#queueSize >= QUEUE_SIZE_MAX) this.#request.pause()
  }

  readonly #onEnd = (): void => {
    this.#close('ended')
    this.#waiter?.resolve({ done: true, value: undefined })
    this.#waiter = null
  }

  readonly #onClose = (): void => {
    if (this.#request.readableEnded && this.#request.complete) this.#onEnd()
    else this.#fail(new RequestFault('body-truncated', 'the client went away before the end of the body'))
  }

  readonly #onIdle = (): void => {
    if (this.#waiter !== null)
      this.#fail(new RequestFault('timeout', 'the client fell silent within the body'))
  }

  #fail(fault: RequestFault): void {
    this.#close('ended')
    this.#fault = fault
    this.#waiter?.reject(fault)
    this.#waiter = null
  }

  #close(state: 'ended' | 'left'): void {
    this.#state = state
    if (this.#idleTimer !== null) clearTimeout(this.#idleTimer)
    const request = this.#request
    request.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose)
    if (state === 'left') request.off('error', this.#onClose).on('error', ignore)
  }
}

function ignore(): void {}
