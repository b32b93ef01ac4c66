import type { Reply } from '../../../http/types.ts'
import { VodError } from '../errors.ts'
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
  try {
    const asset = outcome === 'CREATED' ? await accept(call, assetId) : await giveUp(call, assetId, outcome)
    return reply(call, 200, { asset_id: asset.object.key })
  } catch (error) {
    throw error instanceof VodError && error.code === 10062 ? noAsset(call) : error
  }
}

/** In the Chinese words of the page, or in English for clients that ask for it. */
function noAsset({ exchange }: Call): VodError {
  const isEnglish = /^\s*en\b/i.test(exchange.request.headers['accept-language'] ?? '')
  return new VodError(10062, isEnglish ? undefined : '媒资或资源不存在，请检查。')
}
