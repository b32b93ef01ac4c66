import type { IncomingMessage } from 'node:http'
import { RequestFault } from './faults.ts'

/** What the server and the reader of a request's body tell each other. */
export class BodyControl {
  /** How long the client may be silent while the body is waited for; 0 for no limit. */
  idleMs = 0
  /** Called once, before the first byte is asked for: answers `Expect: 100-continue`. */
  beforeFirstRead: () => void = ignore
  /** Whether somebody started to read. */
  isStarted = false
  /** Bytes that may be read: none before the sender is known, but for what a route reads of anybody. */
  admittedMax = 0
  /** Bytes of the body that were taken from the request so far, read or thrown away. */
  bytes = 0
  /** Set when the framing broke: no more will come. The request itself does not know that. */
  fault: RequestFault | null = null
  onFault: (fault: RequestFault) => void = ignore

  /** Ends the body with a fault. */
  break(fault: RequestFault): void {
    this.fault ??= fault
    this.onFault(this.fault)
  }
}

const controls = new WeakMap<IncomingMessage, BodyControl>()

/** The one control of a request. */
export function bodyControl(request: IncomingMessage): BodyControl {
  const known = controls.get(request)
  if (known !== undefined) return known
  const control = new BodyControl()
  controls.set(request, control)
  return control
}

/** Bytes and chunks that may wait here. With more the request is paused, and its own buffer holds the socket back. */
const QUEUE_SIZE_MAX = 256 * 1024
const QUEUE_LENGTH_MAX = 256

interface Waiter {
  resolve(result: IteratorResult<Uint8Array, undefined>): void
  reject(reason: unknown): void
}

/**
 * A request's body as an iterator. Chunks go through as the socket gave them: Readable's own iterator would join (copy)
 * what waits. Starts nothing before the first `next`.
 */
export class Intake implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #request: IncomingMessage
  readonly #control: BodyControl
  readonly #queue: Uint8Array[] = []
  #queueSize = 0
  #givenSize = 0
  #isPaused = false
  #state: 'new' | 'open' | 'over' = 'new'
  #fault: RequestFault | null = null
  #waiter: Waiter | null = null
  #idleTimer: NodeJS.Timeout | null = null

  constructor(request: IncomingMessage) {
    this.#request = request
    this.#control = bodyControl(request)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#state === 'new') {
      const { isStarted, admittedMax } = this.#control
      if (isStarted) return Promise.reject(new Error('the body is read twice'))
      if (admittedMax === 0) return Promise.reject(new Error('the body is read before its sender is known'))
      this.#open()
    }
    const chunk = this.#queue.shift()
    if (chunk !== undefined) {
      this.#queueSize -= chunk.byteLength
      if (this.#isPaused && this.#queueSize < QUEUE_SIZE_MAX / 2) this.#resume()
      if (!this.#mayGive(chunk)) return Promise.reject(tooLarge())
      return Promise.resolve({ done: false, value: chunk })
    }
    if (this.#fault !== null) return Promise.reject(this.#fault)
    if (this.#state === 'over') return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject }
      this.#idleTimer?.refresh()
      this.#resume()
    })
  }

  /** Leaves the rest of the body where it is. */
  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#state === 'open') {
      this.#close()
      this.#request.pause()
    }
    this.#state = 'over'
    this.#fault = null
    this.#queue.length = 0
    this.#waiter?.resolve({ done: true, value: undefined })
    this.#waiter = null
    return Promise.resolve({ done: true, value: undefined })
  }

  #open(): void {
    const { idleMs, fault } = this.#control
    const request = this.#request
    this.#control.isStarted = true
    this.#state = 'open'
    if (fault !== null || request.destroyed || request.readableEnded) {
      this.#onClose()
      return
    }
    if (idleMs > 0) this.#idleTimer = setTimeout(this.#onIdle, idleMs)
    this.#control.onFault = this.#fail
    request.on('data', this.#onData).on('end', this.#onClose)
    request.on('error', this.#onClose).on('close', this.#onClose)
    this.#control.beforeFirstRead()
  }

  #resume(): void {
    this.#isPaused = false
    this.#request.resume()
  }

  readonly #onData = (chunk: Uint8Array): void => {
    this.#control.bytes += chunk.byteLength
    const waiter = this.#waiter
    if (waiter !== null) {
      this.#waiter = null
      if (this.#mayGive(chunk)) waiter.resolve({ done: false, value: chunk })
      else waiter.reject(tooLarge())
      return
    }
    this.#queue.push(chunk)
    this.#queueSize += chunk.byteLength
    if (this.#isPaused || (this.#queueSize < QUEUE_SIZE_MAX && this.#queue.length < QUEUE_LENGTH_MAX)) return
    this.#isPaused = true
    this.#request.pause()
  }

  /** Counts what goes to the reader. False beyond what may be read. */
  #mayGive(chunk: Uint8Array): boolean {
    this.#givenSize += chunk.byteLength
    return this.#givenSize <= this.#control.admittedMax
  }

  readonly #onClose = (): void => {
    if (this.#request.readableEnded && this.#request.complete) this.#end()
    else this.#fail(this.#control.fault ?? truncated())
  }

  readonly #onIdle = (): void => {
    if (this.#waiter !== null) {
      this.#control.break(new RequestFault('timeout', 'the client fell silent within the body'))
    }
  }

  #end(): void {
    this.#close()
    this.#waiter?.resolve({ done: true, value: undefined })
    this.#waiter = null
  }

  readonly #fail = (fault: RequestFault): void => {
    this.#close()
    this.#fault = fault
    this.#waiter?.reject(fault)
    this.#waiter = null
  }

  #close(): void {
    this.#state = 'over'
    if (this.#idleTimer !== null) clearTimeout(this.#idleTimer)
    this.#control.onFault = ignore
    const request = this.#request
    request.off('data', this.#onData).off('end', this.#onClose)
    request.off('error', this.#onClose).off('close', this.#onClose).on('error', ignore)
  }
}

const tooLarge = (): RequestFault =>
  new RequestFault('body-too-large', 'the body has more bytes than are read of anybody')

const truncated = (): RequestFault =>
  new RequestFault('body-truncated', 'the client went away before the end of the body')

function ignore(): void {}
