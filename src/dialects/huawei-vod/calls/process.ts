import type { Reply } from '../../../http/types.ts'
import { transcodedDeliveries } from '../background/events.ts'
import { VodError } from '../errors.ts'
import { type Asset, isConfirmed, requireAsset } from '../model/asset.ts'
import { type AssetChange, changeAsset } from '../model/asset-changes.ts'
import { readProcessing } from '../wire/announced.ts'
import { Fields } from '../wire/fields.ts'
import { type Call, reply } from './call.ts'
import { ASSET_ID } from './confirm.ts'

const SUBTITLES = { min: 1, max: 8, countMax: 8 }

/**
 * createAssetProcessTask (page vod_04_0206). Nothing is transcoded, encrypted or captured: a transcoding is over at once, its output is
 * the original, and its event is sent. Throws VOD.10062, and VOD.10083 for an asset without a video.
 */
export async function processAsset(call: Call): Promise<Reply> {
  const { core, account, project } = call
  const fields = new Fields(call.body)
  const assetId = fields.requiredText('asset_id', ASSET_ID)
  const { templateGroupName } = readProcessing(fields)
  fields.integers('subtitle_id', SUBTITLES)
  const find = () => requireAsset(core, account.id, project, assetId)
  await changeAsset(core, find, (asset) => decide(call, asset, templateGroupName))
  return reply(call, 202, { asset_id: assetId })
}

/** Null where no transcoding is asked for. */
function decide(call: Call, asset: Asset, templateGroupName: string | null): AssetChange | null {
  if (!isConfirmed(asset) || asset.object.content === null) throw new VodError(10083)
  if (templateGroupName === null) return null
  const attributes = { ...asset.attributes, transcode: { templateGroupName } }
  return { attributes, traits: {}, deliveries: transcodedDeliveries(call, { ...asset, attributes }) }
}
