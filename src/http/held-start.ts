import { INLINE_SIZE_MAX } from '../core/model/bytes.ts'
import type { BodyRoom } from './body-room.ts'

/**
 * A stream whose first bytes take room as they come: so many of an upload stay in memory until it is known whether more follow.
 * When more do, they go to the store, and the room is given back.
 */
export class HeldStart implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #source: AsyncIterableIterator<Uint8Array, undefined>
  readonly #room: BodyRoom
  #size = 0

  constructor(source: AsyncIterableIterator<Uint8Array, undefined>, room: BodyRoom) {
    this.#source = source
    this.#room = room
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    return this.#size > INLINE_SIZE_MAX ? this.#source.next() : this.#nextHeld()
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    await this.#source.return?.()
    return { done: true, value: undefined }
  }

  async #nextHeld(): Promise<IteratorResult<Uint8Array, undefined>> {
    const result = await this.#source.next()
    if (result.done === true) {
      this.#room.settle()
      return result
    }
    const held = this.#size
    this.#size += result.value.byteLength
    if (this.#size <= INLINE_SIZE_MAX) await this.#hold(result.value.byteLength)
    else this.#letGo(held)
    return result
  }

  #letGo(size: number): void {
    this.#room.give(size)
    this.#room.settle()
  }

  async #hold(size: number): Promise<void> {
    try {
      await this.#room.take(size)
    } catch (error) {
      await this.#source.return?.()
      throw error
    }
  }
}
