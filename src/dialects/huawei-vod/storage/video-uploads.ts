import { CoreError } from '../../../core/errors.ts'
import { type AccountId, parseUploadId, type UploadId } from '../../../core/ids.ts'
import type { Staged } from '../../../core/model/bytes.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { ListedPart, Upload, UploadLimits } from '../../../core/model/uploads.ts'
import { randomHex } from '../../../core/random.ts'
import { PlaneError } from '../../../object-plane/errors.ts'
import type { PlanePart } from '../../../object-plane/types.ts'
import type { Project } from '../credentials.ts'
import { type Asset, type ReceivedVideo, statusOf, uploadsBucket } from '../model/asset.ts'
import { type AssetChange, changeAsset } from '../model/asset-changes.ts'
import type { Vod } from '../model/context.ts'
import { findByObjectKey } from './object-keys.ts'

const KIB = 1024
const GIB = KIB ** 3

/** Bytes of one PUT, whole or part: page obs_04_0099. */
export const PUT_SIZE_MAX = 5 * GIB
const PARTS_MAX = 10_000
/** Reference §4.2. The last part may be smaller. */
const LIMITS: UploadLimits = {
  partNumberMin: 1,
  partNumberMax: PARTS_MAX,
  partSizeMin: 100 * KIB,
  partSizeMax: PUT_SIZE_MAX,
  sizeMax: PARTS_MAX * PUT_SIZE_MAX,
}
/** An asset may have so many open uploads of parts. With one more the oldest ends. */
const MULTIPART_MAX = 100

/** The video of an asset, by its object key. */
export interface VideoAddress {
  readonly account: AccountId
  readonly project: Pick<Project, 'id'>
  readonly key: string
}

/** The asset that awaits a video at this address. Throws PlaneError `access-denied` if none does, or not any more. */
async function awaitedAsset({ core }: Vod, { account, project, key }: VideoAddress): Promise<Asset> {
  const file = await findByObjectKey(core, account, project, key)
  if (file?.kind !== 'video') throw new PlaneError('access-denied', 'no asset has this object key')
  requireAwaiting(file.asset)
  return file.asset
}

/** Throws PlaneError `access-denied` for an asset whose video is not awaited. */
export function requireAwaiting(asset: Asset): void {
  if (statusOf(asset) !== 'CREATING') throw new PlaneError('access-denied', 'the asset awaits no video')
}

/** Begins an upload of parts; returns its id as OBS writes them. Throws PlaneError `access-denied`. */
export async function beginMultipart(vod: Vod, address: VideoAddress): Promise<string> {
  return obsUploadId(await beginParts(vod, address, {}))
}

export const obsUploadId = ({ id }: Pick<Upload, 'id'>): string => id.toUpperCase()

/** As `beginMultipart`. `sizeNamed` is that of the video, where it is known. Throws PlaneError `access-denied`. */
export async function beginParts(
  vod: Vod,
  address: VideoAddress,
  more: { readonly sizeNamed?: number; readonly attributes?: JsonObject },
): Promise<Upload> {
  await awaitedAsset(vod, address)
  const upload = await begin(vod, address, more)
  const { id } = upload
  await changeOrEnd(vod, address, id, ({ attributes }) => {
    const all = [...attributes.multipart, id]
    const [oldest, ...others] = all
    const isFull = all.length > MULTIPART_MAX
    return {
      attributes: { ...attributes, multipart: isFull ? others : all },
      ends: isFull ? oldest : undefined,
    }
  })
  return upload
}

/** The open upload of parts that a client names. Throws PlaneError `no-such-upload`. */
export async function openMultipart(vod: Vod, address: VideoAddress, uploadId: string): Promise<Upload> {
  const upload = await findUpload(vod, address, uploadId)
  if (upload.state !== 'open' || vod.core.clock.now() >= upload.expiresAt) throw noSuchUpload()
  await listingAsset(vod, address, upload.id)
  return upload
}

/**
 * Makes the listed parts, or all, the video that waits for the confirm. It replaces an earlier one. Returns its etag, also to a repeat.
 * Throws PlaneError `no-such-upload`, and as a seal does.
 */
export async function completeMultipart(
  vod: Vod,
  address: VideoAddress,
  uploadId: string,
  parts?: readonly ListedPart[],
): Promise<string> {
  const { id } = await findUpload(vod, address, uploadId)
  const listed = parts === undefined ? {} : { parts }
  const upload = await vod.core.uploads.seal({ account: address.account, id }, listed)
  if (!('sealed' in upload)) throw noSuchUpload()
  const received = { upload: id, etag: `${upload.sealed.md5OfParts}-${upload.sealed.partCount}` }
  if (upload.state !== 'sealed') return received.etag
  try {
    await receive(vod, address, received, 'multipart')
  } catch (error) {
    // A repetition may have completed it meanwhile, and its asset may have been confirmed.
    if ((await findUpload(vod, address, uploadId)).state !== 'committed') throw error
  }
  return received.etag
}

/** Ends an upload of parts that is not complete. Throws PlaneError `no-such-upload`. */
export async function abortMultipart(vod: Vod, address: VideoAddress, uploadId: string): Promise<void> {
  const { id } = await findUpload(vod, address, uploadId)
  await changeAsset(
    vod.core,
    () => listingAsset(vod, address, id),
    ({ attributes }) => ({
      attributes: { ...attributes, multipart: attributes.multipart.filter((each) => each !== id) },
      ends: id,
    }),
  )
}

/**
 * Makes these bytes the video that waits for the confirm. They replace an earlier one. Takes over `staged`, also when it fails.
 * Throws PlaneError `access-denied`.
 */
export async function putVideo(vod: Vod, address: VideoAddress, staged: Staged): Promise<void> {
  const { core } = vod
  const { account } = address
  let upload: Upload
  try {
    upload = await begin(vod, address)
  } catch (error) {
    await core.staging.discard(staged)
    throw error
  }
  const { id } = upload
  await core.uploads.attach({ account, id }, 1, staged)
  await core.uploads.seal({ account, id })
  await receive(vod, address, { upload: id, etag: staged.facts.digests.md5 ?? '' }, 'whole')
}

function begin(
  { core, options }: Vod,
  { account, project, key }: VideoAddress,
  { sizeNamed, ...more }: { readonly sizeNamed?: number; readonly attributes?: JsonObject } = {},
): Promise<Upload> {
  const ref = randomHex(core.random, 16)
  const expiresAt = core.clock.now() + options.uploadTtlS * 1000
  const limits = sizeNamed === undefined ? LIMITS : { ...LIMITS, sizeNamed }
  return core.uploads.begin({
    ...{ account, bucket: uploadsBucket(project), ref, key, limits, expiresAt },
    ...more,
  })
}

/** Puts a part of an upload that `openMultipart` has found. Takes over `staged`, also when it fails. */
export async function putPart(
  { core }: Vod,
  { account }: VideoAddress,
  { uploadId, number }: PlanePart,
  staged: Staged,
): Promise<void> {
  await core.uploads.attach({ account, id: parseObsUploadId(uploadId) }, number, staged)
}

/** Throws PlaneError `no-such-upload`. */
function parseObsUploadId(text: string): UploadId {
  const id = /^[0-9A-F]{32}$/.test(text) ? parseUploadId(text.toLowerCase()) : null
  if (id === null) throw noSuchUpload()
  return id
}

/** An upload of the video, whatever its state. Throws PlaneError `no-such-upload`. */
async function findUpload({ core }: Vod, address: VideoAddress, uploadId: string): Promise<Upload> {
  const upload = await core.uploads.find({ account: address.account, id: parseObsUploadId(uploadId) })
  if (upload?.bucket !== uploadsBucket(address.project) || upload.key !== address.key) throw noSuchUpload()
  return upload
}

/** The asset that lists this upload as an open one. Throws PlaneError `no-such-upload`. */
async function listingAsset(vod: Vod, address: VideoAddress, upload: UploadId): Promise<Asset> {
  const asset = await awaitedAsset(vod, address).catch(asNoSuchUpload)
  if (!asset.attributes.multipart.includes(upload)) throw noSuchUpload()
  return asset
}

/** Makes a sealed upload the one that waits. The earlier one ends with this change. One of parts must still be listed as open. */
async function receive(
  vod: Vod,
  address: VideoAddress,
  received: ReceivedVideo,
  kind: 'whole' | 'multipart',
): Promise<void> {
  const { upload } = received
  await changeOrEnd(vod, address, upload, ({ attributes }) => {
    const before = attributes.received?.upload
    if (before === upload) return null
    if (kind === 'multipart' && !attributes.multipart.includes(upload)) throw noSuchUpload()
    const multipart = attributes.multipart.filter((each) => each !== upload)
    return { attributes: { ...attributes, multipart, received }, ends: before }
  }).catch((error: unknown) => (kind === 'multipart' ? asNoSuchUpload(error) : rethrow(error)))
}

/** Changes the attributes of an asset that awaits its video. If that is refused, the upload ends. */
async function changeOrEnd(
  vod: Vod,
  address: VideoAddress,
  upload: UploadId,
  decide: (asset: Asset) => AssetChange | null,
): Promise<void> {
  try {
    await changeAsset(vod.core, () => awaitedAsset(vod, address), decide)
  } catch (error) {
    if (error instanceof PlaneError) await endQuietly(vod, address, upload)
    throw error
  }
}

/** An upload that does not end here expires. */
async function endQuietly({ core }: Vod, { account }: VideoAddress, id: UploadId): Promise<void> {
  try {
    await core.uploads.abort({ account, id })
  } catch (error) {
    if (!(error instanceof CoreError)) throw error
  }
}

function asNoSuchUpload(error: unknown): never {
  throw error instanceof PlaneError ? noSuchUpload() : error
}

function rethrow(error: unknown): never {
  throw error
}

const noSuchUpload = (): PlaneError =>
  new PlaneError('no-such-upload', 'no such upload, or one that takes no more bytes')
