import type { JsonObject } from '../../../core/model/json.ts'
import { sourceOf } from '../background/stored-source.ts'
import type { Project } from '../credentials.ts'
import { type Asset, isConfirmed, type Subtitle, statusOf } from '../model/asset.ts'
import { BUILT_IN_CATEGORY, currentCategories, type NamedCategory } from '../model/categories.ts'
import type { ProjectContext } from '../model/context.ts'
import { NO_ASSET, STATUSES } from '../model/statuses.ts'
import { coverKey, subtitleKey, videoKey } from '../storage/object-keys.ts'
import { presentKeys, sideKeys } from '../storage/side-files.ts'
import { playUrl } from '../storage/urls.ts'
import { metaData, playInfos } from './outputs.ts'
import { timeText } from './times.ts'

type Context = Pick<ProjectContext, 'core' | 'account' | 'project' | 'publicUrl'>

/** An asset with everything that answers tell of it. */
export interface ShownAsset extends Asset {
  readonly project: Project
  readonly description: string
  readonly category: NamedCategory
  /** Null: there are no bytes. */
  readonly videoUrl: string | null
  readonly coverUrls: readonly string[]
  readonly subtitles: readonly (Subtitle & { readonly url: string })[]
  /** As answers name what can be played. */
  readonly playInfos: readonly JsonObject[]
}

/** Looks up what is not kept in the assets: names of categories, and which of the announced files came. */
export async function showAssets(context: Context, assets: readonly Asset[]): Promise<readonly ShownAsset[]> {
  const ids = [...new Set(assets.map(({ attributes }) => attributes.categoryId))]
  const keys = assets.filter(isConfirmed).flatMap((asset) => sideKeys(context, asset))
  const [categories, present] = await Promise.all([
    currentCategories(context, ids),
    presentKeys(context, keys),
  ])
  return assets.map((asset) => {
    const { project } = context
    const { object, attributes } = asset
    const urlOf = (key: string): string => playUrl(context, key)
    const cover = coverKey(project, object.key, attributes)
    return {
      ...asset,
      project,
      description: descriptionOf(asset),
      category: categories.get(attributes.categoryId) ?? BUILT_IN_CATEGORY,
      videoUrl: object.content === null ? null : urlOf(videoKey(project, object.key, attributes)),
      playInfos: playInfos(context, asset),
      coverUrls: cover !== null && present.has(cover) ? [urlOf(cover)] : [],
      subtitles: attributes.subtitles.flatMap((subtitle) => {
        const key = subtitleKey(project, object.key, subtitle.id)
        return present.has(key) ? [{ ...subtitle, url: urlOf(key) }] : []
      }),
    }
  })
}

/** The state in words, and the remark on the file. */
function descriptionOf(asset: Asset): string {
  const { description } = STATUSES[statusOf(asset)]
  const isGone = isConfirmed(asset) && asset.object.content === null
  const note = isGone ? 'The source file is deleted' : asset.attributes.note
  return note === null ? description : `${description}. ${note}.`
}

/** `base_info` of reference §1.7, without the URL that is signed. */
export function baseInfo(shown: ShownAsset): JsonObject {
  const { object, attributes, category, videoUrl, coverUrls, subtitles } = shown
  return {
    title: object.name,
    video_name: attributes.videoName,
    description: attributes.description,
    category_id: category.id,
    category_name: category.name,
    create_time: timeText(object.createdAt),
    last_modified: timeText(object.updatedAt),
    video_type: object.kind,
    tags: attributes.tags.length === 0 ? null : attributes.tags.join(','),
    meta_data: metaData(shown),
    video_url: videoUrl,
    cover_info_array: coverUrls.map((cover_url) => ({ cover_url })),
    subtitle_info: subtitles.map(({ url, id, language }) => ({ url, id, type: 'SRT', language })),
    source_path: sourcePath(shown),
    output_path: null,
  }
}

/** Where a copied video comes from; null for any other. */
function sourcePath({ project, attributes }: ShownAsset): JsonObject | null {
  const source = sourceOf(attributes.pull?.url ?? '')
  return source === null ? null : { bucket: source.bucket, location: project.name, object: source.key }
}

/** `AssetInfo` of reference §1.9. */
export function assetInfo(shown: ShownAsset): JsonObject {
  return {
    asset_id: shown.object.key,
    status: statusOf(shown),
    description: shown.description,
    is_multi_transcode: false,
    base_info: baseInfo(shown),
    play_info_array: shown.playInfos,
  }
}

/** The answer for an asset that is not there. */
export const noAssetInfo = (assetId: string): JsonObject => ({
  asset_id: assetId,
  ...NO_ASSET,
  is_multi_transcode: null,
  base_info: null,
  play_info_array: null,
})
