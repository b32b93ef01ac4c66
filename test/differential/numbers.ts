/** What stores give numbers to. */
export type Numbered = 'recycled' | 'quota' | 'task'

/** Stands for a number that no store gave out. */
const UNKNOWN = 1_000_000_000

/**
 * One store's own numbers beside those that a history has for them: the place of the command that made the thing. So both
 * stores are asked for the same thing, and a history keeps its meaning when commands are left out.
 */
export class Numbers {
  readonly #own = new Map<string, number>()
  readonly #known = new Map<string, number>()

  /** The history's number of what a store's answer to the command at `at` tells of. */
  learn(what: Numbered, own: number, at: number): number {
    const known = this.#known.get(`${what} ${own}`)
    if (known !== undefined) return known
    this.#known.set(`${what} ${own}`, at)
    this.#own.set(`${what} ${at}`, own)
    return at
  }

  /** The store's number; odd ones stay as they are. */
  own(what: Numbered, number: number): number {
    if (!Number.isSafeInteger(number) || number < 0 || number >= UNKNOWN) return number
    return this.#own.get(`${what} ${number}`) ?? UNKNOWN + number
  }
}
