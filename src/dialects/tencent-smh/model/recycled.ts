import type { Entry } from '../../../core/model/trees.ts'
import { SmhError } from '../errors.ts'
import type { SpaceContext } from './context.ts'
import { policyOf, type Strategy } from './strategy.ts'

/** Errors: `RecycleBinNotEnabled`. */
export function requireBin({ library }: Pick<SpaceContext, 'library'>): void {
  if (!library.recycleBin) throw new SmhError('RecycleBinNotEnabled')
}

/**
 * Puts something back from the bin to where it was. With `fallbackToRoot` it goes into the root if its directory is gone. Errors:
 * `RecycledItemNotFound`, `DirectoryNotFound`, `SameNameDirectoryOrFileExists`, `InvalidConflictResolutionStrategy`.
 */
export async function restoreItem(
  { core, address }: SpaceContext,
  item: {
    readonly recycledItemId: number
    readonly strategy: Strategy
    readonly fallbackToRoot: boolean
  },
): Promise<Entry> {
  const { recycledItemId: id, strategy, fallbackToRoot } = item
  if (strategy === 'overwrite') {
    const found = await core.trees.findRecycled({ volume: address, id })
    if (found === null) throw new SmhError('RecycledItemNotFound')
    if (found.entry.kind === 'directory') throw new SmhError('InvalidConflictResolutionStrategy')
  }
  return core.trees.restoreRecycled({ volume: address, id, conflict: policyOf(strategy), fallbackToRoot })
}
