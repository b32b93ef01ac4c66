import type { Clock, TimeMs } from '../core/clock.ts'
import type { Job } from './scheduler.ts'

/** No segment takes longer to write. */
const AGE_MS = 7 * 24 * 3600_000
const EVERY_MS = 3600_000

/** Ends uploads inside the blob store that crashed writers never completed. `sweep` takes what was begun before a time. */
export function unfinishedJob(sweep: (before: TimeMs) => Promise<number>, clock: Clock): Job {
  return {
    name: 'unfinished',
    everyMs: EVERY_MS,
    run: async () => {
      await sweep(clock.now() - AGE_MS)
    },
  }
}
