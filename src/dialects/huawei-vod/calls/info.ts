import type { Reply } from '../../../http/types.ts'
import { findAsset } from '../model/asset.ts'
import {
  INFO_STATUSES,
  infoStates,
  NO_ASSET,
  PUBLISH_STATUSES,
  TRANSCODE_STATUSES,
} from '../model/statuses.ts'
import { assetInfo, noAssetInfo, showAssets } from '../wire/asset-info.ts'
import { Query } from '../wire/query.ts'
import {
  type Filter,
  fits,
  IDS_MAX,
  readFilter,
  readPage,
  readTimes,
  searchAssets,
  statesOf,
} from './asset-search.ts'
import { type Call, reply } from './call.ts'

type InfoStatus = (typeof INFO_STATUSES)[number]

/** showAssetMeta (page vod_04_0022, reference §1.9): assets by their ids, deleted ones too, or a page of those that fit. */
export async function info(call: Call): Promise<Reply> {
  const query = new Query(call.exchange)
  const ids = query.texts('asset_id', IDS_MAX)
  const statuses = query.choices('status', INFO_STATUSES, INFO_STATUSES.length)
  const groups = [
    statuses,
    query.choices('assetStatus', PUBLISH_STATUSES, PUBLISH_STATUSES.length),
    query.choices('transcodeStatus', TRANSCODE_STATUSES, TRANSCODE_STATUSES.length),
  ]
  const filter = await readFilter(call, query, { ...statesOf(groups, infoStates), types: null })
  return ids === null ? searched(call, query, filter) : named(call, ids, filter, statuses)
}

async function searched(call: Call, query: Query, filter: Filter): Promise<Reply> {
  const page = readPage(query)
  const { assets, total } = await searchAssets(call, filter, { ...readTimes(query), ...page })
  const shown = await showAssets(call, assets)
  return reply(call, 200, {
    asset_info_array: shown.map(assetInfo),
    is_truncated: page.offset + assets.length < total ? 1 : 0,
    total,
  })
}

/** In the order of the request. Times and pages do not count. An id that no asset has is answered as such. */
async function named(
  call: Call,
  ids: readonly string[],
  filter: Filter,
  statuses: readonly InfoStatus[] | null,
): Promise<Reply> {
  const { core, account, project } = call
  const found = await Promise.all(ids.map((id) => findAsset(core, account.id, project, id)))
  const fitting = found.filter((asset) => asset !== null).filter((asset) => fits(asset, filter))
  const shown = new Map((await showAssets(call, fitting)).map((each) => [each.object.key, each]))
  const isTold = statuses === null || statuses.includes(NO_ASSET.status)
  const infos = ids.flatMap((id, at) => {
    const asset = shown.get(id)
    if (asset !== undefined) return [assetInfo(asset)]
    return found[at] === null && isTold ? [noAssetInfo(id)] : []
  })
  return reply(call, 200, { asset_info_array: infos, is_truncated: 0, total: infos.length })
}
