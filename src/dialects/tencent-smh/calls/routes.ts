import type { Accounts } from '../../../core/accounts.ts'
import { randomHex } from '../../../core/random.ts'
import { createCors } from '../../../http/cors.ts'
import type { Exchange, Reply, Surface } from '../../../http/types.ts'
import { type Access, libraryCall, spaceCall } from '../auth/access.ts'
import { renderFailure, SmhError } from '../errors.ts'
import type { Smh } from '../model/context.ts'
import { Query } from '../wire/query.ts'
import { cover } from './albums.ts'
import { batch } from './batch.ts'
import type { LibraryCall, LibraryHandler, SpaceHandler, TokenHandler } from './call.ts'
import { contentsView } from './contents.ts'
import * as directories from './directories.ts'
import * as files from './files.ts'
import { requireOffered } from './flags.ts'
import * as quotas from './quotas.ts'
import * as recycled from './recycled.ts'
import * as recycledLists from './recycled-lists.ts'
import * as search from './search.ts'
import { searchStats } from './search-stats.ts'
import * as spaceLists from './space-lists.ts'
import * as spaces from './spaces.ts'
import * as tasks from './tasks.ts'
import * as tokens from './tokens.ts'
import * as uploads from './uploads.ts'
import * as usage from './usage.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE']
/** With the facts of a file that stand in headers (reference §6); `*` is for those of custom metadata, whose names are anybody's. */
const EXPOSED = [
  ...['X-Request-Id', 'Date', 'Content-Type', 'ETag', 'Location', 'x-smh-request-id'],
  ...['x-smh-type', 'x-smh-creation-time', 'x-smh-modification-time', 'x-smh-content-type'],
  ...['x-smh-size', 'x-smh-etag', 'x-smh-crc64', '*'],
]

/** Parts of the vendor's API that this server leaves out: reference §7, last lines. */
const LEFT_OUT = [
  ...['directory-history', 'favorite', 'recent', 'search', 'fs-delta', 'share', 'hls', 'office'],
  ...['doc-preview', 'preview-template', 'sync', 'directory-local-sync', 'hook', 'authority'],
]

/** Method, path below `/api/v1/`, name in the log, handler. They have no token yet, or are about one. */
const TOKEN_CALLS: readonly (readonly [string, string, string, TokenHandler])[] = [
  ['GET', 'token', 'token.create', tokens.create],
  ['POST', 'token', 'token.create', tokens.create],
  ['POST', 'token/:library/:token', 'token.renew', tokens.renew],
  ['DELETE', 'token/:library/:token', 'token.delete', tokens.remove],
  ['DELETE', 'token/:library', 'token.delete-many', tokens.removeMany],
]

/** Method, path below `/api/v1/`, name in the log, what it needs, handler. */
type Row<Handler> = readonly [method: string, path: string, call: string, access: Access, handler: Handler]

const LIBRARY_CALLS: readonly Row<LibraryHandler>[] = [
  ['POST', 'space/:library', 'space.create', 'write', spaces.create],
  ['GET', 'space/:library', 'space.list', 'write', spaceLists.listBare],
  ['GET', 'space/:library/list', 'space.list', 'write', spaceLists.list],
  ['GET', 'space/:library/count', 'space.count', 'write', spaceLists.count],
  ['GET', 'usage/:library', 'usage.library', 'write', usage.ofLibrary],
  ['GET', 'usage/:library/:spaces', 'usage.spaces', 'write', usage.ofSpaces],
  ['GET', 'stats/:library/space-size', 'usage.by-tag', 'write', usage.byTag],
  ['GET', 'task/:library/:ids', 'task.get', 'write', tasks.ofLibrary],
  ['GET', 'task-result/:library/:ids', 'task.result', 'write', tasks.resultOfLibrary],
  ['POST', 'quota/:library', 'quota.create', 'write', quotas.create],
  ['GET', 'quota/:library/:target', 'quota.get', 'write', quotas.get],
  ['PUT', 'quota/:library/:target', 'quota.update', 'write', quotas.update],
]

const SPACE_CALLS: readonly Row<SpaceHandler>[] = [
  ['GET', 'space/:library/:space/extension', 'space.extension', 'read', spaces.extension],
  ['POST', 'space/:library/:space/extension', 'space.update', 'write', spaces.update],
  ['GET', 'space/:library/:space/size', 'space.size', 'read', spaces.size],
  ['GET', 'space/:library/:space/file-count', 'space.file-count', 'read', spaces.fileCount],
  ['GET', 'space/:library/:space/contents-view', 'space.contents', 'read', contentsView],
  ['POST', 'space/:library/:space/traffic-limit', 'space.traffic-limit', 'write', spaces.trafficLimit],
  ['DELETE', 'space/:library/:space', 'space.delete', 'write', spaces.remove],
  ['PUT', 'cross-space/directory/:library/:space/copy/*', 'directory.copy', 'write', directories.copyAcross],
  ['GET', 'inode/:library/:space/:inode', 'file.by-inode', 'read', files.byInode],
  ['GET', 'file-deletion-check/:library/:space/:inode', 'file.deletion-check', 'read', files.deletionCheck],
  ['GET', 'recycled/:library/:space', 'recycled.list', 'write', recycledLists.list],
  ['POST', 'recycled/:library/:space', 'recycled.change', 'write', recycled.change],
  ['DELETE', 'recycled/:library/:space', 'recycled.empty', 'write', recycled.empty],
  ['GET', 'recycled/:library/:space/:id', 'recycled.info', 'write', recycled.info],
  ['POST', 'recycled/:library/:space/:id', 'recycled.restore', 'write', recycled.restore],
  ['DELETE', 'recycled/:library/:space/:id', 'recycled.delete', 'write', recycled.remove],
  ['POST', 'batch/:library/:space', 'batch', 'write', batch],
  ['GET', 'task/:library/:space/:ids', 'task.get', 'write', tasks.ofSpace],
  ['GET', 'task-result/:library/:space/:ids', 'task.result', 'write', tasks.result],
  ['GET', 'space-quota/:library/:space', 'quota.of-space', 'read', quotas.ofSpace],
  ['POST', 'search/:library/:space/space-contents', 'search.begin', 'read', search.begin],
  ['GET', 'search/:library/:space/:search', 'search.continue', 'read', search.goOn],
  ['DELETE', 'search/:library/:space/:search', 'search.delete', 'read', search.remove],
  ['POST', 'search/:library/:space/search-fs', 'search.files', 'read', search.files],
  ['POST', 'search/:library/:space/search-fs-stats', 'search.stats', 'read', searchStats],
  ['POST', 'search/:library/:space/search-ai', 'search.by-meaning', 'read', leftOut],
]

/** Calls about something in a space. Its path follows; the root has no slash after the space, or one. */
const ENTRY_CALLS: readonly Row<SpaceHandler>[] = [
  ['GET', 'directory/:library/:space', 'directory.get', 'read', directories.get],
  ['HEAD', 'directory/:library/:space', 'directory.head', 'read', directories.head],
  ['PUT', 'directory/:library/:space', 'directory.put', 'write', directories.put],
  ['POST', 'directory/:library/:space', 'directory.update', 'write', directories.post],
  ['DELETE', 'directory/:library/:space', 'directory.delete', 'write', directories.remove],
  ['GET', 'file/:library/:space', 'file.get', 'read', uploadOr(uploads.get, files.get)],
  ['HEAD', 'file/:library/:space', 'file.head', 'read', files.head],
  ['PUT', 'file/:library/:space', 'file.put', 'write', files.put],
  ['POST', 'file/:library/:space', 'file.post', 'write', uploads.post],
  ['DELETE', 'file/:library/:space', 'file.delete', 'write', uploadOr(uploads.abort, files.remove)],
  ['GET', 'album/:library/:space/cover', 'album.cover', 'read', cover],
]

type Plain = readonly [
  method: string,
  path: string,
  call: string,
  handle: (exchange: Exchange) => Promise<Reply>,
]

type Find<Call> = (smh: Smh, accounts: Accounts, exchange: Exchange, access: Access) => Promise<Call>

/** The API of Smart Media Hosting: every path below `/api/v1/`. */
export function createApi(smh: Smh, accounts: Accounts): Surface {
  const cors = createCors({ methods: METHODS, exposedHeaders: EXPOSED })
  const calls = callsOf(smh, accounts).map(([method, path, call, handle]) => ({
    ...{ method, path: `/api/v1/${path}`, call },
    handle: async (exchange: Exchange) => cors.allow(await handle(exchange)),
  }))
  const preflights = [...new Set(calls.map(({ path }) => path))].map((path) => ({
    ...{ method: 'OPTIONS', path, call: 'preflight' },
    handle: async (exchange: Exchange) => cors.preflight(exchange),
  }))
  return {
    name: 'tencent-smh',
    routes: [...calls, ...preflights],
    ownsPath: (path) => path.split('/', 2)[1] === 'api',
    newRequestId: () => randomHex(smh.core.random, 16),
    renderError: (error, exchange) => cors.allow(renderFailure(exchange, error)),
  }
}

/** All calls, each with the way to its caller in front. */
function callsOf(smh: Smh, accounts: Accounts): readonly Plain[] {
  const ofTokens = ([method, path, call, handle]: (typeof TOKEN_CALLS)[number]): Plain => {
    return [method, path, call, (exchange) => handle(smh, accounts, exchange)]
  }
  const found =
    <Call extends LibraryCall>(find: Find<Call>) =>
    ([method, path, call, access, handle]: Row<(call: Call) => Promise<Reply>>): Plain => {
      const answer = async (exchange: Exchange): Promise<Reply> => {
        const asked = await find(smh, accounts, exchange, access)
        requireOffered(asked.query, call)
        return handle(asked)
      }
      return [method, path, call, answer]
    }
  const ofSpace = found(spaceCall)
  return [
    ...TOKEN_CALLS.map(ofTokens).flatMap(slashed),
    ...LIBRARY_CALLS.map(found(libraryCall)).flatMap(slashed),
    ...SPACE_CALLS.map(ofSpace).flatMap(slashed),
    ...ENTRY_CALLS.map(ofSpace),
    ...ENTRY_CALLS.map(([method, path, ...rest]) => ofSpace([method, `${path}/*`, ...rest])),
    ...LEFT_OUT.flatMap((path) => METHODS.map((method): Plain => [method, `${path}/*`, path, leftOut])),
  ]
}

/** Some clients of the vendor end paths with a slash. */
const slashed = ([method, path, ...rest]: Plain): readonly Plain[] =>
  path.endsWith('*')
    ? [[method, path, ...rest]]
    : [
        [method, path, ...rest],
        [method, `${path}/`, ...rest],
      ]

/** With the flag `upload` a confirmKey stands where a file's path would be. */
function uploadOr(ofUpload: SpaceHandler, ofFile: SpaceHandler): SpaceHandler {
  return (call) => (new Query(call.exchange).has('upload') ? ofUpload(call) : ofFile(call))
}

async function leftOut(): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}
