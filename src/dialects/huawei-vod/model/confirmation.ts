import { CoreError, isCoreError } from '../../../core/errors.ts'
import type { NewDelivery } from '../../../core/model/deliveries.ts'
import type { Upload } from '../../../core/model/uploads.ts'
import { endDeliveries } from '../background/events.ts'
import { beginPictures } from '../background/picture-requests.ts'
import { VodError } from '../errors.ts'
import {
  type Asset,
  type AssetStatus,
  assetOf,
  attributesJson,
  type Processing,
  requireAsset,
  statusOf,
  type Transcode,
} from './asset.ts'
import { changeAsset, endUploads, retryChanged } from './asset-changes.ts'
import { indexOf } from './asset-index.ts'
import type { ProjectContext } from './context.ts'
import { contentTypeOf, type VideoType } from './file-types.ts'
import { createFactsReader, type FactsReader } from './video-facts.ts'

/** What a client says became of its upload. */
export const OUTCOMES = ['CREATED', 'FAILED', 'CANCELLED'] as const
type Outcome = (typeof OUTCOMES)[number]

/** The states that each outcome leads to. An asset in one of them was confirmed so before. */
const RESULTS: Readonly<Record<Outcome, readonly AssetStatus[]>> = {
  CREATED: ['CREATED', 'PUBLISHED'],
  FAILED: ['UPLOAD_FAILED'],
  CANCELLED: ['CANCELLED'],
}

/** Whether the asset was confirmed so before. Throws VOD.10126 for one that awaits no confirm. */
function isRepeat(asset: Asset, outcome: Outcome): boolean {
  const status = statusOf(asset)
  if (RESULTS[outcome].includes(status)) return true
  if (status !== 'CREATING') throw new VodError(10126)
  return false
}

/**
 * Confirms as CREATED. A client asks for it, or a pull does, or an upload by another door. `deliveries` go out beside the asset's own
 * event. Throws VOD.10062, VOD.10126.
 */
export async function accept(
  call: ProjectContext,
  assetId: string,
  deliveries: readonly NewDelivery[] = [],
): Promise<Asset> {
  const { core, account, project } = call
  const readFacts = createFactsReader(core)
  let unused: Asset['attributes']['multipart'] = []
  const accepted = await retryChanged(async () => {
    const asset = await requireAsset(core, account.id, project, assetId)
    if (isRepeat(asset, 'CREATED')) return asset
    unused = asset.attributes.multipart
    return fill(call, asset, await receivedUpload(call, asset), { readFacts, told: deliveries })
  })
  await endUploads(core, account.id, unused)
  return accepted
}

/** The upload that came last, complete. Throws VOD.10126 where there is none or it is empty, `object-changed` where the asset has moved on. */
async function receivedUpload({ core, account }: ProjectContext, { attributes }: Asset): Promise<Upload> {
  const id = attributes.received?.upload
  const upload = id === undefined ? null : await core.uploads.find({ account: account.id, id })
  if (upload?.state === 'committed' || upload?.state === 'aborted')
    throw new CoreError('object-changed', 'the asset was confirmed meanwhile')
  if (upload?.state !== 'sealed' || upload.sealed.size === 0) throw new VodError(10126)
  return upload
}

/** Another call may have ended the upload while its bytes were read. Then they are not lost, but `object-changed`. */
async function unlessGone<Facts>(
  { core }: ProjectContext,
  upload: Upload,
  reading: Promise<Facts>,
): Promise<Facts> {
  try {
    return await reading
  } catch (error) {
    if (!isCoreError(error, 'storage-failed')) throw error
    const now = await core.uploads.find({ account: upload.account, id: upload.id })
    if (now?.state === 'sealed') throw error
    throw new CoreError('object-changed', 'the bytes went while they were read', {}, error)
  }
}

/** One step gives the asset its new state and ends its upload. Other uploads of parts end after it. */
export async function giveUp(
  call: ProjectContext,
  assetId: string,
  outcome: 'FAILED' | 'CANCELLED',
): Promise<Asset> {
  const { core, account, project } = call
  const status = outcome === 'FAILED' ? 'UPLOAD_FAILED' : 'CANCELLED'
  let unused: Asset['attributes']['multipart'] = []
  const ended = await changeAsset(
    core,
    () => requireAsset(core, account.id, project, assetId),
    (asset) => {
      if (isRepeat(asset, outcome)) return null
      const attributes = { ...asset.attributes, received: null, multipart: [], note: null }
      unused = asset.attributes.multipart
      const changed: Asset = { object: { ...asset.object, status }, attributes }
      const deliveries = endDeliveries(call, changed)
      return { traits: { status }, attributes, ends: asset.attributes.received?.upload, deliveries }
    },
  )
  await endUploads(core, account.id, unused)
  return ended
}

/** Looks at the bytes first, without a lock. Then one step gives the asset its bytes, state, index and event. */
async function fill(
  call: ProjectContext,
  asset: Asset,
  upload: Upload,
  { readFacts, told }: { readonly readFacts: FactsReader; readonly told: readonly NewDelivery[] },
): Promise<Asset> {
  const { object, attributes: before } = asset
  const type = object.kind as VideoType
  const { media, note, heads } = await unlessGone(call, upload, readFacts(upload, type))
  const status = before.autoPublish ? 'PUBLISHED' : 'CREATED'
  const content = 'sealed' in upload ? { blob: upload.blob, ...upload.sealed } : null
  const { asset: changed, deliveries } = beginPictures(
    call,
    {
      object: { ...object, status, media, contentType: contentTypeOf(type), content },
      attributes: { ...before, multipart: [], note, heads, transcode: askedFor(before.processing) },
    },
    { thumbnail: before.processing.thumbnail, firstFrame: true },
  )
  const { contentType } = changed.object
  const filled = await call.core.catalog.fill(
    { account: object.account, id: upload.id },
    {
      ...{ object: { id: object.id }, ifVersion: object.version },
      change: { status, media, contentType, attributes: attributesJson(changed.attributes) },
      index: indexOf(changed.object, changed.attributes),
      deliveries: [...endDeliveries(call, changed), ...deliveries, ...told],
    },
  )
  return assetOf(filled)
}

/** The transcoding that a creation asked for. */
const askedFor = ({ templateGroupName }: Processing): Transcode | null =>
  templateGroupName === null ? null : { templateGroupName }
