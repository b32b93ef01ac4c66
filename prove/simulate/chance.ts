import type { Random } from '../../src/core/random.ts'

/** Random numbers of a seed: the generator mulberry32, fast enough for one of its own for every call. */
export class Chance implements Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number {
    return Math.floor((this.#next() / 2 ** 32) * end)
  }

  /** True once in so many times. */
  oneIn(times: number): boolean {
    return this.below(times) === 0
  }

  pick<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.below(items.length)] ?? items[0]
  }

  bytes(count: number): Uint8Array<ArrayBuffer> {
    const words = new Uint32Array(Math.ceil(count / 4))
    for (let at = 0; at < words.length; at++) words[at] = this.#next()
    return new Uint8Array(words.buffer, 0, count)
  }

  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    const state = this.#state
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
}

/** A seed made of two numbers. */
export const seedOf = (one: number, other: number): number =>
  Math.imul(one ^ Math.imul(other + 1, 0x9e3779b9), 0x85ebca6b) >>> 0
