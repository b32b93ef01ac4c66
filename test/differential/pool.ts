import type { SeededRandom } from '../contracts/metadata/random.ts'

/** What a history knows of: things that were there when they were last seen, and things that went. */
export class Pool<Item> {
  readonly #newest: number
  readonly #there = new Map<string, Item>()
  readonly #gone = new Map<string, Item>()

  /** Things are picked from so many of the newest alone: so commands meet at the same things. */
  constructor(newest = 40) {
    this.#newest = newest
  }

  /** Keeps what is known of a thing now, as the newest. */
  put(key: string, item: Item): void {
    this.#there.delete(key)
    this.#there.set(key, item)
  }

  get(key: string): Item | undefined {
    return this.#there.get(key)
  }

  drop(key: string): void {
    const item = this.#there.get(key)
    if (item === undefined) return
    this.#there.delete(key)
    this.#gone.set(key, item)
  }

  dropAll(isGone: (item: Item) => boolean): void {
    for (const [key, item] of this.#there) if (isGone(item)) this.drop(key)
  }

  /** One of the newest that are there and fit; undefined where none is. */
  one(random: SeededRandom, isFit: (item: Item) => boolean = () => true): Item | undefined {
    return oneOf(random, [...this.#there.values()].filter(isFit).slice(-this.#newest))
  }

  /** The newest that is there and fits. */
  last(isFit: (item: Item) => boolean): Item | undefined {
    return [...this.#there.values()].findLast(isFit)
  }

  oneGone(random: SeededRandom): Item | undefined {
    return oneOf(random, [...this.#gone.values()])
  }

  /** All that was ever there. */
  ever(): readonly Item[] {
    return [...this.#there.values(), ...this.#gone.values()]
  }
}

const oneOf = <Item>(random: SeededRandom, items: readonly Item[]): Item | undefined =>
  items[random.below(items.length)]
