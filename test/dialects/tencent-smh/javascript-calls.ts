import { pageFetch } from './javascript-client.ts'
import { type Body, LIBRARIES, type LibraryName, type Params } from './rig.ts'

/**
 * The calls of smh-js-sdk 1.0.16 that this server offers: name, method, path below `/api/v1/` with the flag that the SDK sends, and
 * `json` where it sends a body. L is a library, S a space, P a path, K a confirmKey, I an id.
 */
const OFFERED = `
batch.batchCopy POST batch/L/S?copy json
batch.batchDelete POST batch/L/S?delete json
batch.batchMove POST batch/L/S?move json
directory.checkDirectoryStatus HEAD directory/L/S/P
directory.copyDirectory PUT directory/L/S/P json
directory.createDirectory PUT directory/L/S/P json
directory.deleteDirectory DELETE directory/L/S/P
directory.getDirectoryStats GET directory/L/S/P?stats
directory.infoFileOrDirectory GET directory/L/S/P?info
directory.listDirectory GET directory/L/S/P?by-marker
directory.listDirectoryByPage GET directory/L/S/P?by-page
directory.moveDirectory PUT directory/L/S/P json
directory.updateDirectoryLabels POST directory/L/S/P?update json
directory.updateFileLabels POST directory/L/S/P?update json
file.abortFileUpload DELETE file/L/S/K?upload
file.checkFileDeletion GET file-deletion-check/L/S/I
file.checkFileStatus HEAD file/L/S/P
file.completeFileUpload POST file/L/S/K?confirm json
file.copyFile PUT file/L/S/P json
file.createSymlink PUT file/L/S/P json
file.createVirtualFile PUT file/L/S/P?virtual_file json
file.deleteFile DELETE file/L/S/P
file.downloadFile GET file/L/S/P
file.formUploadFile POST file/L/S/P json
file.getFileInfoByInode GET inode/L/S/I
file.getFileUpload GET file/L/S/K?upload
file.infoFile GET file/L/S/P?info
file.moveFile PUT file/L/S/P json
file.multipartUploadFile POST file/L/S/P?multipart json
file.renewMultipartUpload POST file/L/S/K?renew
file.simpleUploadFile PUT file/L/S/P json
quota.createQuota POST quota/L json
quota.getQuota GET quota/L/S
quota.getQuotaInfo GET quota/L/I
quota.getSpaceQuota GET space-quota/L/S
quota.updateQuota PUT quota/L/S json
quota.updateQuotaById PUT quota/L/I json
recycled.recycleEmpty DELETE recycled/L/S
recycled.recycleInfo GET recycled/L/S/I?info
recycled.recycleList GET recycled/L/S?by-marker
recycled.recycleListByPage GET recycled/L/S?by-page
recycled.recyclePurge DELETE recycled/L/S/I
recycled.recyclePurgeBatch POST recycled/L/S?delete json
recycled.recycleRestore POST recycled/L/S/I?restore
recycled.recycleRestoreBatch POST recycled/L/S?restore json
recycled.recycleSetLifecycle POST recycled/L/S?lifecycle json
space.createSpace POST space/L json
space.deleteSpace DELETE space/L/S
space.getContentsView GET space/L/S/contents-view
space.getFileCountInSpace GET space/L/S/file-count
space.getLibrarySpaceCount GET space/L/count
space.getSpaceExtension GET space/L/S/extension
space.getSpaceSize GET space/L/S/size
space.listSpace GET space/L/list
space.setSpaceTrafficLimit POST space/L/S/traffic-limit json
space.updateSpaceExtension POST space/L/S/extension json
task.queryLibraryTask GET task/L/I
task.queryLibraryTaskV2 GET task-result/L/I
task.queryTask GET task/L/S/I
task.queryTaskV2 GET task-result/L/S/I
token.createToken GET token
token.deleteToken DELETE token/L/I
token.deleteUserTokens DELETE token/L
token.renewToken POST token/L/I
usage.getLibraryUsage GET usage/L
usage.getUsage GET usage/L/I
`

/** Those that it does not offer, in the same form; P is any path there. */
const NOT_OFFERED = `
directory.calibrateDirectoryStats PUT directory/L/S/P?calibrate
favorite.createFavorite POST favorite/L/S json
favorite.deleteFavorite POST favorite/L/S?cancel json
favorite.listFavorite GET favorite/L/S/list
file.convertFile PUT file/L/S/P?convert json
file.downloadTranscodedVideo GET file/L/S/P?transcoding_template_id
file.getCover GET file/L/S/P?preview
file.getDeltaCursor GET fs-delta/L/S/cursor
file.officeEdit GET office/L/S/edit/P
file.previewFile GET file/L/S/P?preview
file.previewZipFile GET file/L/S/P?zip-preview
file.queryDeltaLog GET fs-delta/L/S
file.uncompressFile POST file/L/S/P?uncompress json
history.deleteHistory POST directory-history/L/S/delete json
history.emptyHistory DELETE directory-history/L/library-history
history.getHistoryConfig GET directory-history/L/library-history
history.listHistory GET directory-history/L/S/history-list/P
history.setHistoryConfig POST directory-history/L/library-history json
history.setHistoryLatest POST directory-history/L/S/latest-version/I
hls.confirmM3u8Upload POST hls/L/S/K?confirm json
hls.createTranscodeTask POST hls/L/S/P?transcode json
hls.getMediaFileInfo GET hls/L/S/P?info
hls.liveTranscodeMediaFile GET hls/L/S/P?live_transcode
hls.modifyM3u8Segments POST hls/L/S/K?modify json
hls.prepareM3u8Upload PUT hls/L/S/P json
hls.renewM3u8Upload POST hls/L/S/K?renew json
recent.listRecentlyUsedFile POST recent/L/S/recently-used-file json
recycled.recyclePreview GET recycled/L/S/I?preview
share.createShare POST share/L/S json
share.deleteShare DELETE share/L/I
share.downloadShareFile GET share/file/I/P?download
share.getShareDetail GET share/L/I?detail
share.getShareUrlDetail GET share/url-detail/I
share.listShareFiles GET share/file/I/P?list
share.listShares GET share/L/list
share.previewShareFile GET share/file/I/P?preview
share.saveShareFile POST share/file/I?save json
share.searchShares POST share/L/search json
share.setShareEnabled POST share/L/I?setEnabled json
share.updateShare POST share/L/I?update json
share.verifyExtractionCode POST share/verify/I json
`

export interface SdkCall {
  readonly method: string
  readonly path: string
  readonly flag: string | null
  readonly hasBody: boolean
}

/** Calls by their names, `file.infoFile`. */
const callsOf = (rows: string): ReadonlyMap<string, SdkCall> =>
  new Map(
    rows
      .trim()
      .split('\n')
      .map((row) => {
        const [name = '', method = '', target = '', body] = row.split(' ')
        const [path = '', flag = null] = target.split('?')
        return [name, { method, path, flag, hasBody: body === 'json' }]
      }),
  )

export const OFFERED_CALLS = callsOf(OFFERED)
export const NOT_OFFERED_CALLS = callsOf(NOT_OFFERED)
const CALLS = new Map([...OFFERED_CALLS, ...NOT_OFFERED_CALLS])

export interface SdkAnswer {
  readonly status: number
  readonly headers: Headers
  /** The JSON body; empty where there is none. */
  readonly data: Body
}

/** What stands in the path, in the query and in the body. */
export interface SdkRequest {
  readonly S?: string
  readonly P?: string
  readonly K?: string
  readonly I?: string | number
  readonly query?: Params
  readonly body?: unknown
}

/** A client of the SDK with a library, a space and a token, which it sends with every call that does not name others. */
export class JavaScriptSdk {
  /** Names of the calls so far. */
  readonly called = new Set<string>()
  readonly #url: string
  readonly #library: LibraryName
  space = '-'
  token: string | null = null

  constructor(url: string, library: LibraryName) {
    this.#url = url
    this.#library = library
  }

  /**
   * One call, as a page sends it. Each part of the path is encoded as a whole. The flag has the value 1. A body that may be left out is
   * an empty object.
   */
  async call(name: string, { query = {}, body = {}, ...given }: SdkRequest = {}): Promise<SdkAnswer> {
    const call = CALLS.get(name)
    if (call === undefined) throw new Error(`the SDK has no call ${name}`)
    this.called.add(name)
    const parts: Readonly<Record<string, unknown>> = {
      ...{ L: LIBRARIES[this.#library].id, S: this.space, ...given },
    }
    const path = call.path.split('/').map((part) => {
      if (!/^[A-Z]$/.test(part)) return part
      if (parts[part] === undefined) throw new Error(`${name} needs ${part}`)
      return encodeURIComponent(String(parts[part]))
    })
    const params = { ...(call.flag === null ? {} : { [call.flag]: 1 }), access_token: this.token, ...query }
    const search = new URLSearchParams()
    for (const [key, value] of Object.entries(params)) if (value !== null) search.set(key, String(value))
    const answer = await pageFetch(`${this.#url}/api/v1/${path.join('/')}?${search}`, {
      method: call.method,
      headers: {
        ...{ accept: 'application/json, text/plain, */*', 'client-version': '1.0.16' },
        ...(call.hasBody ? { 'content-type': 'application/json' } : {}),
      },
      ...(call.hasBody ? { body: JSON.stringify(body) } : {}),
    })
    const text = await answer.text()
    const isJson = answer.headers.get('content-type')?.startsWith('application/json') === true
    return {
      ...{ status: answer.status, headers: answer.headers },
      data: (isJson && text !== '' ? JSON.parse(text) : { text }) as Body,
    }
  }
}
