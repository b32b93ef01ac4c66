import { randomBytes } from 'node:crypto'
import type { Clock } from './core/clock.ts'
import type { Random } from './core/random.ts'

/** The machine's own time and randomness: the only place that asks for them. */
export const systemClock: Clock = { now: () => Date.now() }
export const systemRandom: Random = { bytes: (count) => randomBytes(count) }
