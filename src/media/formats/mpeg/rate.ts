import { TICKS_PER_SECOND, ticksBetween } from './timeline.ts'
import type { Unit } from './units.ts'

/** Fewer units tell no rate. */
const UNITS_MIN = 4
/** How far the rate of the header may be from that of the times, which are rounded, and still be the right one. */
const TOLERANCE = 0.03
/** A longer step is a break of the clock. */
const STEP_MAX = 2 * TICKS_PER_SECOND

/** Frames per second by the times of the first pictures of a stream; null: they do not tell. */
export function rateOfUnits(units: readonly Unit[]): number | null {
  let [ticks, steps] = [0, 0]
  for (const [index, unit] of units.entries()) {
    const before = units[index - 1]
    const step = before === undefined ? 0 : ticksBetween(before.decoded, unit.decoded)
    if (step <= 0 || step > STEP_MAX) continue
    ticks += step
    steps++
  }
  return steps < UNITS_MIN - 1 ? null : (steps * TICKS_PER_SECOND) / ticks
}

/** What the header says where it agrees with the times; else what the times say. */
export function rateOfBoth(header: number | null, timed: number | null): number | null {
  if (header === null || timed === null) return header ?? timed
  return Math.abs(header - timed) <= timed * TOLERANCE ? header : timed
}
