import { VodError } from '../errors.ts'
import type { Handler } from './call.ts'

/**
 * Calls of the vendor's SDKs that have nothing behind them here, by what stands behind the project. `*` stands for anything. Every
 * method and version of them is answered VOD.10136, unless a call of ours has it.
 */
export const UNSUPPORTED: readonly string[] = [
  ...['asset/process', 'asset/review', 'asset/extract_audio', 'asset/preheating', 'asset/refresh'],
  ...['asset/subtitles', 'asset/thumbnails', 'asset/edit', 'asset/storage-mode', 'asset/storage-mode-type'],
  ...['asset/obs/*', 'asset/template/*', 'asset/template_group/*', 'asset/template-collection/*'],
  ...['asset/transcode/*', 'asset/watermark/*', 'asset/playback/*', 'asset/daily-summary', 'asset/dy'],
  ...[
    'asset/top-statistics',
    'asset/cdn-statistics',
    'asset/vod-statistics',
    'asset/cdn/*',
    'asset/object/*',
  ],
  ...[
    'template/*',
    'template_group/*',
    'watermark/*',
    'workflow/*',
    'domain/*',
    'domains',
    'vod/*',
    'edit/*',
  ],
]

/** What is not offered is told by the code for features that are off, so that clients can tell it from a wrong address. */
export const unsupported: Handler = async () => {
  throw new VodError(10136)
}
