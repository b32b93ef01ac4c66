import type { Json } from '../../../core/model/json.ts'
import type { Reply } from '../../../http/types.ts'
import { VodError } from '../errors.ts'
import {
  type Asset,
  type AssetStatus,
  type Cover,
  newVideoName,
  requireAsset,
  type Subtitle,
  statusOf,
} from '../model/asset.ts'
import { type AssetChange, changeAsset } from '../model/asset-changes.ts'
import { UPLOAD_TYPES, type VideoType } from '../model/file-types.ts'
import { coverKey } from '../storage/object-keys.ts'
import { removeSideFiles } from '../storage/side-files.ts'
import { coverUploadUrl, subtitleUploadUrl, videoUploadUrl } from '../storage/urls.ts'
import { readCover, readSubtitles, readVideoName } from '../wire/announced.ts'
import { Fields } from '../wire/fields.ts'
import { type Call, reply } from './call.ts'
import { ASSET_ID } from './confirm.ts'

/** States in which a video may be sent anew (page vod_04_0207): nothing of the earlier one is left. */
const REPLACEABLE: readonly AssetStatus[] = ['UPLOAD_FAILED', 'CANCELLED', 'SERVER_ERROR']
const COVER_ID_MAX = 7

interface NewVideo {
  /** Its name in the object key. It is a fresh one, so that earlier URLs write nothing. */
  readonly video: string
  readonly videoName: string
  readonly videoMd5: string | null
  readonly type: VideoType
}

/** What shall be sent anew; at least one of them. */
interface Files {
  readonly video: NewVideo | null
  readonly cover: Cover | null
  /** Each replaces the one with the same id. */
  readonly subtitles: readonly Subtitle[]
}

/** updateAsset (page vod_04_0207, reference §1.6): URLs for files of an asset that is there. */
export async function updateFiles(call: Call): Promise<Reply> {
  const { core, account, project } = call
  const fields = new Fields(call.body)
  const assetId = fields.requiredText('asset_id', ASSET_ID)
  const files = readFiles(call, fields)
  let before: Asset | null = null
  const find = async () => {
    before = await requireAsset(core, account.id, project, assetId)
    return before
  }
  const { object, attributes } = await changeAsset(core, find, (asset) => decide(asset, files))
  await removeOldCover(call, before, files)
  const { video, cover, subtitles } = files
  const urls: Record<string, Json> = {}
  if (video !== null) urls.video_upload_url = videoUploadUrl(call, object.key, attributes, video.type)
  if (cover !== null) urls.cover_upload_url = coverUploadUrl(call, object.key, cover)
  if (subtitles.length > 0)
    urls.subtitle_upload_urls = subtitles.map((subtitle) => subtitleUploadUrl(call, object.key, subtitle))
  return reply(call, 200, { asset_id: object.key, ...urls })
}

/** Throws VOD.10053 where nothing is named, or a video or cover without all that belongs to it. */
function readFiles({ core }: Call, fields: Fields): Files {
  const cover = readCover(fields)
  const subtitles = readSubtitles(fields)
  fields.integer('cover_id', 0, COVER_ID_MAX)
  const isVideo = fields.has('video_name') || fields.has('video_type')
  if (!isVideo && cover === null && subtitles.length === 0) throw fields.illegal('video_name')
  return { video: isVideo ? readVideo(core, fields) : null, cover, subtitles }
}

function readVideo({ random }: Call['core'], fields: Fields): NewVideo {
  const videoName = readVideoName(fields)
  const type = fields.requiredOneOf('video_type', UPLOAD_TYPES)
  return { video: newVideoName(random, type), videoName, videoMd5: fields.md5('video_md5'), type }
}

/** Throws VOD.10061 for a video where none is missing. */
function decide(asset: Asset, { video, cover, subtitles }: Files): AssetChange {
  if (video !== null && !REPLACEABLE.includes(statusOf(asset))) throw new VodError(10061)
  const { attributes: before } = asset
  const ids = subtitles.map(({ id }) => id)
  const attributes = {
    ...before,
    cover: cover ?? before.cover,
    subtitles: [...before.subtitles.filter(({ id }) => !ids.includes(id)), ...subtitles],
  }
  if (video === null) return { attributes }
  const { type, ...named } = video
  return {
    attributes: { ...attributes, ...named, note: null, transcode: null, snapshots: null },
    traits: { status: 'CREATING', kind: type, media: null },
  }
}

/** A cover of another type has another key. */
async function removeOldCover(call: Call, before: Asset | null, { cover }: Files): Promise<void> {
  if (before === null || cover === null || before.attributes.cover?.type === cover.type) return
  const key = coverKey(call.project, before.object.key, before.attributes)
  if (key !== null) await removeSideFiles(call, [key])
}
