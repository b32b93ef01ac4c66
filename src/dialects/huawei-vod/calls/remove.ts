import { isCoreError } from '../../../core/errors.ts'
import type { Reply } from '../../../http/types.ts'
import { illegalField, VodError } from '../errors.ts'
import { type Asset, findAsset, isConfirmed, NO_VIDEO, statusOf } from '../model/asset.ts'
import { type AssetChange, changeAsset, endUploads } from '../model/asset-changes.ts'
import { allSideKeys, removeSideFiles } from '../storage/side-files.ts'
import { Query } from '../wire/query.ts'
import { IDS_MAX } from './asset-search.ts'
import { type Call, reply } from './call.ts'

type Result = 'DELETED' | 'FAILED' | 'UNKNOWN'

/**
 * deleteAssets (page vod_04_0024, reference §1.11): frees all bytes of the assets. A deleted asset is still answered to calls that
 * name its id. `delete_type=origin` frees the video alone. Throws VOD.10062 where none of the assets is there.
 */
export async function remove(call: Call): Promise<Reply> {
  const query = new Query(call.exchange)
  const ids = query.texts('asset_id', IDS_MAX)
  if (ids === null) throw illegalField('asset_id')
  const isWhole = query.oneOf('delete_type', ['origin']) === null
  const results: (readonly [string, Result])[] = []
  for (const id of ids) results.push([id, await removeOne(call, id, isWhole)])
  if (results.every(([, result]) => result === 'UNKNOWN')) throw new VodError(10062)
  const delete_result_array = results.map(([asset_id, result]) => ({
    asset_id,
    status: result === 'DELETED' ? 'DELETED' : 'FAILED',
  }))
  return reply(call, 200, { delete_result_array })
}

async function removeOne(call: Call, assetId: string, isWhole: boolean): Promise<Result> {
  const { core, account, project } = call
  const seen = await findAsset(core, account.id, project, assetId)
  if (seen === null) return 'UNKNOWN'
  let before = seen
  const find = async () => {
    before = (await findAsset(core, account.id, project, assetId)) ?? before
    return before
  }
  try {
    await changeAsset(core, find, isWhole ? deletion : originDeletion)
  } catch (error) {
    if (error instanceof VodError || isCoreError(error, 'object-held')) return 'FAILED'
    throw error
  }
  if (isWhole) {
    await endUploads(core, account.id, before.attributes.multipart)
    await removeSideFiles(call, allSideKeys(call, before))
  }
  return 'DELETED'
}

/** Null for one that is deleted. */
function deletion(asset: Asset): AssetChange | null {
  if (statusOf(asset) === 'DELETED') return null
  const { attributes } = asset
  return {
    attributes: { ...attributes, ...NO_VIDEO },
    traits: { status: 'DELETED', media: null },
    ends: attributes.received?.upload,
    dropsContent: true,
  }
}

/** Throws VOD.10083 for an asset that has no video yet. */
function originDeletion(asset: Asset): AssetChange | null {
  if (statusOf(asset) === 'DELETED' || (isConfirmed(asset) && asset.object.content === null)) return null
  if (!isConfirmed(asset)) throw new VodError(10083)
  return { attributes: { ...asset.attributes, transcode: null, heads: [] }, traits: {}, dropsContent: true }
}
