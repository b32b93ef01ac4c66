import type { Transferable, Worker } from 'node:worker_threads'
import { CoreError } from '../../core/errors.ts'
import type { CommandName } from '../commands/command.ts'
import { errorOf, failureOf } from './errors.ts'
import type { Call, Message, Reply, Request } from './messages.ts'

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: CoreError) => void
}

/** Takes commands of one kind. */
export interface CommandLane<Name extends string = CommandName> {
  /** Fails with what the command failed with, or `unavailable` after the end. */
  call(name: Name, command: object, transfer?: Transferable[]): Promise<unknown>
  /** Takes no more calls, and resolves when all before are answered. */
  close(): Promise<void>
}

/** Most calls of one message. */
const CALLS_PER_MESSAGE = 64

/**
 * Calls to one thread. Those of one turn of the event loop go in one message: a message costs the thread that sends it more than a call.
 * The thread answers in any order. Errors are CoreErrors.
 */
export class Lane<Name extends string = CommandName> implements CommandLane<Name> {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  readonly #ended: Promise<void>
  readonly #onLost: () => void
  #callCount = 0
  /** What goes with the next message. */
  #calls: Call<Name>[] = []
  #transfer: Transferable[] = []
  #isOpen = true
  #hasStarted = false

  private constructor(worker: Worker, onLost: () => void) {
    this.#worker = worker
    this.#onLost = onLost
    this.#ended = new Promise((resolve) => worker.once('exit', () => resolve(this.#lose())))
    worker.on('error', () => this.#lose())
  }

  /**
   * Resolves once the thread is ready; fails with its reason when it could not start. `onLost` hears, once, of a thread
   * that was ready and ends without being asked to.
   */
  static async start<Name extends string = CommandName>(
    worker: Worker,
    onLost: () => void = () => {},
  ): Promise<Lane<Name>> {
    const lane = new Lane<Name>(worker, onLost)
    await new Promise<void>((resolve, reject) => {
      worker.once('error', (error) => reject(errorOf(failureOf(error))))
      worker.once('exit', () => reject(new CoreError('metadata-failed', 'the database thread ended at once')))
      worker.on('message', (message: Message) => {
        if (message.type === 'started') resolve(lane.#begin())
        else if (message.type === 'not-started') reject(errorOf(message.failure))
        else for (const reply of message.replies) lane.#settle(reply)
      })
    })
    return lane
  }

  /** Fails with what the command failed with, `unavailable` after the end, or `metadata-failed` if the thread dies. */
  call(name: Name, command: object, transfer: Transferable[] = []): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (!this.#isOpen) throw new CoreError('unavailable', 'the database is closed')
      const id = this.#callCount++
      this.#waiting.set(id, { resolve, reject })
      if (this.#calls.length === 0) setImmediate(this.#send)
      this.#calls.push({ id, name, command })
      this.#transfer.push(...transfer)
      if (this.#calls.length >= CALLS_PER_MESSAGE) this.#send()
    })
  }

  readonly #send = (): void => {
    const [calls, transfer] = [this.#calls, this.#transfer]
    if (calls.length === 0) return
    this.#calls = []
    this.#transfer = []
    try {
      this.#worker.postMessage({ type: 'calls', calls } satisfies Request<Name>, transfer)
    } catch (error) {
      // A command that cannot go from thread to thread is a bug.
      for (const { id } of calls) this.#settle({ id, ok: false, failure: failureOf(error) })
    }
  }

  /** Takes no more calls, and resolves when all before are answered and the thread is gone. */
  async close(): Promise<void> {
    if (this.#isOpen) {
      this.#send()
      this.#worker.postMessage({ type: 'close' } satisfies Request)
    }
    this.#isOpen = false
    await this.#ended
  }

  #begin(): void {
    this.#hasStarted = true
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if (reply.ok) waiting?.resolve(reply.value)
    else waiting?.reject(errorOf(reply.failure))
  }

  /** Nobody can know any more whether the commands underway happened. */
  #lose(): void {
    const isUnexpected = this.#isOpen && this.#hasStarted
    this.#isOpen = false
    for (const { reject } of this.#waiting.values()) {
      reject(new CoreError('metadata-failed', 'the database thread ended unexpectedly'))
    }
    this.#waiting.clear()
    if (isUnexpected) this.#onLost()
  }
}
