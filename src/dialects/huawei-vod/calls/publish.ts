import type { JsonObject } from '../../../core/model/json.ts'
import type { Reply } from '../../../http/types.ts'
import { VodError } from '../errors.ts'
import { type Asset, type AssetStatus, findAsset, statusOf } from '../model/asset.ts'
import { type AssetChange, changeAsset } from '../model/asset-changes.ts'
import { assetInfo, noAssetInfo, showAssets } from '../wire/asset-info.ts'
import { Fields } from '../wire/fields.ts'
import { type Call, reply } from './call.ts'
import { ASSET_ID } from './confirm.ts'

/** Assets of one call: the vendor tells that there is a limit, but not which. */
const ASSETS_MAX = 100

/** publishAssets (page vod_04_0020, reference §1.12): lets the videos be played by their URLs. */
export const publish = (call: Call): Promise<Reply> => changeAll(call, 'CREATED', 'PUBLISHED')

/** unpublishAssets (page vod_04_0021): the other way. */
export const unpublish = (call: Call): Promise<Reply> => changeAll(call, 'PUBLISHED', 'CREATED')

/** Answers every asset as it is then; its status shows whether it was changed. Throws VOD.10062, VOD.10137. */
async function changeAll(call: Call, from: AssetStatus, to: AssetStatus): Promise<Reply> {
  const { core, account, project } = call
  const ids = [...new Set(new Fields(call.body).requiredTexts('asset_id', ASSET_ID))]
  if (ids.length > ASSETS_MAX) throw new VodError(10137)
  const changed: (Asset | null)[] = []
  for (const id of ids) {
    const seen = await findAsset(core, account.id, project, id)
    const find = async () => (await findAsset(core, account.id, project, id)) ?? seen ?? fail()
    changed.push(seen === null ? null : await changeAsset(core, find, (asset) => change(asset, from, to)))
  }
  const there = changed.filter((asset) => asset !== null)
  if (there.length === 0) throw new VodError(10062)
  const shown = new Map((await showAssets(call, there)).map((each) => [each.object.key, each]))
  const infos = ids.map((id): JsonObject => {
    const asset = shown.get(id)
    return asset === undefined ? noAssetInfo(id) : assetInfo(asset)
  })
  return reply(call, 200, { asset_info_array: infos })
}

/** Null for one in another state, and for one without a file to publish. */
function change(asset: Asset, from: AssetStatus, to: AssetStatus): AssetChange | null {
  const isAllowed = statusOf(asset) === from && (to !== 'PUBLISHED' || asset.object.content !== null)
  return isAllowed ? { attributes: asset.attributes, traits: { status: to } } : null
}

function fail(): never {
  throw new VodError(10062)
}
