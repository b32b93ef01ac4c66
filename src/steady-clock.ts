import type { Clock, Ticks, TimeMs } from './core/clock.ts'

/** So far a reference may be away before that is a jump. */
export const STEP_MAX_MS = 1000
/** So long a jump has to last before it is followed: who sets a clock wrong mends that sooner. */
const PATIENCE_MS = 60_000

/** So far the two counts of ticks may be apart by their own coarseness. A machine that sleeps does so for longer. */
const SLEEP_MIN_MS = 500

/**
 * A time that goes on evenly, whatever becomes of the clock that it follows: it counts the process's own ticks, and is brought in line with
 * that clock, its reference. A reference that jumps is followed once it has stayed there for a minute. So nothing that has a time to end
 * ends early or late because a clock was wrong for a while. Time that the machine slept has gone by, and counts at once.
 */
export class SteadyClock implements Clock {
  readonly #ticks: Ticks
  #base: { readonly tick: number; readonly time: TimeMs }
  /** Ticks that go on while the machine sleeps, as others may not. */
  readonly #sleepless: Ticks
  /** By how much they were ahead of the other ones. */
  #sleptMs: number
  #jump: { readonly aheadMs: number; readonly since: number } | null = null

  /** Begins with the machine's own time. `sleepless` counts while the machine sleeps, too, where the system tells that. */
  constructor(wall: Clock, ticks: Ticks, sleepless: Ticks = ticks) {
    this.#ticks = ticks
    this.#sleepless = sleepless
    this.#sleptMs = sleepless() - ticks()
    this.#base = { tick: ticks(), time: wall.now() }
  }

  now(): TimeMs {
    return Math.floor(this.#base.time + this.#ticks() - this.#base.tick)
  }

  /** By how much the reference jumped, in ms; null while it is in line. */
  get jumpMs(): number | null {
    return this.#jump?.aheadMs ?? null
  }

  /** Takes a reference's time at once. */
  set(time: TimeMs): void {
    this.#base = { tick: this.#ticks(), time }
    this.#jump = null
  }

  /** To be called often with what the reference says. */
  follow(time: TimeMs): void {
    this.#countSleep()
    const tick = this.#ticks()
    const aheadMs = time - (this.#base.time + tick - this.#base.tick)
    if (Math.abs(aheadMs) <= STEP_MAX_MS) this.set(time)
    else if (this.#jump === null || Math.abs(aheadMs - this.#jump.aheadMs) > STEP_MAX_MS)
      this.#jump = { aheadMs, since: tick }
    else if (tick - this.#jump.since >= PATIENCE_MS) this.set(time)
  }

  #countSleep(): void {
    const sleptMs = this.#sleepless() - this.#ticks()
    const moreMs = sleptMs - this.#sleptMs
    if (moreMs < SLEEP_MIN_MS) return
    this.#sleptMs = sleptMs
    this.#base = { ...this.#base, time: this.#base.time + moreMs }
  }
}
