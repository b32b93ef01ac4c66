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
  const steps = stepsBetween(units)
  const ticks = steps.reduce((sum, step) => sum + step, 0)
  return steps.length < UNITS_MIN - 1 ? null : (steps.length * TICKS_PER_SECOND) / ticks
}

/** Ticks from each unit to the next, without breaks of the clock. */
const stepsBetween = (units: readonly Unit[]): readonly number[] =>
  units
    .map(({ decoded }, index) => ticksBetween(units[index - 1]?.decoded ?? decoded, decoded))
    .filter((step) => step > 0 && step <= STEP_MAX)

const middleStep = (units: readonly Unit[]): number => {
  const steps = stepsBetween(units).toSorted((a, b) => a - b)
  return steps[steps.length >> 1] ?? 1
}

/** What the header says where it agrees with the times, or with the middle one of their steps: pictures may be left out, or have no time of their own. Else what the times say. */
export function rateOfBoth(header: number | null, units: readonly Unit[]): number | null {
  const timed = rateOfUnits(units)
  if (header === null || timed === null) return header ?? timed
  const isNear = (rate: number): boolean => Math.abs(header - rate) <= rate * TOLERANCE
  return isNear(timed) || isNear(TICKS_PER_SECOND / middleStep(units)) ? header : timed
}
