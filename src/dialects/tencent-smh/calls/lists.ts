import { hash } from 'node:crypto'
import type { JsonObject } from '../../../core/model/json.ts'
import type { EntryOrder, ListMarker } from '../../../core/model/trees.ts'
import { testConditions } from '../../../http/conditions.ts'
import type { Reply } from '../../../http/types.ts'
import { invalidParam, SmhError } from '../errors.ts'
import { type MarkedOrder, markerText, readMarker } from '../wire/markers.ts'
import { directoryPath } from '../wire/names.ts'
import type { Query } from '../wire/query.ts'
import { entryRecord } from '../wire/records.ts'
import { reply, replyText, type SpaceCall } from './call.ts'

const LIMIT_DEFAULT = 20
/** The vendor's texts say 100 and 1000. */
const LIMIT_MAX = 1000
/** Of `page` times `page_size`: reference §4. */
const REACH_MAX = 10_000

const ORDERS: ReadonlyMap<string, EntryOrder> = new Map([
  ['name', 'name'],
  ['modificationTime', 'modified'],
  ['size', 'size'],
  ['creationTime', 'created'],
  ['localCreationTime', 'local-created'],
])

const FILTERS = { onlyDir: 'directories', onlyFile: 'others' } as const

export interface Page {
  readonly after: ListMarker | null
  readonly offset: number
  readonly limit: number
}

/** `order_by` and `order_by_type`, as the vendor's clients variously spell them. Errors: `OrderByNotAllowed`, `OrderByTypeNotAllowed`. */
export function readOrder(query: Query): Pick<MarkedOrder, 'order' | 'descending'> {
  const order = ORDERS.get(query.text('order_by', 'orderBy') ?? 'name')
  if (order === undefined) throw new SmhError('OrderByNotAllowed')
  const type = query.text('order_by_type', 'orderByType') ?? 'asc'
  if (type !== 'asc' && type !== 'desc') throw new SmhError('OrderByTypeNotAllowed')
  return { order, descending: type === 'desc' }
}

/** `limit` of a list by markers. More than the most counts as the most. Errors: `ParamInvalid`. */
export const readLimit = (query: Query): number =>
  Math.min(query.integer('limit', { min: 1, max: Number.MAX_SAFE_INTEGER }) ?? LIMIT_DEFAULT, LIMIT_MAX)

/** Lists a directory by markers or by pages (reference §4). */
export async function list(call: SpaceCall): Promise<Reply> {
  const { core, query, address, library } = call
  const filter = query.oneOf(['onlyDir', 'onlyFile'], 'filter')
  const directoriesFirst = filter === null && !isUnion(query)
  const marked: MarkedOrder = { ...readOrder(query), directoriesFirst }
  const isPaged = isByPage(query)
  const { directory, entries, next } = await core.trees.listEntries({
    volume: address,
    directory: { path: directoryPath(call.path) },
    ...marked,
    only: filter === null ? null : FILTERS[filter],
    prefix: query.text('prefix') ?? '',
    // Without effect in another order (reference §4).
    afterName: marked.order === 'name' ? query.text('start_name') : null,
    ...(isPaged
      ? readPage(query)
      : { after: readMarker(query.text('marker'), marked), offset: 0, limit: readLimit(query) }),
  })
  const options = {
    inode: query.flag('with_inode'),
    path: query.flag('with_path'),
    favorite: query.flag('with_favorite_status'),
    cas: query.flag('with_content_cas'),
    user: true,
  }
  const files = filter === 'onlyDir' ? 0 : directory.fileCount
  const directories = filter === 'onlyFile' ? 0 : directory.directoryCount
  return withTag(call, {
    path: directory.path,
    ...(isPaged
      ? {
          fileCount: directory.fileCount,
          subDirCount: directory.directoryCount,
          totalNum: files + directories,
        }
      : {}),
    ...(isPaged || next === null ? {} : { nextMarker: markerText(next, marked) }),
    contents: entries.map((entry) => entryRecord(library, entry, options)),
  })
}

/** `sort_type=union` mixes directories and files. */
function isUnion(query: Query): boolean {
  return query.oneOf(['union', 'normal', 'default'], 'sort_type') === 'union'
}

/** `by-page` asks for pages. Older clients only send a page. */
export function isByPage(query: Query): boolean {
  if (query.has('by-page')) return true
  return !query.has('by-marker') && query.text('page', 'page_size') !== null
}

export function readPage(query: Query): Page {
  const page = query.integer('page', { min: 1, max: REACH_MAX }) ?? 1
  const limit = query.integer('page_size', { min: 1, max: LIMIT_MAX }) ?? LIMIT_DEFAULT
  if (page * limit > REACH_MAX) throw invalidParam('page', `page times page_size up to ${REACH_MAX}`)
  return { after: null, offset: (page - 1) * limit, limit }
}

/** The list with its eTag. 304: the client has this very list. */
function withTag(call: SpaceCall, body: JsonObject): Reply {
  const text = JSON.stringify(body)
  const etag = `"${hash('sha1', text, 'hex')}"`
  const { exchange } = call
  const answer = testConditions(exchange, { etag, modifiedAt: exchange.receivedAt })
  const { status, headers, ...rest } =
    answer === 'not-modified' ? reply(call, 304) : replyText(call, 200, withField(text, 'eTag', etag))
  return { status, headers: { ...headers, etag }, ...rest }
}

/** The text of a JSON object that is not empty, with one more field at its end. */
const withField = (text: string, name: string, value: string): string =>
  `${text.slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(value)}}`
