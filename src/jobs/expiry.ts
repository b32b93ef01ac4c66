import type { Clock, Metadata } from '../core/ports.ts'
import type { Job } from './scheduler.ts'

const BATCH = 200
/** How long a closed upload is remembered, so that late repeats get the first answer. */
const MEMORY_MS = 30 * 24 * 3600_000

/** Ends uploads whose time is over and, much later, forgets closed ones. */
export function expiryJob(
  { metadata, clock }: { readonly metadata: Metadata; readonly clock: Clock },
  everyMs: number,
): Job {
  return {
    name: 'expiry',
    everyMs,
    run: async (signal) => {
      const now = clock.now()
      await inBatches(signal, () => metadata.expireUploads({ now, limit: BATCH }))
      await inBatches(signal, () => metadata.forgetUploads({ before: now - MEMORY_MS, limit: BATCH }))
    },
  }
}

/** Until nothing is left: a step may do less than its limit. */
async function inBatches(signal: AbortSignal, step: () => Promise<number>): Promise<void> {
  while (!signal.aborted && (await step()) > 0);
}
