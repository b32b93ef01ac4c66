import { ResumableError } from '../errors.ts'

interface Turn {
  interrupt(): void
  readonly isOver: Promise<void>
}

type Body = AsyncIterable<Uint8Array>

/**
 * Who is adding to an upload on this node. A sender whose connection broke comes again before the server notices: whoever comes next
 * interrupts the one before, and what came until then is kept. Between nodes the offset decides.
 */
export class Turns {
  readonly #turns = new Map<string, Turn>()

  /** Resolves once nobody adds to the upload here. */
  async interrupt(id: string): Promise<void> {
    for (let turn = this.#turns.get(id); turn !== undefined; turn = this.#turns.get(id)) {
      turn.interrupt()
      await turn.isOver
    }
  }

  /** Does `work` with a body that fails with a 409 once somebody else comes. */
  async take<Value>(id: string, body: Body, work: (body: Body) => Promise<Value>): Promise<Value> {
    // Of several that waited for the same turn only one goes on at once.
    while (this.#turns.has(id)) await this.interrupt(id)
    const over = Promise.withResolvers<void>()
    const chunks = new Interruptible(body)
    const interrupt = () =>
      chunks.interrupt(new ResumableError(409, 'another request goes on with this upload'))
    this.#turns.set(id, { interrupt, isOver: over.promise })
    try {
      return await work(chunks)
    } finally {
      this.#turns.delete(id)
      over.resolve()
    }
  }
}

/** A body that can be made to fail, at once, whatever its source is waiting for. Keeps nothing of what it gave. */
class Interruptible implements AsyncIterable<Uint8Array>, AsyncIterator<Uint8Array> {
  readonly #chunks: AsyncIterator<Uint8Array>
  #error: Error | null = null
  #reject: (error: Error) => void = () => {}

  constructor(body: Body) {
    this.#chunks = body[Symbol.asyncIterator]()
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  interrupt(error: Error): void {
    this.#error = error
    this.#reject(error)
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    if (this.#error !== null) return Promise.reject(this.#error)
    const { promise, resolve, reject } = Promise.withResolvers<IteratorResult<Uint8Array>>()
    this.#reject = reject
    this.#chunks.next().then(resolve, reject)
    return promise
  }

  async return(value?: unknown): Promise<IteratorResult<Uint8Array>> {
    const ended = this.#chunks.return?.(value)
    // A source that waits for bytes may end with the connection alone.
    if (this.#error === null) await ended
    else ended?.catch(() => {})
    return { done: true, value: undefined }
  }
}
