import { CoreError, isCoreError } from '../../../core/errors.ts'
import type { Upload } from '../../../core/model/uploads.ts'
import type { Reply } from '../../../http/types.ts'
import { createCompleteDeliveries } from '../background/events.ts'
import { VodError } from '../errors.ts'
import {
  type Asset,
  type AssetStatus,
  assetOf,
  attributesJson,
  requireAsset,
  statusOf,
} from '../model/asset.ts'
import { changeAsset, endUploads, retryChanged } from '../model/asset-changes.ts'
import { indexOf } from '../model/asset-index.ts'
import { contentTypeOf, type VideoType } from '../model/file-types.ts'
import { createFactsReader, type FactsReader } from '../model/video-facts.ts'
import { Fields } from '../wire/fields.ts'
import { type Call, type ProjectContext, reply } from './call.ts'

/** What a client says became of its upload. */
const OUTCOMES = ['CREATED', 'FAILED', 'CANCELLED'] as const
type Outcome = (typeof OUTCOMES)[number]

/** The states that each outcome leads to: an asset that has one of them was confirmed so before. */
const RESULTS: Readonly<Record<Outcome, readonly AssetStatus[]>> = {
  CREATED: ['CREATED', 'PUBLISHED'],
  FAILED: ['UPLOAD_FAILED'],
  CANCELLED: ['CANCELLED'],
}

/** Bytes of an asset_id that are looked at: longer ones are none. */
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

/** In the words of the page, which are Chinese; in English for those who ask for it. */
function noAsset({ exchange }: Call): VodError {
  const isEnglish = /^\s*en\b/i.test(exchange.request.headers['accept-language'] ?? '')
  return new VodError(10062, isEnglish ? undefined : '媒资或资源不存在，请检查。')
}

/** Whether the asset was confirmed so before. Throws VOD.10126 for one that awaits no confirm. */
function isRepeat(asset: Asset, outcome: Outcome): boolean {
  const status = statusOf(asset)
  if (RESULTS[outcome].includes(status)) return true
  if (status !== 'CREATING') throw new VodError(10126)
  return false
}

/** Confirms as CREATED: a client's word, or a pull's. Throws VOD.10062, VOD.10126. */
export async function accept(call: ProjectContext, assetId: string): Promise<Asset> {
  const { core, account, project } = call
  const readFacts = createFactsReader(core)
  let unused: Asset['attributes']['multipart'] = []
  const accepted = await retryChanged(async () => {
    const asset = await requireAsset(core, account.id, project, assetId)
    if (isRepeat(asset, 'CREATED')) return asset
    unused = asset.attributes.multipart
    return fill(call, asset, await receivedUpload(call, asset), readFacts)
  })
  await endUploads(core, account.id, unused)
  return accepted
}

/** The upload that came last, complete. Throws VOD.10126 where there is none, `object-changed` where the asset has moved on. */
async function receivedUpload({ core, account }: ProjectContext, { attributes }: Asset): Promise<Upload> {
  const id = attributes.received?.upload
  const upload = id === undefined ? null : await core.uploads.find({ account: account.id, id })
  if (upload?.state === 'committed' || upload?.state === 'aborted')
    throw new CoreError('object-changed', 'the asset was confirmed meanwhile')
  if (upload?.state !== 'sealed') throw new VodError(10126)
  return upload
}

/** One step: the bytes, the state, what it is found by, and the event. Nothing is held while the bytes are looked at. */
async function fill(
  call: ProjectContext,
  asset: Asset,
  upload: Upload,
  readFacts: FactsReader,
): Promise<Asset> {
  const { object, attributes: before } = asset
  const type = object.kind as VideoType
  const { media, note, heads } = await unlessGone(call, upload, readFacts(upload, type))
  const status = before.autoPublish ? 'PUBLISHED' : 'CREATED'
  const attributes = { ...before, multipart: [], note, heads }
  const change = { status, media, contentType: contentTypeOf(type), attributes: attributesJson(attributes) }
  const content = 'sealed' in upload ? { blob: upload.blob, ...upload.sealed } : null
  const changed: Asset = { object: { ...object, ...change, content }, attributes }
  const filled = await call.core.catalog.fill(
    { account: object.account, id: upload.id },
    {
      ...{ object: { id: object.id }, ifVersion: object.version },
      ...{ change, index: indexOf(changed.object, attributes) },
      deliveries: createCompleteDeliveries(call, changed),
    },
  )
  return assetOf(filled)
}

/** Tells bytes that went because the asset was confirmed otherwise while they were read from bytes that are lost. */
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

/** The asset's new state and the end of its bytes are one step; what is left of parts ends after it. */
async function giveUp(call: Call, assetId: string, outcome: 'FAILED' | 'CANCELLED'): Promise<Asset> {
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
      const deliveries = createCompleteDeliveries(call, changed)
      return { fields: { status }, attributes, ends: asset.attributes.received?.upload, deliveries }
    },
  )
  await endUploads(core, account.id, unused)
  return ended
}
