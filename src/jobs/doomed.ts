import type { Clock } from '../core/clock.ts'
import type { TreeCommands } from '../core/ports/commands/trees.ts'
import { inBatches } from './in-batches.ts'
import type { Job } from './scheduler.ts'

const BATCH = 500

/** Goes on with removals from trees that were too large for one step. The sweep then takes their bytes. */
export function doomedJob(
  { metadata, clock }: { readonly metadata: TreeCommands; readonly clock: Clock },
  everyMs: number,
): Job {
  return {
    name: 'doomed',
    everyMs,
    run: (signal) => inBatches(signal, () => metadata.removeDoomed({ limit: BATCH, now: clock.now() })),
  }
}
