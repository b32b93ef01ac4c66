import type { BlobStore, Clock, Metadata } from '../core/ports.ts'
import type { Job } from './scheduler.ts'

const BATCH = 500

/** Removes bytes that nothing points to any more, in small batches: superseded, ended, deleted and orphaned ones. */
export function sweepJob(
  stores: { readonly metadata: Metadata; readonly blobs: BlobStore; readonly clock: Clock },
  everyMs: number,
): Job {
  const { metadata, blobs, clock } = stores
  return {
    name: 'sweep',
    everyMs,
    run: async (signal) => {
      while (!signal.aborted) {
        const now = clock.now()
        const names = await metadata.listGarbage({ now, limit: BATCH })
        if (names.length === 0) return
        await blobs.remove(names)
        await metadata.forgetSegments({ names, now })
      }
    },
  }
}
