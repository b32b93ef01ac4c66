import { parseObjectId } from '../../../core/ids.ts'
import type { Json, JsonObject } from '../../../core/model/json.ts'
import type { SearchMarker } from '../../../core/model/tree-search.ts'
import type { Entry, EntryId } from '../../../core/model/trees.ts'
import { isList, isObject } from '../../../http/json-shapes.ts'
import type { Reply } from '../../../http/types.ts'
import { SmhError } from '../errors.ts'
import { searchPage } from '../model/search.ts'
import { textOf } from '../wire/parameters.ts'
import type { Query } from '../wire/query.ts'
import { entryRecord, type RecordOptions } from '../wire/records.ts'
import {
  readFileSearch,
  readSpaceSearch,
  SEARCH_BODY_SIZE_MAX,
  SEARCH_LIMIT,
  type WantedSearch,
} from '../wire/search-fields.ts'
import { spaceSearchFields } from '../wire/search-keeping.ts'
import { markerJson, markerOf, readSearchMarker, searchMarkerText } from '../wire/search-markers.ts'
import { reply, type SpaceCall } from './call.ts'

/** Items of a page: document 1339/71107. */
const PAGE_SIZE = 20
/** How long a search waits to be gone on with; ours. */
const TTL_MS = 30 * 60_000
/** Pages that can be asked for again; ours. */
const PAGES_KEPT = 50

/**
 * `POST search/{L}/{S}/space-contents`: the first page of a search, and its id (document 1339/71107). The search is done as it is
 * asked for, so `searchFinished` is always true. Errors: those of `readSpaceSearch`; `DirectoryNotFound` for `scope`.
 */
export async function begin(call: SpaceCall): Promise<Reply> {
  const body = spaceSearchFields(await call.body(SEARCH_BODY_SIZE_MAX))
  const options = { inode: call.query.flag('with_inode'), favorite: call.query.flag('with_favorite_status') }
  const search = { body, options, first: 0, starts: [null] }
  return answer(call, search, 0, null)
}

/** `GET …/{SearchId}?marker=`: the page that a `nextMarker` names. Errors: `SearchIdInvalid`, `SearchIdNotFound`, `MarkerNotFound`. */
export async function goOn(call: SpaceCall): Promise<Reply> {
  const id = searchId(call)
  const kept = await call.core.trees.findSearch({ volume: call.address, id })
  const search = kept === null ? null : searchOf(kept.state)
  if (search === null) throw new SmhError('SearchIdNotFound')
  const marker = call.query.text('marker') ?? '0'
  const page = /^\d{1,9}$/.test(marker) ? Number(marker) / PAGE_SIZE : Number.NaN
  if (search.starts[page - search.first] === undefined) throw new SmhError('MarkerNotFound')
  return answer(call, search, page, id)
}

/** `DELETE …/{SearchId}` (document 1283/75484). Errors: `SearchIdInvalid`, `SearchIdNotFound`. */
export async function remove(call: SpaceCall): Promise<Reply> {
  const wasThere = await call.core.trees.deleteSearch({ volume: call.address, id: searchId(call) })
  if (!wasThere) throw new SmhError('SearchIdNotFound')
  return reply(call, 204)
}

/**
 * `POST search/{L}/{S}/search-fs`: a page of a search, which goes on by its text `nextMarker`, of query or body (JavaScript SDK).
 * Errors: those of `readFileSearch`; `MarkerInvalid`, `DirectoryNotFound` for `scope`.
 */
export async function files(call: SpaceCall): Promise<Reply> {
  const { query, address } = call
  const body = await call.body(SEARCH_BODY_SIZE_MAX)
  const wanted = readFileSearch(body)
  const limit = query.integer('limit', SEARCH_LIMIT) ?? PAGE_SIZE
  const after = readSearchMarker(query.text('marker') ?? textOf(body, 'marker'), wanted)
  const { entries, next } = await searchPage(call, address, wanted, after, limit)
  return reply(call, 200, {
    ...(next === null ? {} : { nextMarker: searchMarkerText(next, wanted) }),
    contents: recordsOf(call, entries, {}),
  })
}

/** A search that goes on: what it was asked for, and where its pages begin, those from `first` on. */
interface GoingSearch {
  /** Those of its fields alone that say what is searched. */
  readonly body: JsonObject
  readonly options: RecordOptions
  readonly first: number
  readonly starts: readonly (Json | null)[]
}

function searchOf({ body, options, first, starts }: JsonObject): GoingSearch | null {
  if (!isObject(body) || !isObject(options) || typeof first !== 'number' || !isList(starts)) return null
  return { body, options, first, starts }
}

async function answer(
  call: SpaceCall,
  search: GoingSearch,
  page: number,
  id: EntryId | null,
): Promise<Reply> {
  const wanted = readSpaceSearch(search.body)
  const after = markerOf(search.starts[page - search.first] ?? undefined, wanted)
  const { entries, next } = await searchPage(call, call.address, wanted, after, PAGE_SIZE)
  const going = withNext(search, page, wanted, next)
  const state = { ...going, options: { ...going.options }, starts: [...going.starts] }
  const searchId =
    id !== null && going === search
      ? id
      : await call.core.trees.keepSearch({ volume: call.address, id, state, ttlMs: TTL_MS })
  return reply(call, 200, {
    ...{ searchId, searchFinished: true, hasMore: next !== null },
    ...(next === null ? {} : { nextMarker: (page + 1) * PAGE_SIZE }),
    contents: recordsOf(call, entries, search.options),
  })
}

/** The search that knows where the next page begins. */
function withNext(
  search: GoingSearch,
  page: number,
  wanted: WantedSearch,
  next: SearchMarker | null,
): GoingSearch {
  const at = page + 1 - search.first
  if (next === null || at < search.starts.length) return search
  const starts = [...search.starts, markerJson(next, wanted)]
  const gone = Math.max(0, starts.length - PAGES_KEPT)
  return { ...search, first: search.first + gone, starts: starts.slice(gone) }
}

function recordsOf(
  { query, library }: { readonly query: Query } & Pick<SpaceCall, 'library'>,
  entries: readonly Entry[],
  { inode = false, favorite = false }: RecordOptions,
): readonly JsonObject[] {
  const options = {
    inode: inode || query.flag('with_inode'),
    favorite: favorite || query.flag('with_favorite_status'),
    path: true,
    user: true,
  }
  return entries.map((entry) => entryRecord(library, entry, options))
}

function searchId({ exchange }: SpaceCall): EntryId {
  const id = parseObjectId(exchange.params.search ?? '')
  if (id === null) throw new SmhError('SearchIdInvalid')
  return id
}
