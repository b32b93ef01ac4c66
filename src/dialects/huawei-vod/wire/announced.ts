import type { AssetAttributes, Cover, Processing, Subtitle } from '../model/asset.ts'
import { BUILT_IN_CATEGORY, CATEGORY_ID } from '../model/categories.ts'
import type { Thumbnail } from '../model/snapshots.ts'
import type { Fields } from './fields.ts'

/** Limits of page vod_04_0196, in bytes of UTF-8. A field without one has that of the most similar field. */
const TITLE = { bytesMax: 128 }
const DESCRIPTION = { bytesMax: 1024 }
const NAME = { bytesMax: 128 }
const TAGS_MAX = 16
/** As the current page has it. The page of 2021 says 16. */
const TAG_BYTES_MAX = 24
const SUBTITLES_MAX = 8
const LIST_MAX = 100

export const readTitle = (fields: Fields): string => fields.requiredText('title', TITLE)
/** Null: it stays as it is. */
export const readNewTitle = (fields: Fields): string | null =>
  fields.has('title') ? readTitle(fields) : null
export const readDescription = (fields: Fields): string | null => fields.text('description', DESCRIPTION)
export const readVideoName = (fields: Fields): string => fields.requiredText('video_name', NAME)
/** Null: none is named. Does not look whether there is such a category. */
export const readCategoryId = (fields: Fields): number | null =>
  fields.integer('category_id', CATEGORY_ID.min, CATEGORY_ID.max)

/** Separated by commas; each counts once. Null where none are named. */
export function readTags(fields: Fields): readonly string[] | null {
  const text = fields.text('tags', { bytesMax: 2 * TAGS_MAX * TAG_BYTES_MAX })
  if (text === null) return null
  const tags = [...new Set(text.split(',').map((tag) => tag.trim()))].filter((tag) => tag !== '')
  if (tags.length > TAGS_MAX || tags.some((tag) => Buffer.byteLength(tag) > TAG_BYTES_MAX))
    throw fields.illegal('tags')
  return tags
}

/** Null where none is announced. */
export function readCover(fields: Fields): Cover | null {
  const type = fields.oneOf('cover_type', ['JPG', 'PNG'])
  const md5 = fields.md5('cover_md5')
  return type === null ? null : { type, md5 }
}

/** In the order of the request. */
export function readSubtitles(fields: Fields): readonly Subtitle[] {
  const subtitles = (fields.objects('subtitles', SUBTITLES_MAX) ?? []).map(readSubtitle)
  if (new Set(subtitles.map(({ id }) => id)).size < subtitles.length) throw fields.illegal('subtitles.id')
  return subtitles
}

function readSubtitle(fields: Fields): Subtitle {
  const id = fields.integer('id', 1, SUBTITLES_MAX)
  if (id === null) throw fields.illegal('id')
  fields.requiredOneOf('type', ['SRT'])
  return {
    id,
    language: fields.requiredOneOf('language', ['CN', 'EN']),
    name: fields.text('name', NAME),
    description: fields.text('description', DESCRIPTION),
    md5: fields.md5('md5'),
  }
}

/** What shall be done with the video. */
export function readProcessing(fields: Fields): Processing {
  const thumbnail = fields.object('thumbnail')
  const review = fields.object('review')
  return {
    templateGroupName: fields.text('template_group_name', NAME) || null,
    workflowName: fields.text('workflow_name', NAME) || null,
    autoEncrypt: fields.flag('auto_encrypt') ?? false,
    autoPreheat: fields.flag('auto_preheat') ?? false,
    thumbnail: thumbnail === null ? null : readThumbnail(thumbnail),
    review: review === null ? null : { template_id: review.text('template_id', NAME) },
  }
}

/** What every call that makes an asset says of it. Errors: VOD.10053. */
export function readAnnounced(
  fields: Fields,
  { autoPublish }: { readonly autoPublish: boolean },
): Pick<AssetAttributes, 'description' | 'categoryId' | 'tags' | 'autoPublish' | 'processing'> {
  return {
    description: readDescription(fields),
    categoryId: readCategoryId(fields) ?? BUILT_IN_CATEGORY.id,
    tags: readTags(fields) ?? [],
    autoPublish: fields.flag('auto_publish') ?? autoPublish,
    processing: readProcessing(fields),
  }
}

/** The widest bounds of both pages. Fields without bounds are limited to a day and to the size of a picture. */
function readThumbnail(fields: Fields): Thumbnail {
  const DAY_S = 86_400
  return {
    type: fields.requiredOneOf('type', ['time', 'dots', 'quantity']),
    time: fields.integer('time', 0, 100),
    dots: fields.integers('dots', { min: 0, max: DAY_S, countMax: LIST_MAX }),
    quantity: fields.integer('quantity', 1, 10),
    quantity_time: fields.integer('quantity_time', 0, DAY_S),
    cover_position: fields.integer('cover_position', 0, DAY_S) ?? 1,
    format: fields.integer('format', 1, 1) ?? 1,
    aspect_ratio: fields.integer('aspect_ratio', 0, 1),
    max_length: fields.integer('max_length', 1, 16_384) ?? 480,
  }
}
