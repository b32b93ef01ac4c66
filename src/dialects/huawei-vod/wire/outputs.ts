import type { Json, JsonObject } from '../../../core/model/json.ts'
import { type Asset, isConfirmed, isTranscoded } from '../model/asset.ts'
import type { ProjectContext } from '../model/context.ts'
import type { VideoType } from '../model/file-types.ts'
import { metaDataOf } from '../model/media.ts'
import type { SnapshotList } from '../model/snapshots.ts'
import { NOT_RUN } from '../model/statuses.ts'
import { snapshotKey, videoKey } from '../storage/object-keys.ts'
import { playUrl } from '../storage/urls.ts'

/** What the vendor says of a transcoding that went well (reference §1.8). */
export const TRANSCODED = { status: 'TRANSCODE_SUCCEED', description: 'Transcode success' } as const

const SNAPSHOTS_MADE = 'Thumbnail success'

type Context = Pick<ProjectContext, 'project' | 'publicUrl'>

/** `meta_data`; null where the video is not there yet, or could not be measured. */
export const metaData = ({ object: { kind, media, content } }: Asset): JsonObject | null =>
  media === null ? null : metaDataOf(kind as VideoType, media, content?.size ?? 0)

/** The state of transcoding that answers tell. */
export const transcodeStatus = (asset: Asset): string =>
  isTranscoded(asset) ? TRANSCODED.status : NOT_RUN.transcode

/**
 * `play_info_array` (SDK model PlayInfo): nothing is transcoded, so that the original is the only thing to play. Empty where there is
 * none.
 */
export const playInfos = (context: Context, asset: Asset): readonly JsonObject[] =>
  originals(context, asset).map(({ type, url }) => ({
    play_type: type.toLowerCase(),
    ...{ group_id: null, group_name: groupName(asset), url, encrypted: 0 },
    meta_data: metaData(asset),
  }))

/** `output` of `transcode_info` (SDK model Output): the original. Empty where there is none. */
export const outputs = (context: Context, asset: Asset): readonly JsonObject[] =>
  originals(context, asset).map(({ type, url }) => ({
    play_type: type,
    ...{ url, group_id: null, group_name: groupName(asset), encrypted: 0 },
    quality: qualityOf(asset),
    meta_data: metaData(asset),
  }))

/** `transcode_info` (SDK model TranscodeInfo); null for an asset without a video to play. */
export function transcodeInfo(context: Context, asset: Asset): JsonObject | null {
  const output = outputs(context, asset)
  if (output.length === 0) return null
  return {
    template_group_name: groupName(asset),
    output,
    exec_desc: isTranscoded(asset) ? TRANSCODED.description : null,
    transcode_status: transcodeStatus(asset),
  }
}

type SnapshotUrls = Readonly<Record<SnapshotList, readonly JsonObject[]>>

/** The snapshots that are made, by list; null where the last request for some is not over, or failed. */
export function snapshotUrls(
  context: Context,
  { object, attributes: { snapshots } }: Asset,
): SnapshotUrls | null {
  if (snapshots?.status !== 'THUMBNAIL_SUCCEED') return null
  const urls = (list: SnapshotList) =>
    snapshots.made[list].map((offset) => ({
      offset,
      url: playUrl(context, snapshotKey(context.project, object.key, list, offset)),
    }))
  return { sample: urls('sample'), dots: urls('dots'), quantity: urls('quantity') }
}

/** `thumbnail_info` (reference §1.7); null until there are snapshots, as the page of details says. */
export function thumbnailInfo(context: Context, asset: Asset): JsonObject | null {
  const urls = snapshotUrls(context, asset)
  return urls && { ...urls, exec_desc: SNAPSHOTS_MADE, thumbnail_status: thumbnailStatus(asset) }
}

/** The state of snapshots that answers tell. */
export const thumbnailStatus = ({ attributes }: Asset): string =>
  attributes.snapshots?.status ?? NOT_RUN.thumbnail

/** What became of snapshots, in words; null while nothing did. */
export function thumbnailDescription({ attributes: { snapshots } }: Asset): string | null {
  if (snapshots?.status === 'THUMBNAIL_SUCCEED') return SNAPSHOTS_MADE
  return snapshots?.reason ?? null
}

const groupName = ({ attributes }: Asset): string | null => attributes.transcode?.templateGroupName ?? null

const qualityOf = (asset: Asset): Json => metaData(asset)?.quality ?? null

/** The confirmed video. Its type is the announced one: the vendor's own play types are MP4, MP3, AAC, HLS and DASH. */
function originals(
  context: Context,
  asset: Asset,
): readonly { readonly type: string; readonly url: string }[] {
  const { object, attributes } = asset
  if (object.content === null || !isConfirmed(asset)) return []
  return [{ type: object.kind, url: playUrl(context, videoKey(context.project, object.key, attributes)) }]
}
