import type { Ticks } from '../core/clock.ts'
import { putLatest } from '../core/latest.ts'

/** Clients that are remembered. */
const CLIENTS_MAX = 10_000
/** After so long half of what a client has brought is forgotten. */
const HALF_MS = 2000
/** Who brings no more than this is one like any other. */
const FEW = 300
/** Ranks are so many at most; of those who bring more each stands for twice as much as the one before. */
export const RANK_MAX = 12

/** How many requests and pieces of bodies clients have brought of late. */
export class ClientCosts {
  readonly #now: Ticks
  readonly #brought = new Map<string, { readonly pieces: number; readonly at: number }>()

  constructor(now: Ticks) {
    this.#now = now
  }

  add(client: string, pieces: number): void {
    const all = this.#broughtBy(client) + pieces
    putLatest(this.#brought, client, { pieces: all, at: this.#now() }, CLIENTS_MAX)
  }

  /** Who has the lower one comes first: those who were here and brought little, then strangers, then those who brought much. */
  rankOf(client: string): number {
    const pieces = this.#broughtBy(client)
    if (pieces <= FEW) return this.#brought.has(client) ? 0 : 1
    return Math.min(RANK_MAX, 1 + Math.ceil(Math.log2(pieces / FEW)))
  }

  #broughtBy(client: string): number {
    const last = this.#brought.get(client)
    return last === undefined ? 0 : last.pieces * 2 ** -((this.#now() - last.at) / HALF_MS)
  }
}
