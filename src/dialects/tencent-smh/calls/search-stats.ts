import { setImmediate } from 'node:timers/promises'
import type { SearchMarker } from '../../../core/model/tree-search.ts'
import type { Reply } from '../../../http/types.ts'
import { type Aggregated, aggregated, fieldsOf, type Row, rowOf } from '../model/aggregate.ts'
import { type AggregatedField, readAggregations } from '../wire/aggregations.ts'
import { readFileSearch, SEARCH_BODY_SIZE_MAX, tooComplex, type WantedSearch } from '../wire/search-fields.ts'
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
  const rows = await found(call, readFileSearch(body), fieldsOf(asked))
  const results: Aggregated[] = []
  for (const each of asked) {
    results.push(aggregated(each, rows))
    await setImmediate()
  }
  return reply(call, 200, {
    isTruncated: results.some(({ isTruncated }) => isTruncated),
    aggregations: results.map(({ result }) => result),
  })
}

/** The fields of all that a search finds. Other calls come in between its pages. */
async function found(
  { core, address: volume }: SpaceCall,
  wanted: WantedSearch,
  fields: readonly AggregatedField[],
): Promise<readonly Row[]> {
  const rows: Row[] = []
  let after: SearchMarker | null = null
  for (let step = 0; step < STEPS_MAX && rows.length <= ENTRIES_MAX; step++) {
    const page = await core.trees.searchEntries({ volume, ...wanted, after, limit: PAGE_SIZE })
    rows.push(...page.entries.map((entry) => rowOf(entry, fields)))
    after = page.next
    if (after === null) return rows
    await setImmediate()
  }
  throw tooComplex(`more than ${ENTRIES_MAX} entries fit, or too many would have to be looked at`)
}
