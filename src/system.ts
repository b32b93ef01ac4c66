import { readFileSync } from 'node:fs'
import { availableParallelism, platform, uptime } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import type { Clock, Ticks } from './core/clock.ts'
import type { Random } from './core/random.ts'
import { PooledRandom } from './pooled-random.ts'
import { SteadyClock } from './steady-clock.ts'

/** The machine's own time, randomness and environment: the only place that asks for them. */
export const systemClock: Clock = { now: () => Date.now() }
/** Milliseconds that only go forward, whatever becomes of the time. */
export const systemTicks: Ticks = () => performance.now()
/** Milliseconds that the calling thread has worked: what others did meanwhile on the same machine does not count. */
export const systemWork: Ticks = () => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
/**
 * Milliseconds since the machine started, in steps of ten. On Linux they go on while it sleeps, whatever is done to its clock. Elsewhere the
 * system makes them of its clock, or does not say.
 */
const sleeplessTicks: Ticks = platform() === 'linux' ? () => uptime() * 1000 : systemTicks
/** The machine's time, without its jumps. */
export const steadySystemClock = (): Clock => new SteadyClock(systemClock, systemTicks, sleeplessTicks)
export const systemRandom: Random = new PooledRandom()

/** How many threads run at a time here. */
export const coresOf = (): number => availableParallelism()

/** How many files the process may have open. Null where the system does not tell. */
export function openFilesMax(): number | null {
  try {
    const [, limit] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
    return limit === undefined ? null : Number(limit)
  } catch {
    return null
  }
}

const PROGRAMS_SEE = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ']

/** What programs of the operator see: nothing that holds the server's secrets. */
export const programEnvironment: Readonly<Record<string, string>> = Object.fromEntries(
  PROGRAMS_SEE.flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value]]
  }),
)

/** Waits that end with the signal's reason when it is given. */
export const interruptibleWait =
  (signal: AbortSignal) =>
  (ms: number): Promise<void> =>
    setTimeout(ms, undefined, { signal })
