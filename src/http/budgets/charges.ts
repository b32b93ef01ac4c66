import type { Ticks } from '../../core/clock.ts'
import type { Meter } from './meter.ts'
import type { Usage, Usages } from './usage.ts'

/** Waits longer than this are cut into several, so that what has changed meanwhile counts. */
const WAIT_MS_MAX = 1000

/** What one request costs its client: the address that it came from and, once that is known, the account. */
export class Charges {
  readonly #now: Ticks
  readonly #held: { readonly usages: Usages; readonly usage: Usage }[] = []

  constructor(now: Ticks) {
    this.#now = now
  }

  /** Counts the request on this client, too. Once for each table. Throws ThrottledFault. */
  add(usages: Usages, key: string): void {
    if (this.#held.some((each) => each.usages === usages)) return
    const usage = usages.hold(key, this.#now())
    this.#held.push({ usages, usage })
    usage.begin(this.#now())
  }

  tookIn(bytes: number): void {
    const now = this.#now()
    for (const { usage } of this.#held) usage.bytesIn.take(bytes, now)
  }

  tookOut(bytes: number): void {
    const now = this.#now()
    for (const { usage } of this.#held) usage.bytesOut.take(bytes, now)
  }

  /** Milliseconds until more of the body may be read. */
  waitInMs(): number {
    return this.#waitMs(({ bytesIn }) => bytesIn)
  }

  /** Milliseconds until more of the answer may be sent. */
  waitOutMs(): number {
    return this.#waitMs(({ bytesOut }) => bytesOut)
  }

  #waitMs(meterOf: (usage: Usage) => Meter): number {
    const now = this.#now()
    const waits = this.#held.map(({ usage }) => meterOf(usage).waitMs(now))
    return Math.min(Math.max(0, ...waits), WAIT_MS_MAX)
  }

  end(): void {
    for (const { usages, usage } of this.#held.splice(0)) {
      usage.end()
      usages.release(usage, this.#now())
    }
  }
}
