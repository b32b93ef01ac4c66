import { randomInt } from 'node:crypto'
import type { Random } from '../../../src/core/random.ts'

/** Random choices that a seed repeats. */
export interface SeededRandom extends Random {
  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number
  pick<Item>(items: readonly Item[]): Item
  shuffled<Item>(items: readonly Item[]): Item[]
}

/** The seed of randomised tests: TEST_SEED of the environment to replay a run, else a new one. */
export function newSeed(): number {
  const given = process.env.TEST_SEED
  return given === undefined ? randomInt(2 ** 31) : Number(given)
}

/** The generator mulberry32: small, and good enough to mix up an order. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (end: number): number => Math.floor(next() * end)
  return {
    below,
    bytes: (count) => Uint8Array.from({ length: count }, () => below(256)),
    pick: (items) => {
      const item = items[below(items.length)]
      if (item === undefined) throw new Error('nothing to pick from')
      return item
    },
    shuffled: (items) => {
      const order = [...items]
      for (let last = order.length - 1; last > 0; last--) {
        const other = below(last + 1)
        const [a, b] = [order[last], order[other]]
        if (a !== undefined && b !== undefined) [order[last], order[other]] = [b, a]
      }
      return order
    },
  }
}
