import type { Reply } from '../../../http/types.ts'
import { accept, giveUp, OUTCOMES } from '../model/confirmation.ts'
import { Fields } from '../wire/fields.ts'
import { type Call, reply } from './call.ts'

/** A longer text is no asset_id. */
export const ASSET_ID = { bytesMax: 128 }

/**
 * confirmAssetUpload (page vod_04_0198, reference §1.5): CREATED makes the bytes that came the asset's video, FAILED and
 * CANCELLED free them. Only an asset that awaits its bytes is confirmed, and only once; a repeat is answered as the first.
 */
export async function confirm(call: Call): Promise<Reply> {
  const fields = new Fields(call.body)
  const assetId = fields.requiredText('asset_id', ASSET_ID)
  const outcome = fields.requiredOneOf('status', OUTCOMES)
  const asset = outcome === 'CREATED' ? await accept(call, assetId) : await giveUp(call, assetId, outcome)
  return reply(call, 200, { asset_id: asset.object.key })
}
