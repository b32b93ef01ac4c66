import type { Reply } from '../../../http/types.ts'
import { illegalField, VodError } from '../errors.ts'
import { type Removal, removeAsset } from '../storage/asset-removal.ts'
import { Query } from '../wire/query.ts'
import { IDS_MAX } from './asset-search.ts'
import { type Call, reply } from './call.ts'

/**
 * deleteAssets (page vod_04_0024, reference §1.11): frees all bytes of the assets. A deleted asset is still answered to calls that
 * name its id. `delete_type=origin` frees the video alone. Throws VOD.10062 where none of the assets is there.
 */
export async function remove(call: Call): Promise<Reply> {
  const query = new Query(call.exchange)
  const ids = query.texts('asset_id', IDS_MAX)
  if (ids === null) throw illegalField('asset_id')
  const isWhole = query.oneOf('delete_type', ['origin']) === null
  const results: (readonly [string, Removal])[] = []
  for (const id of ids) results.push([id, await removeAsset(call, id, { isWhole })])
  if (results.every(([, result]) => result === 'UNKNOWN')) throw new VodError(10062)
  const delete_result_array = results.map(([asset_id, result]) => ({
    asset_id,
    status: result === 'DELETED' ? 'DELETED' : 'FAILED',
  }))
  return reply(call, 200, { delete_result_array })
}
