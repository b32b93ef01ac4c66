import type { JsonObject } from '../../../core/model/json.ts'
import type { Reply } from '../../../http/types.ts'
import { isTranscoded, statusOf } from '../model/asset.ts'
import { VIDEO_TYPES } from '../model/file-types.ts'
import { LIST_STATUSES, listStates, NOT_RUN, STATUSES } from '../model/statuses.ts'
import { type ShownAsset, showAssets } from '../wire/asset-info.ts'
import { TRANSCODED, thumbnailDescription, thumbnailStatus, transcodeStatus } from '../wire/outputs.ts'
import { Query } from '../wire/query.ts'
import { timeText } from '../wire/times.ts'
import { IDS_MAX, readFilter, readPage, readTimes, searchAssets, statesOf } from './asset-search.ts'
import { type Call, reply } from './call.ts'

const TYPES_MAX = 20

/** listAssetList (page vod_04_0203, reference §1.8): assets in short, without deleted ones. */
export async function list(call: Call): Promise<Reply> {
  const query = new Query(call.exchange)
  const keys = query.texts('asset_id', IDS_MAX)
  const asked = query.choices('status', LIST_STATUSES, LIST_STATUSES.length)
  const types = query.choices('media_type', VIDEO_TYPES, TYPES_MAX)
  const order = query.oneOf('order', ['asc', 'desc'])
  const filter = await readFilter(call, query, { ...statesOf([asked], listStates), types })
  const { assets, total } = await searchAssets(call, filter, {
    ...{ keys, order: order === 'asc' ? 'oldest-first' : 'newest-first' },
    ...readTimes(query),
    ...readPage(query),
  })
  const shown = await showAssets(call, assets)
  return reply(call, 200, { total, assets: shown.map(summary) })
}

function summary(shown: ShownAsset): JsonObject {
  const { object, attributes, videoUrl, coverUrls, category } = shown
  const durationMs = object.media?.durationMs ?? null
  return {
    asset_id: object.key,
    title: object.name,
    description: attributes.description,
    duration: durationMs === null ? 0 : Math.max(1, Math.floor(durationMs / 1000)),
    duration_ms: durationMs ?? 0,
    size: object.content?.size ?? 0,
    original_url: videoUrl,
    category: category.name,
    covers: coverUrls.map((cover_url) => ({ cover_url })),
    create_time: timeText(object.createdAt),
    asset_status: STATUSES[statusOf(shown)].list,
    transcode_status: transcodeStatus(shown),
    thumbnail_status: thumbnailStatus(shown),
    review_status: NOT_RUN.review,
    exec_desc: execDesc(shown),
    media_type: object.kind,
  }
}

/** As in the vendor's example (reference §1.8). */
function execDesc(shown: ShownAsset): string {
  const snapshots = thumbnailDescription(shown)
  return (
    `asset_exec_desc:${shown.description};` +
    (isTranscoded(shown) ? `transcode_exec_desc:${TRANSCODED.description};` : '') +
    (snapshots === null ? '' : `thumbnail_exec_desc:${snapshots};`)
  )
}
