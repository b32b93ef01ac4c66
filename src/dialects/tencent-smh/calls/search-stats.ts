import type { JsonObject } from '../../../core/model/json.ts'
import type { SearchMarker } from '../../../core/model/tree-search.ts'
import type { Entry } from '../../../core/model/trees.ts'
import type { Reply } from '../../../http/types.ts'
import { type Aggregated, aggregated } from '../model/aggregate.ts'
import { readAggregations } from '../wire/aggregations.ts'
import { readFileSearch, SEARCH_BODY_SIZE_MAX, tooComplex } from '../wire/search-fields.ts'
import { reply, type SpaceCall } from './call.ts'

/** Entries that are summed up at most, and steps that they are looked for in, each of which is bounded; ours. */
const ENTRIES_MAX = 20_000
const STEPS_MAX = 30
const PAGE_SIZE = 1000

/**
 * `POST search/{L}/{S}/search-fs-stats`: numbers of all that a search finds (JavaScript SDK). Errors: those of `readFileSearch` and
 * `readAggregations`; `SearchTooComplex` where too much would have to be looked at.
 */
export async function searchStats(call: SpaceCall): Promise<Reply> {
  const body = await call.body(SEARCH_BODY_SIZE_MAX)
  const asked = readAggregations(body)
  const entries = await found(call, body)
  const results = asked.map((each) => aggregated(call.library, each, entries))
  return reply(call, 200, {
    isTruncated: results.some(({ isTruncated }) => isTruncated),
    aggregations: results.map(({ result }: Aggregated) => result),
  })
}

async function found({ core, address: volume }: SpaceCall, body: JsonObject): Promise<readonly Entry[]> {
  const wanted = readFileSearch(body)
  const entries: Entry[] = []
  let after: SearchMarker | null = null
  for (let step = 0; step < STEPS_MAX && entries.length <= ENTRIES_MAX; step++) {
    const page = await core.trees.searchEntries({ volume, ...wanted, after, limit: PAGE_SIZE })
    entries.push(...page.entries)
    after = page.next
    if (after === null) return entries
  }
  throw tooComplex(`more than ${ENTRIES_MAX} entries fit, or too many would have to be looked at`)
}
