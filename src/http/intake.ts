import type { IncomingMessage } from 'node:http'
import { ChunkQueue } from './chunk-queue.ts'
import { RequestFault } from './faults.ts'
import { freeChunk } from './free-chunk.ts'

/** What the server and the reader of a request's body tell each other. */
export class BodyControl {
  /** Whether the server waits for more of it: the client has to send. */
  isAwaited = false
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
  /** Told of each chunk that comes in. */
  onBytes: (size: number) => void = ignore
  /** Milliseconds until more may be read. */
  waitMs: () => number = noWait
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
const QUEUE_SIZE_MAX = 64 * 1024
const QUEUE_LENGTH_MAX = 256
/** With so many bytes the reader does not wait for more, */
const ENOUGH_SIZE = 16 * 1024
/** and with fewer, no longer than this. The last ones do not wait. */
const GATHER_MS = 10

interface Waiter {
  resolve(result: IteratorResult<Uint8Array, undefined>): void
  reject(reason: unknown): void
}

/**
 * A request's body as an iterator. Large chunks go through as the socket gave them, small ones are joined while they come in
 * quickly. Starts nothing before the first `next`. A chunk's memory is freed once the next one is asked for.
 */
export class Intake implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #request: IncomingMessage
  readonly #control: BodyControl
  readonly #queue = new ChunkQueue()
  #givenSize = 0
  /** What the reader has. */
  #given: Uint8Array | null = null
  #isPaused = false
  #state: 'new' | 'open' | 'over' = 'new'
  #fault: RequestFault | null = null
  #waiter: Waiter | null = null
  #isOffered = false
  /** Runs while less than enough is there. */
  #gathering: NodeJS.Timeout | null = null
  /** Runs while the client's budget allows no more. */
  #holding: NodeJS.Timeout | null = null

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
    this.#free()
    const chunk = this.#queue.take()
    if (chunk !== null) {
      if (this.#isPaused && this.#queue.size < QUEUE_SIZE_MAX / 2) this.#resume()
      if (!this.#mayGive(chunk)) return Promise.reject(tooLarge())
      return Promise.resolve({ done: false, value: chunk })
    }
    if (this.#fault !== null) return Promise.reject(this.#fault)
    if (this.#state === 'over') return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject }
      this.#control.isAwaited = true
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
    this.#queue.clear()
    this.#takeWaiter()?.resolve({ done: true, value: undefined })
    return Promise.resolve({ done: true, value: undefined })
  }

  #open(): void {
    const { fault } = this.#control
    const request = this.#request
    this.#control.isStarted = true
    this.#state = 'open'
    if (fault !== null || request.destroyed || request.readableEnded) {
      this.#onClose()
      return
    }
    this.#control.onFault = this.#fail
    request.on('data', this.#onData).on('end', this.#onClose)
    request.on('error', this.#onClose).on('close', this.#onClose)
    this.#control.beforeFirstRead()
  }

  readonly #resume = (): void => {
    if (this.#holding !== null || this.#state !== 'open') return
    const waitMs = this.#control.waitMs()
    if (waitMs === 0) {
      this.#isPaused = false
      this.#control.isAwaited = this.#waiter !== null
      this.#request.resume()
      return
    }
    this.#pause()
    this.#control.isAwaited = false
    this.#holding = setTimeout(() => {
      this.#holding = null
      this.#resume()
    }, waitMs)
  }

  #pause(): void {
    this.#isPaused = true
    this.#request.pause()
  }

  readonly #onData = (chunk: Uint8Array): void => {
    this.#control.bytes += chunk.byteLength
    this.#control.onBytes(chunk.byteLength)
    this.#queue.add(chunk)
    if (this.#waiter !== null) this.#offer()
    else if (this.#queue.size >= QUEUE_SIZE_MAX || this.#queue.length >= QUEUE_LENGTH_MAX) this.#pause()
  }

  /** Gives what is there: at once if it is enough, else when the source pauses. */
  #offer(): void {
    if (this.#queue.size >= ENOUGH_SIZE) this.#give()
    else if (!this.#isOffered && this.#gathering === null) {
      this.#isOffered = true
      process.nextTick(this.#gather)
    }
  }

  /** What one read of the socket had is there by now, the end of the body included. */
  readonly #gather = (): void => {
    this.#isOffered = false
    if (this.#waiter !== null && this.#queue.size > 0) this.#gathering ??= setTimeout(this.#give, GATHER_MS)
  }

  readonly #give = (): void => {
    if (this.#gathering !== null) clearTimeout(this.#gathering)
    this.#gathering = null
    const value = this.#waiter === null ? null : this.#queue.take()
    if (value === null) return
    const waiter = this.#takeWaiter()
    if (this.#mayGive(value)) waiter?.resolve({ done: false, value })
    else waiter?.reject(tooLarge())
  }

  /** Counts what goes to the reader. False beyond what may be read. */
  #mayGive(chunk: Uint8Array): boolean {
    this.#givenSize += chunk.byteLength
    this.#given = chunk
    return this.#givenSize <= this.#control.admittedMax
  }

  #free(): void {
    if (this.#given !== null) freeChunk(this.#given)
    this.#given = null
  }

  readonly #onClose = (): void => {
    if (this.#request.readableEnded && this.#request.complete) this.#end()
    else this.#fail(this.#control.fault ?? truncated())
  }

  #end(): void {
    this.#close()
    this.#give()
    this.#takeWaiter()?.resolve({ done: true, value: undefined })
  }

  readonly #fail = (fault: RequestFault): void => {
    this.#close()
    this.#fault = fault
    this.#give()
    this.#takeWaiter()?.reject(fault)
  }

  #takeWaiter(): Waiter | null {
    const waiter = this.#waiter
    this.#waiter = null
    this.#control.isAwaited = false
    return waiter
  }

  #close(): void {
    this.#state = 'over'
    if (this.#holding !== null) clearTimeout(this.#holding)
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

const noWait = (): number => 0

function ignore(): void {}
