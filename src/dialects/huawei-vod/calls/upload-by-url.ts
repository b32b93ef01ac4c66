import type { Json, JsonObject } from '../../../core/model/json.ts'
import { checkUrl, DownloadError } from '../../../http/outgoing/download.ts'
import type { Exchange, Reply } from '../../../http/types.ts'
import { VodError } from '../errors.ts'
import { requireCategory } from '../model/categories.ts'
import { VIDEO_TYPES, type VideoType } from '../model/file-types.ts'
import { readTitle } from '../wire/announced.ts'
import { Fields } from '../wire/fields.ts'
import { languageOf, messageOf } from '../wire/messages.ts'
import { type Call, reply } from './call.ts'
import { beginPull, type PulledVideo, pulledAttributes } from './pulls.ts'

const VIDEOS_MAX = 16
const URL_BYTES_MAX = 4096
/** How long the names of all hosts together may take to be looked up. */
const LOOKUP_TIMEOUT_MS = 5_000
/** Files of these types only list other files, which are not pulled. */
const PLAYLISTS: readonly VideoType[] = ['HLS', 'M3U8']

/** One of the videos to be pulled. */
interface Video extends PulledVideo {
  readonly url: string
}

/**
 * uploadMetaDataByUrl (page vod_04_0052, reference §1.15): an asset for each URL, whose video is then fetched in the background.
 * Off until hosts are listed (VOD.10136). What is wrong with one URL alone is told with it.
 */
export async function uploadByUrl(call: Call): Promise<Reply> {
  if (call.options.fetchHosts.length === 0) throw new VodError(10136)
  const fields = new Fields(call.body)
  const videos = (fields.objects('upload_metadatas', VIDEOS_MAX) ?? []).map((each) => readVideo(call, each))
  if (videos.length === 0) throw fields.illegal('upload_metadatas')
  for (const { attributes } of videos) await requireCategory(call, attributes.categoryId)
  const problems = await Promise.all(videos.map((video) => problemOf(call, video)))
  const upload_assets: Json[] = []
  for (const [at, video] of videos.entries()) {
    const problem = problems[at] ?? null
    upload_assets.push(
      problem === null ? await begin(call, video) : { url: video.url, asset_id: null, ...problem },
    )
  }
  return reply(call, 200, { upload_assets })
}

function readVideo(call: Call, fields: Fields): Video {
  const type = fields.requiredOneOf('video_type', VIDEO_TYPES)
  const title = readTitle(fields)
  const { text: url, fileName: videoName } = readUrl(fields)
  return { url, title, type, attributes: pulledAttributes(call, fields, { type, url, videoName }) }
}

/** Of http or https, without credentials, and with a path that ends in a file extension. */
function readUrl(fields: Fields): { readonly text: string; readonly fileName: string } {
  const text = fields.requiredText('url', { bytesMax: URL_BYTES_MAX })
  const url = URL.parse(text)
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:'
  if (url === null || !isWeb || url.username !== '' || url.password !== '') throw fields.illegal('url')
  const [fileName] = /[^/]*\.[A-Za-z0-9]{1,10}$/.exec(url.pathname) ?? []
  if (fileName === undefined) throw fields.illegal('url')
  return { text, fileName: fileName.slice(-128) }
}

/** Why a video cannot be pulled, in the words of an answer; null if nothing is known against it. */
async function problemOf({ options, exchange }: Call, { url, type }: Video): Promise<JsonObject | null> {
  if (PLAYLISTS.includes(type)) return problem(exchange, 10063)
  const signal = AbortSignal.any([exchange.signal, AbortSignal.timeout(LOOKUP_TIMEOUT_MS)])
  try {
    await checkUrl(url, { hosts: options.fetchHosts, signal })
    return null
  } catch (error) {
    if (!(error instanceof DownloadError)) throw error
    // A name that has no address now may have one later.
    return error.failure === 'refused' ? problem(exchange, 10121) : null
  }
}

const problem = (exchange: Exchange, code: 10063 | 10121): JsonObject => ({
  error_code: `VOD.${code}`,
  error_msg: messageOf(code, languageOf(exchange)),
})

const begin = async (call: Call, video: Video): Promise<Json> => ({
  ...{ url: video.url, asset_id: await beginPull(call, video), error_code: null, error_msg: null },
})
