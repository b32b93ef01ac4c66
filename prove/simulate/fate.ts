import { Chance, seedOf } from './chance.ts'
import type { Mood, Op } from './plan.ts'
import { MINUTE_MS, SECOND_MS } from './times.ts'

/** What becomes of one call to a store. */
export interface Fate {
  readonly how:
    | 'done'
    /** It fails, and nothing happens. */
    | 'refused'
    /** It happens, and a failure is told. */
    | 'lost'
    /** A failure is told, and it happens later. */
    | 'late'
    /** It happens, and once more later, as a store repeats what may be repeated. */
    | 'twice'
  /** Until it arrives, in ms. */
  readonly thereMs: number
  /** Until its answer is back. */
  readonly backMs: number
  /** Until it happens late, or again. */
  readonly moreMs: number
  /** Whether it happens though its node died on the way. */
  readonly outlives: boolean
}

/** The fate of an operation's call of this number: the same whatever else happens. */
export function fateOf(seed: number, op: Op, call: number): Fate {
  const chance = new Chance(seedOf(seedOf(seed, op.id), call))
  const { mood } = op
  const how = mood === 'rough' && (op.only?.includes(call) ?? true) ? badly(chance) : 'done'
  return {
    how,
    thereMs: delayMs(mood, chance),
    backMs: delayMs(mood, chance),
    moreMs: chance.pick([1, 10, 500, 20 * SECOND_MS]),
    outlives: chance.oneIn(2),
  }
}

function badly(chance: Chance): Fate['how'] {
  const roll = chance.below(100)
  if (roll < 76) return 'done'
  if (roll < 83) return 'refused'
  if (roll < 90) return 'lost'
  return roll < 95 ? 'late' : 'twice'
}

function delayMs(mood: Mood, chance: Chance): number {
  switch (mood) {
    case 'calm':
      return chance.below(4)
    case 'rough':
      return chance.below(chance.pick([3, 40, 40, 3 * SECOND_MS]))
    case 'slow':
      return chance.oneIn(10) ? (5 + chance.below(35)) * MINUTE_MS : chance.below(4)
  }
}
