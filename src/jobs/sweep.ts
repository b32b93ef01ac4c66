import type { Clock } from '../core/clock.ts'
import type { SegmentName } from '../core/ids.ts'
import type { Assembly } from '../core/ports/assembly.ts'
import type { BlobStore } from '../core/ports/blobs.ts'
import type { Facts } from '../core/ports/facts.ts'
import type { Job } from './scheduler.ts'

const BATCH = 500

export interface SweptStores {
  readonly metadata: Facts
  readonly blobs: BlobStore
  readonly clock: Clock
  /** The blob store's ability to put parts together, where it has it. */
  readonly assembly?: Pick<Assembly, 'abort'>
}

/**
 * Removes bytes that nothing points to any more, in small batches: superseded, ended, deleted and orphaned ones. What
 * cannot be removed does not keep the rest: the first such failure is thrown at the end.
 */
export function sweepJob(stores: SweptStores, everyMs: number): Job {
  const { metadata, blobs, clock } = stores
  return {
    name: 'sweep',
    everyMs,
    run: async (signal) => {
      let failure: unknown = null
      while (!signal.aborted) {
        const now = clock.now()
        const names = await metadata.listGarbage({ now, limit: BATCH })
        const removed = await remove(stores, names, (error) => {
          failure ??= error
        })
        if (removed.length === 0) break
        await metadata.forgetSegments({ names: removed, lateMs: blobs.lateMs, now })
      }
      if (failure !== null) throw failure
    },
  }
}

/** Removes all at once. If that fails, one by one. Returns those that are gone. */
async function remove(
  { metadata, blobs, assembly }: SweptStores,
  names: readonly SegmentName[],
  onFailure: (error: unknown) => void,
): Promise<readonly SegmentName[]> {
  // Assemblies end first, so that none becomes a segment after its removal.
  const open = assembly === undefined ? [] : await metadata.findAssemblies({ names })
  const stuck = new Set<SegmentName>()
  for (const one of open) {
    await assembly?.abort(one).catch((error: unknown) => {
      stuck.add(one.name)
      onFailure(error)
    })
  }
  const ended = names.filter((name) => !stuck.has(name))
  try {
    await blobs.remove(ended)
    return ended
  } catch (error) {
    onFailure(error)
  }
  const removed: SegmentName[] = []
  for (const name of ended) {
    await blobs.remove([name]).then(() => removed.push(name), onFailure)
  }
  return removed
}
