import { VodError } from '../errors.ts'
import { type Asset, isConfirmed, statusOf } from './asset.ts'
import type { AssetChange } from './asset-changes.ts'

/** Frees the video of an asset, which stays. Null where it is gone. Throws VOD.10083 for an asset that has no video yet. */
export function originDeletion(asset: Asset): AssetChange | null {
  if (statusOf(asset) === 'DELETED' || (isConfirmed(asset) && asset.object.content === null)) return null
  if (!isConfirmed(asset)) throw new VodError(10083)
  return { attributes: { ...asset.attributes, transcode: null, heads: [] }, traits: {}, dropsContent: true }
}
