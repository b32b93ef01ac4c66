import type { TimeMs } from '../../../core/clock.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { Reply } from '../../../http/types.ts'
import { sourceOf } from '../background/stored-source.ts'
import { illegalField } from '../errors.ts'
import { type Asset, assetOf, assetsBucket, type PullState } from '../model/asset.ts'
import { LABEL } from '../model/asset-index.ts'
import { Query } from '../wire/query.ts'
import { type Call, reply } from './call.ts'

/** The kinds of tasks here. The names of the vendor's kinds are not known. */
const TYPES = { web: 'UPLOAD_BY_URL', stored: 'OBS_REPRODUCTION' } as const
const STATES: readonly PullState[] = ['WAITING', 'PROCESSING', 'SUCCEED', 'FAILED']
const LIMIT = { default: 10, max: 100 } as const
const PAGE = 100
/** Pages that one call looks through for tasks that ended in time. */
const PAGES_MAX = 20

/** What is looked for. */
interface Wanted {
  readonly labels: readonly (readonly string[])[]
  /** Null for any. */
  readonly type: string | null
  readonly assetId: string | null
  readonly createdFrom: TimeMs | null
  readonly createdUntil: TimeMs | null
  readonly endedFrom: TimeMs | null
  readonly endedUntil: TimeMs | null
  readonly limit: number
}

/** Where a list goes on: after so many tasks of this time. Newest comes first. */
interface Marker {
  readonly time: TimeMs
  readonly count: number
}

/** listAssetTasks (reference §1.16): the pulls from URLs, newest first. */
export async function tasks(call: Call): Promise<Reply> {
  const query = new Query(call.exchange)
  const wanted = readWanted(query)
  const { type } = wanted
  const marker = readMarker(query)
  const isKnown = type === null || Object.values(TYPES).some((each) => each === type)
  const { found, next } = isKnown ? await search(call, wanted, marker) : { found: [], next: null }
  return reply(call, 200, {
    results: found.map(taskRecord),
    count: found.length,
    next_marker: next === null ? null : markerText(next),
  })
}

function readWanted(query: Query): Wanted {
  const states = query.choices('status', STATES, STATES.length)
  return {
    labels: [states === null ? [LABEL.pulled] : states.map(LABEL.pull)],
    type: query.text('type'),
    assetId: query.text('asset_id', 128),
    createdFrom: readTime(query, 'create_time_after'),
    createdUntil: readEnd(query, 'create_time_before'),
    endedFrom: readTime(query, 'end_time_after'),
    endedUntil: readEnd(query, 'end_time_before'),
    limit: query.integer('limit', 1, LIMIT.max) ?? LIMIT.default,
  }
}

const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/

function readTime(query: Query, name: string): TimeMs | null {
  const text = query.text(name)
  if (text === null) return null
  // A plus that was not escaped is a blank.
  const time = RFC_3339.test(text.replace(' ', '+')) ? Date.parse(text.replace(' ', '+')) : Number.NaN
  if (Number.isNaN(time)) throw illegalField(name)
  return time
}

/** Inclusive: an end without a fraction is a whole second. */
function readEnd(query: Query, name: string): TimeMs | null {
  const time = readTime(query, name)
  return time === null || time % 1000 !== 0 ? time : time + 999
}

function readMarker(query: Query): Marker | null {
  const text = query.text('marker')
  if (text === null) return null
  const [, time, count] = /^(\d{1,15})-(\d{1,9})$/.exec(text) ?? []
  if (time === undefined || count === undefined) throw illegalField('marker')
  return { time: Number(time), count: Number(count) }
}

const markerText = ({ time, count }: Marker): string => `${time}-${count}`

/** `next` is null where there are no more. */
async function search(
  call: Call,
  wanted: Wanted,
  marker: Marker | null,
): Promise<{ readonly found: readonly Asset[]; readonly next: Marker | null }> {
  const found: Asset[] = []
  let at = marker
  for (let page = 0; page < PAGES_MAX; page++) {
    const assets = await searchPage(call, wanted, at)
    for (const asset of assets) {
      if (found.length === wanted.limit) return { found, next: at }
      at = behind(at, asset.object.createdAt)
      if (isOfType(asset, wanted) && isInTime(asset, wanted)) found.push(asset)
    }
    if (assets.length < PAGE) return { found, next: null }
  }
  return { found, next: at }
}

const behind = (at: Marker | null, time: TimeMs): Marker => ({
  time,
  count: at?.time === time ? at.count + 1 : 1,
})

async function searchPage(
  { core, account, project }: Call,
  { labels, assetId, createdFrom, createdUntil }: Wanted,
  at: Marker | null,
): Promise<readonly Asset[]> {
  const isPast = at !== null && (createdUntil === null || at.time <= createdUntil)
  const { objects } = await core.catalog.search({
    ...{
      account: account.id,
      bucket: assetsBucket(project),
      labels,
      statuses: null,
      kinds: null,
      keyword: null,
    },
    ...{
      keys: assetId === null ? null : [assetId],
      createdFrom,
      order: 'newest-first',
      limit: PAGE,
      countMax: 1,
    },
    createdUntil: isPast ? at.time : createdUntil,
    offset: isPast ? at.count : 0,
  })
  return objects.map(assetOf)
}

const typeOf = ({ attributes: { pull } }: Asset): string =>
  sourceOf(pull?.url ?? '') === null ? TYPES.web : TYPES.stored

const isOfType = (asset: Asset, { type }: Wanted): boolean => type === null || type === typeOf(asset)

function isInTime({ attributes: { pull } }: Asset, { endedFrom, endedUntil }: Wanted): boolean {
  if (endedFrom === null && endedUntil === null) return true
  const endedAt = pull?.endedAt ?? null
  if (endedAt === null) return false
  return (endedFrom === null || endedAt >= endedFrom) && (endedUntil === null || endedAt <= endedUntil)
}

function taskRecord(asset: Asset): JsonObject {
  const { object } = asset
  const { pull } = asset.attributes
  const endedAt = pull?.endedAt ?? null
  return {
    type: typeOf(asset),
    asset_id: object.key,
    status: pull?.state ?? null,
    create_time: timeText(object.createdAt),
    end_time: endedAt === null ? null : timeText(endedAt),
    transcode_result: null,
  }
}

/** RFC 3339, in seconds. */
const timeText = (time: TimeMs): string => new Date(time).toISOString().replace(/\.\d+/, '')
