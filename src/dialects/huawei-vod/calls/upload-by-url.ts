import type { Json, JsonObject } from '../../../core/model/json.ts'
import { randomHex } from '../../../core/random.ts'
import { checkUrl, DownloadError } from '../../../http/outgoing/download.ts'
import type { Reply } from '../../../http/types.ts'
import { PULL_TOPIC } from '../background/pull-runner.ts'
import type { PullInput } from '../background/pull-transfer.ts'
import { VodError } from '../errors.ts'
import { type AssetAttributes, assetsBucket, attributesJson, newVideoName } from '../model/asset.ts'
import { indexOf } from '../model/asset-index.ts'
import { BUILT_IN_CATEGORY, requireCategory } from '../model/categories.ts'
import { VIDEO_TYPES, type VideoType } from '../model/file-types.ts'
import { readCategoryId, readDescription, readProcessing, readTags, readTitle } from '../wire/announced.ts'
import { Fields } from '../wire/fields.ts'
import { type Call, reply } from './call.ts'

const VIDEOS_MAX = 16
const URL_BYTES_MAX = 4096
/** How long the names of all hosts together may take to be looked up. */
const LOOKUP_TIMEOUT_MS = 5_000
/** Files of these types only list other files, which are not pulled. */
const PLAYLISTS: readonly VideoType[] = ['HLS', 'M3U8']

/** One of the videos to be pulled. */
interface Video {
  readonly url: string
  readonly title: string
  readonly type: VideoType
  readonly attributes: AssetAttributes
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
  const url = readUrl(fields)
  return {
    ...{ url: url.text, title, type },
    attributes: {
      ...{
        received: null,
        multipart: [],
        note: null,
        heads: [],
        user: call.user,
        cover: null,
        subtitles: [],
      },
      pull: { url: url.text, state: 'WAITING', endedAt: null },
      video: newVideoName(call.core.random, type),
      videoName: url.fileName,
      videoMd5: null,
      description: readDescription(fields),
      categoryId: readCategoryId(fields) ?? BUILT_IN_CATEGORY.id,
      tags: readTags(fields) ?? [],
      autoPublish: fields.flag('auto_publish') ?? call.options.autoPublish,
      processing: readProcessing(fields),
    },
  }
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
  if (PLAYLISTS.includes(type)) return problem(10063)
  const signal = AbortSignal.any([exchange.signal, AbortSignal.timeout(LOOKUP_TIMEOUT_MS)])
  try {
    await checkUrl(url, { hosts: options.fetchHosts, signal })
    return null
  } catch (error) {
    if (!(error instanceof DownloadError)) throw error
    // A name that has no address now may have one later.
    return error.failure === 'refused' ? problem(10121) : null
  }
}

function problem(code: 10063 | 10121): JsonObject {
  const { message } = new VodError(code)
  return { error_code: `VOD.${code}`, error_msg: message }
}

/** The task is added first: an asset without a task would wait for ever. */
async function begin(call: Call, { url, title, type, attributes }: Video): Promise<Json> {
  const { core, account, project } = call
  const key = randomHex(core.random, 16)
  const input: PullInput = {
    ...{ project: project.id, asset: key, url },
    ...{ upload: null, validator: null, received: 0, size: null },
  }
  const owner = { account: account.id, scope: assetsBucket(project), topic: PULL_TOPIC }
  await core.tasks.add({ ...owner, input: { ...input } })
  const named = { name: title, kind: type, status: 'CREATING' }
  await core.objects.put({
    ...{ account: account.id, bucket: assetsBucket(project), key, staged: null, conflict: 'fail' },
    traits: { ...named, contentType: null, media: null, attributes: attributesJson(attributes) },
    index: indexOf(named, attributes),
  })
  return { url, asset_id: key, error_code: null, error_msg: null }
}
