import { putLatest } from '../../core/latest.ts'
import { ThrottledFault } from '../faults.ts'
import { Meter } from './meter.ts'

/** What one client may use. 0 turns a limit off. */
export interface ClientBudget {
  /** Requests whose answers are not complete. */
  readonly requestsMax: number
  readonly callsPerSecond: number
  readonly bytesInPerSecond: number
  readonly bytesOutPerSecond: number
}

/** Seconds of calls that may come at once. */
const CALLS_BURST_S = 5
/** Seconds of bytes that may come at once. */
const BYTES_BURST_S = 1
/** When to come again while too many requests are in flight: nobody knows, so soon. */
const BUSY_RETRY_MS = 1000

/** What one client uses: an address, or an account. */
export class Usage {
  readonly key: string
  /** Who needs it: connections and requests. A usage that nobody needs may be forgotten. */
  holders = 0
  requests = 0
  readonly bytesIn: Meter
  readonly bytesOut: Meter
  readonly #scope: string
  readonly #budget: ClientBudget
  readonly #calls: Meter

  constructor(scope: string, key: string, budget: ClientBudget, now: number) {
    this.key = key
    this.#scope = scope
    this.#budget = budget
    this.#calls = new Meter(budget.callsPerSecond, CALLS_BURST_S, now)
    this.bytesIn = new Meter(budget.bytesInPerSecond, BYTES_BURST_S, now)
    this.bytesOut = new Meter(budget.bytesOutPerSecond, BYTES_BURST_S, now)
  }

  /** Counts a request that is in flight from now on. Throws ThrottledFault where it is one too many; it counts all the same. */
  begin(now: number): void {
    this.requests += 1
    const { requestsMax } = this.#budget
    if (requestsMax > 0 && this.requests > requestsMax)
      throw new ThrottledFault(`${this.#scope}.requests`, BUSY_RETRY_MS)
    const waitMs = this.#calls.waitMs(now)
    if (waitMs > 0) throw new ThrottledFault(`${this.#scope}.calls`, waitMs)
    this.#calls.take(1, now)
  }

  end(): void {
    this.requests -= 1
  }

  /** Whether forgetting it changes nothing. */
  isFresh(now: number): boolean {
    return this.#calls.isFull(now) && this.bytesIn.isFull(now) && this.bytesOut.isFull(now)
  }
}

/** Clients that hold nothing and are remembered all the same, so that they do not start anew with each connection. */
const RESTING_MAX = 10_000

/** The usage of each client. One that somebody holds stays, whoever else comes; of the others the latest are remembered. */
export class Usages {
  readonly #scope: string
  readonly #budget: ClientBudget
  readonly #held = new Map<string, Usage>()
  readonly #resting = new Map<string, Usage>()

  /** `scope` is how limits are named: `address`, `account`. */
  constructor(scope: string, budget: ClientBudget) {
    this.#scope = scope
    this.#budget = budget
  }

  /** How many clients are remembered. */
  get size(): number {
    return this.#held.size + this.#resting.size
  }

  /** To be let go with `release`. */
  hold(key: string, now: number): Usage {
    const usage = this.#held.get(key) ?? this.#wake(key, now)
    usage.holders += 1
    return usage
  }

  release(usage: Usage, now: number): void {
    usage.holders -= 1
    if (usage.holders > 0) return
    this.#held.delete(usage.key)
    if (usage.isFresh(now)) return
    putLatest(this.#resting, usage.key, usage, RESTING_MAX)
  }

  #wake(key: string, now: number): Usage {
    const usage = this.#resting.get(key) ?? new Usage(this.#scope, key, this.#budget, now)
    this.#resting.delete(key)
    this.#held.set(key, usage)
    return usage
  }
}
