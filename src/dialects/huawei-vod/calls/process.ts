import type { Reply } from '../../../http/types.ts'
import { transcodedDeliveries } from '../background/events.ts'
import { beginPictures } from '../background/picture-requests.ts'
import { VodError } from '../errors.ts'
import { type Asset, isConfirmed, type Processing, requireAsset } from '../model/asset.ts'
import { type AssetChange, changeAsset } from '../model/asset-changes.ts'
import { readProcessing } from '../wire/announced.ts'
import { Fields } from '../wire/fields.ts'
import { type Call, reply } from './call.ts'
import { ASSET_ID } from './confirm.ts'

const SUBTITLES = { min: 1, max: 8, countMax: 8 }

/**
 * createAssetProcessTask (page vod_04_0206). Nothing is transcoded or encrypted: a transcoding is over at once, its output is
 * the original, and its event is sent. Snapshots are made in the background, where pictures are made. Throws VOD.10062, and VOD.10083 for an asset without a video.
 */
export async function processAsset(call: Call): Promise<Reply> {
  const { core, account, project } = call
  const fields = new Fields(call.body)
  const assetId = fields.requiredText('asset_id', ASSET_ID)
  const processing = readProcessing(fields)
  fields.integers('subtitle_id', SUBTITLES)
  const find = () => requireAsset(core, account.id, project, assetId)
  await changeAsset(core, find, (asset) => decide(call, asset, processing))
  return reply(call, 202, { asset_id: assetId })
}

/** Null where nothing is to be done. */
function decide(call: Call, before: Asset, { templateGroupName, thumbnail }: Processing): AssetChange | null {
  if (!isConfirmed(before) || before.object.content === null) throw new VodError(10083)
  const { asset, deliveries } = beginPictures(call, before, { thumbnail, firstFrame: false })
  if (templateGroupName === null)
    return deliveries.length === 0 ? null : { attributes: asset.attributes, traits: {}, deliveries }
  const attributes = { ...asset.attributes, transcode: { templateGroupName } }
  const ends = transcodedDeliveries(call, { ...asset, attributes })
  return { attributes, traits: {}, deliveries: [...ends, ...deliveries] }
}
