import type { TimeMs } from '../../clock.ts'
import type { ConflictPolicy } from '../../model/objects.ts'
import type { Entry, RealmAddress, RecycledEntry, VolumeAddress } from '../../model/trees.ts'

/** What was removed and can be put back. */
export interface BinCommands {
  /** `after` is the id of the last one shown with its value in the order; null begins. */
  listRecycled(query: {
    readonly volume: VolumeAddress
    readonly order: 'name' | 'modified' | 'size' | 'removed'
    readonly descending: boolean
    readonly after: { readonly value: string | number; readonly id: number } | null
    readonly offset: number
    readonly limit: number
  }): Promise<{
    readonly recycled: readonly RecycledEntry[]
    readonly total: number
    readonly hasMore: boolean
  }>
  findRecycled(query: { readonly volume: VolumeAddress; readonly id: number }): Promise<RecycledEntry | null>
  /**
   * Puts it back under its name: into the directory it came from if that is still there and not in the bin, or into the
   * root with `fallbackToRoot`. Errors: `recycled-not-found`, `directory-not-found`, `name-conflict`, `object-held`.
   */
  restoreRecycled(command: {
    readonly volume: VolumeAddress
    readonly id: number
    readonly conflict: ConflictPolicy
    readonly fallbackToRoot: boolean
    readonly now: TimeMs
  }): Promise<Entry>
  /** Removes for good, as `removeEntry` without bin. Errors: `recycled-not-found`, `object-held`. */
  removeRecycled(command: {
    readonly volume: VolumeAddress
    readonly id: number
    readonly now: TimeMs
  }): Promise<void>
  /**
   * Empties the bin: all at once for who looks, the work goes on in `removeDoomed`. Returns how many went. Errors:
   * `object-held`.
   */
  emptyBin(command: { readonly volume: VolumeAddress; readonly now: TimeMs }): Promise<number>
  /**
   * Removes up to `limit` things that were put into the realm's bins before `before`, but for what is held; returns how many.
   */
  expireRecycled(
    command: RealmAddress & { readonly before: TimeMs; readonly limit: number; readonly now: TimeMs },
  ): Promise<number>
}
