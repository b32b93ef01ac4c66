import { randomBytes } from 'node:crypto'
import type { Clock, Random } from './core/ports.ts'

/** The machine's own time and randomness: the only place that asks for them. */
export const systemClock: Clock = { now: () => Date.now() }
export const systemRandom: Random = { bytes: (count) => randomBytes(count) }
