import type { Ticks } from '../core/clock.ts'
import { putLatest } from '../core/latest.ts'

/** Clients that are remembered. */
const CLIENTS_MAX = 10_000
/** After so long half of what a client has cost is forgotten. */
const HALF_MS = 2000
/** A request, or a piece of a body, costs no less. */
const PIECE_MS = 0.02
/** Ranks of those that are known; each has cost twice as much as the one before. */
const RANK_MAX = 12

/** What clients have cost of late, in milliseconds of work. */
export class ClientCosts {
  readonly #now: Ticks
  readonly #costs = new Map<string, { readonly ms: number; readonly at: number }>()

  constructor(now: Ticks) {
    this.#now = now
  }

  add(client: string, ms: number, pieces: number): void {
    const cost = this.#costOf(client) + Math.max(ms, pieces * PIECE_MS)
    putLatest(this.#costs, client, { ms: cost, at: this.#now() }, CLIENTS_MAX)
  }

  /** Who has the lower one comes first: those who were here and cost little, then strangers, then those who cost much. */
  rankOf(client: string): number {
    const ms = this.#costOf(client)
    if (ms < 10) return this.#costs.has(client) ? 0 : 1
    return Math.min(RANK_MAX, 1 + Math.ceil(Math.log2(ms / 5)))
  }

  #costOf(client: string): number {
    const cost = this.#costs.get(client)
    return cost === undefined ? 0 : cost.ms * 2 ** -((this.#now() - cost.at) / HALF_MS)
  }
}
