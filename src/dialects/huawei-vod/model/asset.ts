import type { TimeMs } from '../../../core/clock.ts'
import type { Core } from '../../../core/core.ts'
import { type AccountId, parseUploadId, type UploadId } from '../../../core/ids.ts'
import { type BucketName, bucketName, innerBucket } from '../../../core/model/buckets.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { StoredObject } from '../../../core/model/objects.ts'
import { type Random, randomHex } from '../../../core/random.ts'
import type { Project } from '../credentials.ts'
import { VodError } from '../errors.ts'
import { type CoverType, isPictureType, suffixOf, type VideoType } from './file-types.ts'
import { type Snapshots, snapshotsJson, type Thumbnail, thumbnailJson } from './snapshots.ts'

/** What `/info` calls the states of an asset (reference §1.18); stands in its object's `status`. */
export type AssetStatus =
  | 'CREATING'
  | 'CREATED'
  | 'PUBLISHED'
  | 'UPLOAD_FAILED'
  | 'CANCELLED'
  | 'DELETED'
  | 'SERVER_ERROR'

/** A media asset. Its object's key is the asset_id. The name is its title, the kind its video_type. */
export interface Asset {
  readonly object: StoredObject
  readonly attributes: AssetAttributes
}

/** What an asset has beside the traits of every object. */
export interface AssetAttributes {
  /** The video's name in its object key: 32 hex characters and a suffix. */
  readonly video: string
  /** The video that came last. It waits for the confirm, and is the asset's content after that. */
  readonly received: ReceivedVideo | null
  /** The video's open uploads of parts, oldest first. */
  readonly multipart: readonly UploadId[]
  /** Null where none was announced. */
  readonly cover: Cover | null
  readonly subtitles: readonly Subtitle[]
  /** The file's name, as the client says. */
  readonly videoName: string
  /** Base64, of the announced video; null where none was given. */
  readonly videoMd5: string | null
  readonly description: string | null
  /** BUILT_IN_CATEGORY where none was chosen. */
  readonly categoryId: number
  readonly tags: readonly string[]
  /** Whether the confirm publishes. */
  readonly autoPublish: boolean
  readonly processing: Processing
  /** A remark on the video, such as that its type is another one than was announced. */
  readonly note: string | null
  /** Size and MD5 of the confirmed video's head. Duplicates are found by them. */
  readonly heads: readonly string[]
  /** Who created the asset. */
  readonly user: string
  /** How the server fetches the video itself; null where it does not. */
  readonly pull: Pull | null
  /** What the confirmed video passes for as transcoded by; null where nobody asked for that. */
  readonly transcode: Transcode | null
  /** Null where none were asked for, or nobody makes pictures here. */
  readonly snapshots: Snapshots | null
}

/** What is known of the video of an asset that has none yet, or none any more. */
export const NO_VIDEO = {
  received: null,
  multipart: [],
  note: null,
  transcode: null,
  snapshots: null,
  heads: [],
} satisfies Partial<AssetAttributes>

/** A transcoding that was asked for. Nothing is transcoded: it is over at once, with the original as its output. */
export interface Transcode {
  readonly templateGroupName: string
}

/** States of a pull, as the vendor's list of tasks calls them. */
export type PullState = 'WAITING' | 'PROCESSING' | 'SUCCEED' | 'FAILED'

export interface Pull {
  readonly url: string
  readonly state: PullState
  /** Null until it has succeeded or failed. */
  readonly endedAt: TimeMs | null
}

/** What was asked to be done with the video. */
export interface Processing {
  readonly templateGroupName: string | null
  readonly workflowName: string | null
  readonly autoEncrypt: boolean
  readonly autoPreheat: boolean
  readonly thumbnail: Thumbnail | null
  readonly review: JsonObject | null
}

export interface ReceivedVideo {
  readonly upload: UploadId
  /** As the store answered it, without quotes. */
  readonly etag: string
}

export interface Cover {
  readonly type: CoverType
  /** There and true: it is a frame of the video, which another one may replace. */
  readonly isMade?: true
  /** Base64; null where none was given. */
  readonly md5: string | null
}

export interface Subtitle {
  /** 1 to 8. */
  readonly id: number
  readonly language: 'CN' | 'EN'
  readonly name: string | null
  readonly description: string | null
  /** Base64; null where none was given. */
  readonly md5: string | null
}

const OWNER = 'huawei-vod'

/** Where a project's assets are. */
export const assetsBucket = ({ id }: Pick<Project, 'id'>): BucketName => bucketName(OWNER, `vod-${id}`)

/** Where bytes wait for the confirm of their asset. */
export const uploadsBucket = ({ id }: Pick<Project, 'id'>): BucketName => innerBucket(OWNER, `uploads/${id}`)

/** Where covers and subtitles are, by their object keys. */
export const filesBucket = ({ id }: Pick<Project, 'id'>): BucketName => innerBucket(OWNER, `files/${id}`)

/** As the object's attributes. */
export const attributesJson = (attributes: AssetAttributes): JsonObject => {
  const { received, cover, subtitles, processing, pull, transcode, snapshots } = attributes
  return {
    ...attributes,
    received: received === null ? null : { ...received },
    cover: cover === null ? null : { ...cover },
    subtitles: subtitles.map((subtitle) => ({ ...subtitle })),
    processing: { ...processing, thumbnail: thumbnailJson(processing.thumbnail) },
    pull: pull === null ? null : { ...pull },
    transcode: transcode === null ? null : { ...transcode },
    snapshots: snapshotsJson(snapshots),
  }
}

/** What assets of version 0.1 have not. */
const LATER: Pick<AssetAttributes, 'transcode' | 'snapshots'> = { transcode: null, snapshots: null }

/** Reads what `attributesJson` wrote: only this dialect writes to its buckets. */
export const assetOf = (object: StoredObject): Asset => ({
  object,
  attributes: { ...LATER, ...(object.attributes as unknown as Omit<AssetAttributes, keyof typeof LATER>) },
})

/** Null for one that is not there, and for what cannot be an asset_id. */
export async function findAsset(
  core: Core,
  account: AccountId,
  project: Pick<Project, 'id'>,
  assetId: string,
): Promise<Asset | null> {
  if (!isAssetId(assetId)) return null
  const object = await core.objects.find({ account, bucket: assetsBucket(project), key: assetId })
  return object === null ? null : assetOf(object)
}

/** As `findAsset`. Throws VOD.10062 for one that is not there, and for one that is deleted. */
export async function requireAsset(
  core: Core,
  account: AccountId,
  project: Pick<Project, 'id'>,
  assetId: string,
): Promise<Asset> {
  const asset = await findAsset(core, account, project, assetId)
  if (asset === null || statusOf(asset) === 'DELETED') throw new VodError(10062)
  return asset
}

/** A name for a video's object key that nobody can guess. */
export const newVideoName = (random: Random, type: VideoType): string =>
  `${randomHex(random, 16)}.${suffixOf(type)}`

export const isAssetId = (text: string): boolean => parseUploadId(text) !== null

export const statusOf = ({ object }: Asset): AssetStatus => object.status as AssetStatus

/** Whether the video was to be transcoded, and is there to be played. */
export const isTranscoded = (asset: Asset): boolean =>
  asset.attributes.transcode !== null && isConfirmed(asset) && asset.object.content !== null

/** Whether the video may be read. */
export const isConfirmed = (asset: Asset): boolean => ['CREATED', 'PUBLISHED'].includes(statusOf(asset))

/** What pictures are taken of: there, and with something to see, as far as that is known. */
export const isSeen = ({ object: { kind, media, content } }: Asset): boolean =>
  content !== null && isPictureType(kind as VideoType) && (media === null || media.video !== null)
