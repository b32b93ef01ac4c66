import { randomHex } from '../../../core/random.ts'
import type { Reply } from '../../../http/types.ts'
import { type AssetAttributes, assetsBucket, attributesJson, NO_VIDEO, newVideoName } from '../model/asset.ts'
import { indexOf } from '../model/asset-index.ts'
import { requireCategory } from '../model/categories.ts'
import type { ProjectContext } from '../model/context.ts'
import { UPLOAD_TYPES, type VideoType } from '../model/file-types.ts'
import { obsBucket, regionOf, videoKey } from '../storage/object-keys.ts'
import { coverUploadUrl, subtitleUploadUrl, videoUploadUrl } from '../storage/urls.ts'
import { readAnnounced, readCover, readSubtitles, readTitle, readVideoName } from '../wire/announced.ts'
import { Fields } from '../wire/fields.ts'
import { type Call, reply } from './call.ts'

/** createAssetByFileUpload (page vod_04_0196, reference §1.1): an asset that waits for its bytes. */
export async function create(call: Call): Promise<Reply> {
  const { project } = call
  const { key, attributes, type } = await makeAsset(call, new Fields(call.body))
  const bucket = obsBucket(project)
  return reply(call, 200, {
    asset_id: key,
    video_upload_url: videoUploadUrl(call, key, attributes, type),
    cover_upload_url: coverUploadUrl(call, key, attributes.cover),
    subtitle_upload_urls: attributes.subtitles.map((subtitle) => subtitleUploadUrl(call, key, subtitle)),
    target: { bucket, location: regionOf(bucket), object: videoKey(project, key, attributes) },
  })
}

/** Who makes an asset: the name is the user's. */
type Maker = ProjectContext & Pick<Call, 'user'>

/** Makes an asset of the fields of that call. Errors: VOD.10053, those of categories. */
export async function makeAsset(call: Maker, fields: Fields) {
  const { core, account, project } = call
  const title = readTitle(fields)
  const type = fields.requiredOneOf('video_type', UPLOAD_TYPES)
  const attributes = readAttributes(call, fields, type)
  await requireCategory(call, attributes.categoryId)
  const key = randomHex(core.random, 16)
  const named = { name: title, kind: type, status: 'CREATING' }
  await core.objects.put({
    ...{ account: account.id, bucket: assetsBucket(project), key, staged: null, conflict: 'fail' },
    traits: { ...named, contentType: null, media: null, attributes: attributesJson(attributes) },
    index: indexOf(named, attributes),
  })
  return { key, attributes, type }
}

function readAttributes(call: Maker, fields: Fields, type: VideoType): AssetAttributes {
  return {
    ...{ ...NO_VIDEO, pull: null, user: call.user },
    video: newVideoName(call.core.random, type),
    videoName: readVideoName(fields),
    videoMd5: fields.md5('video_md5'),
    cover: readCover(fields),
    subtitles: readSubtitles(fields),
    ...readAnnounced(fields, call.options),
  }
}
