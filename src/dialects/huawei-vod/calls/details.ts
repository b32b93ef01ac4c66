import type { JsonObject } from '../../../core/model/json.ts'
import type { Reply } from '../../../http/types.ts'
import { GoneError, VodError } from '../errors.ts'
import { type Asset, findAsset, statusOf } from '../model/asset.ts'
import { videoSignUrl } from '../storage/urls.ts'
import { baseInfo, showAssets } from '../wire/asset-info.ts'
import { playInfos, thumbnailInfo, transcodeInfo } from '../wire/outputs.ts'
import { Query } from '../wire/query.ts'
import { type Call, reply } from './call.ts'

const CATEGORIES = ['base_info', 'transcode_info', 'thumbnail_info', 'review_info'] as const

/**
 * showAssetDetail (page vod_04_0202, reference §1.7). What reviews would have made is left out, and so are snapshots, as the vendor does
 * before they are done. A deleted asset is 404: the Terraform provider waits for that after its delete.
 */
export async function details(call: Call): Promise<Reply> {
  const { core, account, project, exchange } = call
  const query = new Query(exchange)
  const assetId = query.requiredText('asset_id')
  const categories = query.choices('categories', CATEGORIES, CATEGORIES.length) ?? CATEGORIES
  const asset = await findAsset(core, account.id, project, assetId)
  if (asset === null) throw new VodError(10062)
  if (statusOf(asset) === 'DELETED') throw new GoneError(10062)
  const has = (category: (typeof CATEGORIES)[number]) => categories.includes(category)
  const transcode_info = has('transcode_info') ? transcodeInfo(call, asset) : null
  const thumbnail_info = has('thumbnail_info') ? thumbnailInfo(call, asset) : null
  return reply(call, 200, {
    asset_id: assetId,
    ...(has('base_info') ? { base_info: await fullBaseInfo(call, asset) } : {}),
    ...(transcode_info === null ? {} : { transcode_info, play_info_array: playInfos(call, asset) }),
    ...(thumbnail_info === null ? {} : { thumbnail_info }),
  })
}

/** With the URL that is signed. */
async function fullBaseInfo(call: Call, asset: Asset): Promise<JsonObject | null> {
  const [shown] = await showAssets(call, [asset])
  if (shown === undefined) return null
  return { ...baseInfo(shown), sign_url: shown.videoUrl === null ? null : videoSignUrl(call, asset) }
}
