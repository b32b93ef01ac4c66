import { text } from '../settings/kinds.ts'
import { option } from '../settings/options.ts'
import type { ValuesOf } from '../settings/setting.ts'

/** The `[media]` section of the configuration. */
export const MEDIA_OPTIONS = {
  ffmpeg: option(
    'media.ffmpeg',
    text,
    '',
    'ffmpeg, which makes pictures of images and videos (default: none are made)',
  ),
}

export type MediaOptions = ValuesOf<typeof MEDIA_OPTIONS>
