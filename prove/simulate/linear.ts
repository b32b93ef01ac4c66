import type { Entry } from './entries.ts'
import { after, EMPTY, type ModelState } from './model.ts'

/**
 * Whether there is an order in which the model does all entries: each at one moment between its beginning and its end. Those that are unsure
 * are done from their beginning on, or never. Returns null if there is one; else the longest beginning of an order, and what cannot follow.
 */
export function disorderOf(entries: readonly Entry[]): Disorder | null {
  const search = new Search(entries)
  return search.from(0, EMPTY) ? null : search.longest
}

export interface Disorder {
  readonly done: readonly Entry[]
  readonly state: ModelState
  readonly next: readonly Entry[]
}

class Search {
  readonly #entries: readonly Entry[]
  readonly #sure: number
  /** From where nothing leads to the end. */
  readonly #dead = new Set<string>()
  readonly #path: Entry[] = []
  longest: Disorder = { done: [], state: EMPTY, next: [] }

  constructor(entries: readonly Entry[]) {
    this.#entries = entries
    this.#sure = entries.reduce((mask, { isUnsure }, at) => (isUnsure ? mask : mask | (1 << at)), 0)
  }

  /** `done` has a bit for each entry. */
  from(done: number, state: ModelState): boolean {
    if ((this.#sure & ~done) === 0) return true
    const next = this.#next(done)
    const place = next.length > 1 ? `${done} ${JSON.stringify(state)}` : null
    if (place !== null && this.#dead.has(place)) return false
    if (this.#path.length >= this.longest.done.length) {
      this.longest = { done: [...this.#path], state, next: next.flatMap((at) => this.#entries[at] ?? []) }
    }
    for (const at of next) {
      const entry = this.#entries[at]
      if (entry === undefined) continue
      this.#path.push(entry)
      for (const then of after(state, entry)) if (this.from(done | (1 << at), then)) return true
      this.#path.pop()
    }
    if (place !== null) this.#dead.add(place)
    return false
  }

  /** Those that can come next: all that began before the first end of what is left. Sure ones first. */
  #next(done: number): readonly number[] {
    let end = Number.POSITIVE_INFINITY
    this.#entries.forEach((entry, at) => {
      if ((done & (1 << at)) === 0 && !entry.isUnsure) end = Math.min(end, entry.ends)
    })
    const sure: number[] = []
    const unsure: number[] = []
    this.#entries.forEach((entry, at) => {
      if ((done & (1 << at)) !== 0 || entry.begins > end) return
      ;(entry.isUnsure ? unsure : sure).push(at)
    })
    return [...sure, ...unsure]
  }
}
