import type { SearchMarker } from '../../../core/model/tree-search.ts'
import type { Entry, VolumeAddress } from '../../../core/model/trees.ts'
import type { WantedSearch } from '../wire/search-fields.ts'
import type { Smh } from './context.ts'

/** A page is looked for in so many steps, each of which is bounded and lets other calls in between. */
const STEPS_MAX = 5

export interface SearchPage {
  readonly entries: readonly Entry[]
  readonly next: SearchMarker | null
}

/** A page of a search. Where few fit of very many it may have fewer than `limit`, or none, though more follow. */
export async function searchPage(
  { core }: Pick<Smh, 'core'>,
  volume: VolumeAddress,
  wanted: WantedSearch,
  after: SearchMarker | null,
  limit: number,
): Promise<SearchPage> {
  const entries: Entry[] = []
  let next = after
  for (let step = 0; step < STEPS_MAX; step++) {
    const page = await core.trees.searchEntries({
      ...{ volume, ...wanted, after: next },
      limit: limit - entries.length,
    })
    entries.push(...page.entries)
    next = page.next
    if (next === null || entries.length === limit) break
  }
  return { entries, next }
}
