import type { Entry, ListMarker } from '../../../core/model/trees.ts'
import type { Reply } from '../../../http/types.ts'
import { fromJson } from '../model/attributes.ts'
import { markerText, readMarker } from '../wire/markers.ts'
import { entryRecord } from '../wire/records.ts'
import { reply, type SpaceCall } from './call.ts'
import { readLimit, readOrder } from './lists.ts'

/** Pages that are looked through for a category in one call; what is beyond comes with the next. */
const PAGES_MAX = 100

/**
 * `GET …/contents-view`: all files of a space, whatever their directory (reference §3). `filter=onlyDir` finds nothing.
 * Errors: `OrderByNotAllowed`, `OrderByTypeNotAllowed`, `MarkerInvalid`, `ParamInvalid`.
 */
export async function contentsView(call: SpaceCall): Promise<Reply> {
  const { query, library } = call
  const order = { ...readOrder(query), directoriesFirst: false }
  const limit = readLimit(query)
  const after = readMarker(query.text('marker'), order)
  const category = query.text('category')
  const filter = query.oneOf(['onlyDir', 'onlyFile'], 'filter')
  const options = {
    path: query.flag('with_path'),
    inode: query.flag('with_inode'),
    favorite: query.flag('with_favorite_status'),
    cas: query.flag('with_content_cas'),
    user: true,
  }
  const { entries, next } =
    filter === 'onlyDir' ? { entries: [], next: null } : await find(call, order, after, limit, category)
  return reply(call, 200, {
    ...(next === null ? {} : { nextMarker: markerText(next, order) }),
    contents: entries.map((entry) => entryRecord(library, entry, options)),
  })
}

interface Found {
  readonly entries: readonly Entry[]
  readonly next: ListMarker | null
}

type Order = ReturnType<typeof readOrder>

/** With a category there may be fewer than `limit` though more follow. */
async function find(
  { core, address }: SpaceCall,
  { order, descending }: Order,
  start: ListMarker | null,
  limit: number,
  category: string | null,
): Promise<Found> {
  const read = (after: ListMarker | null, most: number) =>
    core.trees.listFiles({ volume: address, order, descending, after, limit: most })
  if (category === null) return read(start, limit)
  const entries: Entry[] = []
  let next: ListMarker | null = start
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const page: Found = await read(next, limit - entries.length)
    entries.push(...page.entries.filter((entry) => fromJson(entry.attributes).category === category))
    next = page.next
    if (next === null || entries.length === limit) break
  }
  return { entries, next }
}
