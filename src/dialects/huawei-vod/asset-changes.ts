import type { Core } from '../../core/core.ts'
import { type CoreErrorCode, isCoreError } from '../../core/errors.ts'
import type { UploadId } from '../../core/ids.ts'
import { type Asset, type AssetAttributes, assetOf, attributesJson } from './asset.ts'

/** How often a change is decided anew because others were faster. */
const ATTEMPTS_MAX = 50

/** What becomes of an asset's attributes. */
export interface AttributesChange {
  readonly attributes: AssetAttributes
  /** An upload that ends with this change, if it is not over already. */
  readonly ends?: UploadId | undefined
}

/**
 * Changes an asset's attributes by compare-and-set: `decide` gets the asset as it is, and again whenever that changed
 * meanwhile. Null leaves all as it is. Throws what `find` and `decide` throw, and `object-changed` when it never got there.
 */
export function changeAttributes(
  core: Core,
  find: () => Promise<Asset>,
  decide: (asset: Asset) => AttributesChange | null,
): Promise<Asset> {
  return retryChanged(async () => {
    const asset = await find()
    const change = decide(asset)
    return change === null ? asset : await apply(core, asset, change)
  })
}

/** Does `work`, which reads and decides, again as long as it fails because what it read had changed. */
export async function retryChanged<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!isCoreError(error, 'object-changed') || attempt === ATTEMPTS_MAX) throw error
    }
  }
}

async function apply(core: Core, { object }: Asset, { attributes, ends }: AttributesChange): Promise<Asset> {
  const { account, id, version } = object
  const update = (ending: object) =>
    core.objects.update(
      { account, id },
      { attributes: attributesJson(attributes) },
      { ifVersion: version, ...ending },
    )
  try {
    return assetOf(await update(ends === undefined ? {} : { ends: { id: ends } }))
  } catch (error) {
    if (ends === undefined || !OVER.some((code) => isCoreError(error, code))) throw error
    return assetOf(await update({}))
  }
}

/** Why an upload cannot be ended: it is over. */
const OVER: readonly CoreErrorCode[] = ['upload-closed', 'upload-expired', 'upload-not-found']
