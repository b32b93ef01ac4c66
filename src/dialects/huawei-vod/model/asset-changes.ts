import type { Core, UpdateOptions } from '../../../core/core.ts'
import { type CoreErrorCode, isCoreError } from '../../../core/errors.ts'
import type { AccountId, UploadId } from '../../../core/ids.ts'
import type { NewDelivery } from '../../../core/model/deliveries.ts'
import type { ObjectTraits } from '../../../core/model/objects.ts'
import { type Asset, type AssetAttributes, assetOf, attributesJson } from './asset.ts'
import { indexOf } from './asset-index.ts'

/** How often a change is tried when other calls are faster. */
const ATTEMPTS_MAX = 50

/** A change of an asset. What is not named stays. */
export interface AssetChange {
  readonly attributes: AssetAttributes
  /** Given, the asset is indexed anew. Without, searches find it by what they found it by before. */
  readonly traits?: Partial<Pick<ObjectTraits, 'name' | 'kind' | 'status' | 'media' | 'contentType'>>
  /** An upload that ends with this change, if it is not over already. */
  readonly ends?: UploadId | undefined
  /** The video's bytes go with this change. */
  readonly dropsContent?: boolean
  readonly deliveries?: readonly NewDelivery[]
}

/**
 * Changes an asset by compare-and-set. `decide` gets the asset, and gets it again when another call was faster. Null changes
 * nothing. Throws what `find` and `decide` throw, and `object-changed` after too many tries.
 */
export function changeAsset(
  core: Core,
  find: () => Promise<Asset>,
  decide: (asset: Asset) => AssetChange | null,
): Promise<Asset> {
  return retryChanged(async () => {
    const asset = await find()
    const change = decide(asset)
    return change === null ? asset : await apply(core, asset, change)
  })
}

/** Does `work` again when it fails with `object-changed`: what it had read was changed meanwhile. */
export async function retryChanged<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!isCoreError(error, 'object-changed') || attempt === ATTEMPTS_MAX) throw error
    }
  }
}

/** Ends uploads that nothing names any more. One that cannot be ended now expires. */
export async function endUploads(
  { uploads }: Core,
  account: AccountId,
  ids: readonly UploadId[],
): Promise<void> {
  for (const id of ids) {
    try {
      await uploads.abort({ account, id })
    } catch (error) {
      if (!isCoreError(error)) throw error
    }
  }
}

async function apply(core: Core, { object }: Asset, change: AssetChange): Promise<Asset> {
  const { attributes, traits, ends, dropsContent = false, deliveries = [] } = change
  const { account, id, version: ifVersion } = object
  const index = traits === undefined ? {} : { index: indexOf({ ...object, ...traits }, attributes) }
  const changed = { ...traits, attributes: attributesJson(attributes) }
  const options: UpdateOptions = { ifVersion, dropsContent, deliveries, ...index }
  const update = (ending: UpdateOptions) => core.objects.update({ account, id }, changed, ending)
  try {
    return assetOf(await update(ends === undefined ? options : { ...options, ends: { id: ends } }))
  } catch (error) {
    if (ends === undefined || !OVER.some((code) => isCoreError(error, code))) throw error
    return assetOf(await update(options))
  }
}

/** Why an upload cannot be ended: it is over. */
const OVER: readonly CoreErrorCode[] = ['upload-closed', 'upload-expired', 'upload-not-found']
