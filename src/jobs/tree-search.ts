import type { Clock } from '../core/clock.ts'
import { isCoreError } from '../core/errors.ts'
import type { TreeSearchCommands } from '../core/ports/commands/tree-search.ts'
import { inBatches } from './in-batches.ts'
import type { Job } from './scheduler.ts'

/** Changes that go into the index in one transaction. Others wait for it, so it is a few milliseconds' work. */
const CHANGES = 50
const SEARCHES = 200

/** Brings the index of trees up to date, and forgets searches that nobody goes on with. */
export function treeSearchJob(
  { metadata, clock }: { readonly metadata: TreeSearchCommands; readonly clock: Clock },
  everyMs: number,
): Job {
  return {
    name: 'tree-search',
    everyMs,
    run: async (signal) => {
      await indexing(metadata, signal)
      const now = clock.now()
      await inBatches(signal, () => metadata.expireSearches({ now, limit: SEARCHES }))
    },
  }
}

/** Searches look at what waits for the index as well, so it waits while the disk is full. */
async function indexing(metadata: TreeSearchCommands, signal: AbortSignal): Promise<void> {
  try {
    await inBatches(signal, () => metadata.indexEntries({ limit: CHANGES }))
  } catch (error) {
    if (!isCoreError(error, 'storage-full')) throw error
  }
}
