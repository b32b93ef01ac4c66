import { randomInt } from 'node:crypto'
import type { TestContext } from 'node:test'
import type { Random } from '../../src/core/random.ts'

/** Random values that a seed replays. */
export class SeededRandom implements Random {
  readonly seed: number
  #state: number

  constructor(seed: number) {
    this.seed = seed
    this.#state = seed
  }

  /** A whole number from 0 to `below` (exclusive), `below` at most 2^32. */
  int(below: number): number {
    return Math.floor((this.#next() / 2 ** 32) * below)
  }

  bytes(count: number): Uint8Array<ArrayBuffer> {
    const words = new Uint32Array(Math.ceil(count / 4))
    for (let at = 0; at < words.length; at++) words[at] = this.#next()
    return new Uint8Array(words.buffer, 0, count)
  }

  /** One step of a Weyl sequence, mixed: 32 even bits, good enough for test data. */
  #next(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    return (mixed ^ (mixed >>> 16)) >>> 0
  }
}

/** New random values for each run; prints the seed, which `TEST_SEED` gives back. */
export function seeded(test: TestContext): SeededRandom {
  const given = process.env.TEST_SEED
  const seed = given === undefined ? randomInt(2 ** 32) : Number(given)
  test.diagnostic(`TEST_SEED=${seed}`)
  return new SeededRandom(seed)
}
