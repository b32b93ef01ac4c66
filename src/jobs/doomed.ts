import type { Clock } from '../core/ports.ts'
import type { Trees } from '../core/trees/ports.ts'
import type { Job } from './scheduler.ts'

const BATCH = 500

/** Goes on with removals from trees that were too large for one step; what they leave is the sweep's. */
export function doomedJob(
  { metadata, clock }: { readonly metadata: Trees; readonly clock: Clock },
  everyMs: number,
): Job {
  return {
    name: 'doomed',
    everyMs,
    run: async (signal) => {
      while (!signal.aborted && (await metadata.removeDoomed({ limit: BATCH, now: clock.now() })) > 0);
    },
  }
}
