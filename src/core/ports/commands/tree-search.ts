import type { TimeMs } from '../../clock.ts'
import type { JsonObject } from '../../model/json.ts'
import type {
  EntryCriteria,
  FoundEntries,
  KeptSearch,
  SearchMarker,
  SearchOrder,
} from '../../model/tree-search.ts'
import type { EntryId, VolumeAddress } from '../../model/trees.ts'

export interface SearchEntries {
  readonly volume: VolumeAddress
  readonly criteria: EntryCriteria
  readonly order: SearchOrder
  readonly descending: boolean
  /** Entries that have more of the keywords come first, as long as an index shows that these are few. */
  readonly ranked: boolean
  readonly after: SearchMarker | null
  readonly limit: number
}

/** Searches of a volume, and the index that they go by. */
export interface TreeSearchCommands {
  /**
   * One page of the entries that fit, with their paths. What is in the bin is not found. Each page is bounded work, whatever
   * the volume holds: a few thousand rows of the index. Changes are found at once, unless some thousand of the volume wait for
   * the index: then the newest of these are. Errors: `directory-not-found` (`under`), `invalid-argument` (a marker of another order).
   */
  searchEntries(query: SearchEntries): Promise<FoundEntries>
  /** Brings the index up to date with up to `limit` changes. Returns how many these were. */
  indexEntries(command: { readonly limit: number }): Promise<number>
  /** Keeps a search, or its new state. Of a volume's searches at most `searchesMax` are kept: those that end last. */
  saveSearch(command: {
    readonly volume: VolumeAddress
    readonly id: EntryId
    readonly state: JsonObject
    readonly expiresAt: TimeMs
    readonly searchesMax: number
  }): Promise<void>
  /** Null if there is none, or its time is over. */
  findSearch(query: {
    readonly volume: VolumeAddress
    readonly id: EntryId
    readonly now: TimeMs
  }): Promise<KeptSearch | null>
  /** Whether there was one. */
  deleteSearch(command: {
    readonly volume: VolumeAddress
    readonly id: EntryId
    readonly now: TimeMs
  }): Promise<boolean>
  /** Forgets up to `limit` searches whose time is over. Returns how many. */
  expireSearches(command: { readonly now: TimeMs; readonly limit: number }): Promise<number>
}
