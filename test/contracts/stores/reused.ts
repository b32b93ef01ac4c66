import type { Facts } from '../../../src/core/ports/facts.ts'
import { atEnd } from '../../support/at-end.ts'
import type { FactsStore } from '../trees.ts'

/** Where facts are kept. */
export interface Place {
  /** One more way into it. */
  open(): Promise<Facts>
  /** Finds nothing amiss, then removes all facts. */
  auditAndEmpty(): Promise<void>
  /** Removes it. */
  remove(): Promise<void>
}

interface Reused<P> {
  readonly place: P
  /** The open ways into it that nobody uses just now. */
  readonly free: Facts[]
}

/**
 * Opens empty stores on places that were used and are empty again, by ways that are still open: to make and open them costs
 * more than most tests. All of them go at the end of the file.
 */
export function reusing<P extends Place>(
  make: () => Promise<P>,
): () => Promise<FactsStore & { readonly place: P }> {
  const unused: Reused<P>[] = []
  atEnd(async () => {
    for (const { place, free } of unused) {
      for (const metadata of free) await metadata.close()
      await place.remove()
    }
  })
  return async () => {
    const reused = unused.pop() ?? { place: await make(), free: [] }
    const { place, free } = reused
    const used: Facts[] = []
    const another = async (): Promise<Facts> => {
      const metadata = free.pop() ?? (await place.open())
      used.push(metadata)
      return { ...metadata, close: () => closeOne(used, metadata) }
    }
    return {
      place,
      metadata: await another(),
      another,
      reopen: async () => {
        for (const metadata of [...used.splice(0), ...free.splice(0)]) await metadata.close()
        return another()
      },
      close: async () => {
        await place.auditAndEmpty()
        free.push(...used.splice(0))
        unused.push(reused)
      },
    }
  }
}

/** What a test closes itself is not used again. */
async function closeOne(used: Facts[], metadata: Facts): Promise<void> {
  const at = used.indexOf(metadata)
  if (at >= 0) used.splice(at, 1)
  await metadata.close()
}
