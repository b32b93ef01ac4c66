import { isCoreError } from '../../../core/errors.ts'
import { VodError } from '../errors.ts'
import { type Asset, findAsset, isConfirmed, NO_VIDEO, statusOf } from '../model/asset.ts'
import { type AssetChange, changeAsset, endUploads } from '../model/asset-changes.ts'
import type { ProjectContext } from '../model/context.ts'
import { allSideKeys, removeSideFiles } from './side-files.ts'

export type Removal = 'DELETED' | 'FAILED' | 'UNKNOWN'

/** Frees all bytes of an asset, or those of its video alone. It stays, for calls that name its id. `check` may refuse what it is now, by throwing. */
export async function removeAsset(
  context: Pick<ProjectContext, 'core' | 'account' | 'project'>,
  assetId: string,
  { isWhole, check = () => {} }: { readonly isWhole: boolean; readonly check?: (asset: Asset) => void },
): Promise<Removal> {
  const { core, account, project } = context
  const seen = await findAsset(core, account.id, project, assetId)
  if (seen === null) return 'UNKNOWN'
  let before = seen
  const find = async () => {
    before = (await findAsset(core, account.id, project, assetId)) ?? before
    return before
  }
  try {
    await changeAsset(core, find, (asset) => {
      check(asset)
      return isWhole ? deletion(asset) : originDeletion(asset)
    })
  } catch (error) {
    if (error instanceof VodError || isCoreError(error, 'object-held')) return 'FAILED'
    throw error
  }
  if (isWhole) {
    await endUploads(core, account.id, before.attributes.multipart)
    await removeSideFiles(context, allSideKeys(context, before))
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
