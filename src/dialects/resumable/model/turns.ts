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
    await this.interrupt(id)
    const stop = Promise.withResolvers<never>()
    const over = Promise.withResolvers<void>()
    stop.promise.catch(() => {})
    const interrupt = () => stop.reject(new ResumableError(409, 'another request goes on with this upload'))
    this.#turns.set(id, { interrupt, isOver: over.promise })
    try {
      return await work(until(stop.promise, body))
    } finally {
      this.#turns.delete(id)
      over.resolve()
    }
  }
}

function until(stop: Promise<never>, body: Body): Body {
  return {
    [Symbol.asyncIterator]: () => {
      const chunks = body[Symbol.asyncIterator]()
      return {
        next: () => Promise.race([chunks.next(), stop]),
        return: async (value) => (await chunks.return?.(value)) ?? { done: true, value },
      }
    },
  }
}
