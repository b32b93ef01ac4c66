import type { TimeMs } from '../../clock.ts'
import type { ConflictPolicy } from '../../model/objects.ts'
import type { Entry, RealmAddress, RecycledEntry, VolumeAddress } from '../../model/trees.ts'

/** What was removed and can be put back. */
export interface BinCommands {
  /** `after` names the last one shown by its id and its value in the order; null begins. */
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
   * Puts it back under its name, into the directory that it came from. If that directory is gone or in the bin: into the
   * root with `fallbackToRoot`, else `directory-not-found`. Other errors: `recycled-not-found`, `name-conflict`,
   * `object-held`.
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
   * Empties the bin. All is gone at once for callers; `removeDoomed` does the work. Returns how many went. Errors:
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
