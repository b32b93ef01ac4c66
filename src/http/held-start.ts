import { INLINE_SIZE_MAX } from '../core/model/bytes.ts'
import type { BodyRoom } from './body-room.ts'

/**
 * A stream whose first bytes have their room before they are asked for: so many of an upload stay in memory until it is known whether more
 * follow. When more do, they go to the store, and the room is given back. Nobody waits for more while he holds some: of many uploads at
 * once each would hold a piece, and none would come in.
 */
export class HeldStart implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #source: AsyncIterableIterator<Uint8Array, undefined>
  readonly #room: BodyRoom
  readonly #heldSize: number
  #size = 0
  #state: 'new' | 'held' | 'free' = 'new'

  /** `announced`: the length of the stream; null where nobody said it. */
  constructor(
    source: AsyncIterableIterator<Uint8Array, undefined>,
    room: BodyRoom,
    announced: number | null,
  ) {
    this.#source = source
    this.#room = room
    this.#heldSize = Math.min(announced ?? INLINE_SIZE_MAX, INLINE_SIZE_MAX)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    return this.#state === 'free' ? this.#source.next() : this.#nextHeld()
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    await this.#source.return?.()
    return { done: true, value: undefined }
  }

  async #nextHeld(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#state === 'new') await this.#room.take(this.#heldSize)
    this.#state = 'held'
    const result = await this.#source.next()
    this.#size += result.value?.byteLength ?? 0
    const isSpilt = this.#size > INLINE_SIZE_MAX
    if (isSpilt) this.#room.give(this.#heldSize)
    if (isSpilt || result.done === true) this.#letGo()
    return result
  }

  #letGo(): void {
    this.#state = 'free'
    this.#room.settle()
  }
}
