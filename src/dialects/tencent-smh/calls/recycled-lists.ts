import type { JsonObject } from '../../../core/model/json.ts'
import type { RecycledEntry } from '../../../core/model/trees.ts'
import type { Reply } from '../../../http/types.ts'
import { DAY_MS, retentionDays } from '../background/retention.ts'
import { SmhError } from '../errors.ts'
import { fileTypeOf } from '../model/file-types.ts'
import { requireBin } from '../model/recycled.ts'
import { markerValues } from '../wire/markers.ts'
import type { Query } from '../wire/query.ts'
import { entryType, isoTime, PREVIEWS } from '../wire/records.ts'
import { reply, type SpaceCall } from './call.ts'
import { isByPage, readLimit, readPage } from './lists.ts'

type Order = Parameters<SpaceCall['core']['trees']['listRecycled']>[0]['order']
type After = NonNullable<Parameters<SpaceCall['core']['trees']['listRecycled']>[0]['after']>

/** What was put in first has the least time left. */
const ORDERS: ReadonlyMap<string, Order> = new Map([
  ['name', 'name'],
  ['modificationTime', 'modified'],
  ['size', 'size'],
  ['removalTime', 'removed'],
  ['remainingTime', 'removed'],
])

/** Days shown where things stay for ever: the longest that can be set. */
const REMAINING_DAYS_MAX = 10_000

interface ListOrder {
  readonly order: Order
  readonly descending: boolean
}

/**
 * `GET /api/v1/recycled/{L}/{S}`: what is in the bin, by markers or by pages; what was removed last comes first where no
 * order is asked for. Errors: `RecycleBinNotEnabled`, `OrderByNotAllowed`, `OrderByTypeNotAllowed`, `MarkerInvalid`.
 */
export async function list(call: SpaceCall): Promise<Reply> {
  requireBin(call)
  const { core, query, address } = call
  const order = readOrder(query)
  const isPaged = isByPage(query)
  const page = isPaged
    ? { ...readPage(query), after: null }
    : { after: readMarker(query.text('marker'), order), offset: 0, limit: readLimit(query) }
  const { recycled, total, hasMore } = await core.trees.listRecycled({ volume: address, ...order, ...page })
  const last = hasMore && !isPaged ? recycled.at(-1) : undefined
  const settings = await core.trees.realmSettings(address)
  const days = retentionDays(call, settings)
  return reply(call, 200, {
    ...(isPaged ? { totalNum: total } : {}),
    ...(last === undefined ? {} : { nextMarker: markerOf(last, order) }),
    contents: recycled.map((removed) => recordOf(call, removed, days)),
  })
}

function recordOf({ library, core }: SpaceCall, removed: RecycledEntry, days: number): JsonObject {
  const { id, entry, originalPath, removedAt, size } = removed
  const crc64 = entry.kind === 'file' ? entry.content.digests.crc64 : undefined
  const remainingMs = removedAt + days * DAY_MS - core.clock.now()
  return {
    recycledItemId: id,
    name: entry.name,
    type: entryType(library, entry),
    spaceId: entry.volume.volume,
    originalPath,
    size: String(entry.kind === 'virtual' ? entry.size : size),
    creationTime: isoTime(entry.createdAt),
    modificationTime: isoTime(entry.modifiedAt),
    removalTime: isoTime(removedAt),
    remainingTime: days === 0 ? REMAINING_DAYS_MAX : Math.max(0, Math.ceil(remainingMs / DAY_MS)),
    ...(entry.kind === 'directory' ? {} : { fileType: fileTypeOf(entry.name), ...PREVIEWS }),
    ...(crc64 === undefined ? {} : { crc64 }),
  }
}

function readOrder(query: Query): ListOrder {
  const by = query.text('order_by', 'orderBy')
  const order = ORDERS.get(by ?? 'removalTime')
  if (order === undefined) throw new SmhError('OrderByNotAllowed')
  const type = query.text('order_by_type', 'orderByType') ?? (by === null ? 'desc' : 'asc')
  if (type !== 'asc' && type !== 'desc') throw new SmhError('OrderByTypeNotAllowed')
  return { order, descending: type === 'desc' }
}

function markerOf(removed: RecycledEntry, { order, descending }: ListOrder): string {
  const values = {
    name: removed.entry.name,
    modified: removed.entry.modifiedAt,
    size: removed.size,
    removed: removed.removedAt,
  } as const
  return Buffer.from(JSON.stringify([order, descending, values[order], removed.id])).toString('base64url')
}

/** Errors: `MarkerInvalid`, also for a marker of another order. */
function readMarker(text: string | null, { order, descending }: ListOrder): After | null {
  if (text === null) return null
  const [of, down, value, id, ...more] = markerValues(text)
  const isValue = order === 'name' ? typeof value === 'string' : Number.isSafeInteger(value)
  const isId = typeof id === 'number' && Number.isSafeInteger(id)
  if (of !== order || down !== descending || !isValue || !isId || more.length > 0) throw invalid()
  return { value: typeof value === 'string' ? value : Number(value), id }
}

const invalid = (): SmhError => new SmhError('MarkerInvalid')
