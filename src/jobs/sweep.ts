import type { SegmentName } from '../core/ids.ts'
import type { BlobStore, Clock, Metadata } from '../core/ports.ts'
import type { Job } from './scheduler.ts'

const BATCH = 500

/**
 * Removes bytes that nothing points to any more, in small batches: superseded, ended, deleted and orphaned ones. What
 * cannot be removed does not keep the rest: the first such failure is thrown at the end.
 */
export function sweepJob(
  stores: { readonly metadata: Metadata; readonly blobs: BlobStore; readonly clock: Clock },
  everyMs: number,
): Job {
  const { metadata, blobs, clock } = stores
  return {
    name: 'sweep',
    everyMs,
    run: async (signal) => {
      let failure: unknown = null
      while (!signal.aborted) {
        const now = clock.now()
        const names = await metadata.listGarbage({ now, limit: BATCH })
        const removed = await remove(blobs, names, (error) => {
          failure ??= error
        })
        if (removed.length === 0) break
        await metadata.forgetSegments({ names: removed, now })
      }
      if (failure !== null) throw failure
    },
  }
}

/** All at once, or else one by one; returns those that are gone. */
async function remove(
  blobs: BlobStore,
  names: readonly SegmentName[],
  onFailure: (error: unknown) => void,
): Promise<readonly SegmentName[]> {
  try {
    await blobs.remove(names)
    return names
  } catch (error) {
    onFailure(error)
  }
  const removed: SegmentName[] = []
  for (const name of names) {
    await blobs.remove([name]).then(() => removed.push(name), onFailure)
  }
  return removed
}
