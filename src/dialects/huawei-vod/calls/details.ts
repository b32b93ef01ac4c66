import type { Reply } from '../../../http/types.ts'
import { requireAsset } from '../model/asset.ts'
import { videoSignUrl } from '../storage/urls.ts'
import { baseInfo, showAssets } from '../wire/asset-info.ts'
import { Query } from '../wire/query.ts'
import { type Call, reply } from './call.ts'

const CATEGORIES = ['base_info', 'transcode_info', 'thumbnail_info', 'review_info'] as const

/**
 * showAssetDetail (page vod_04_0202, reference §1.7). What transcoding, thumbnails and reviews would have made is left out, as
 * the vendor does before they are done.
 */
export async function details(call: Call): Promise<Reply> {
  const { core, account, project, exchange } = call
  const query = new Query(exchange)
  const assetId = query.requiredText('asset_id')
  const categories = query.choices('categories', CATEGORIES, CATEGORIES.length) ?? CATEGORIES
  const asset = await requireAsset(core, account.id, project, assetId)
  if (!categories.includes('base_info')) return reply(call, 200, { asset_id: assetId })
  const base_info = (await showAssets(call, [asset])).map((shown) => ({
    ...baseInfo(shown),
    sign_url: shown.videoUrl === null ? null : videoSignUrl(call, asset),
  }))[0]
  return reply(call, 200, { asset_id: assetId, base_info: base_info ?? null })
}
