import type { Accounts } from '../../../core/accounts.ts'
import { randomHex } from '../../../core/random.ts'
import { createCors } from '../../../http/cors.ts'
import { RequestFault } from '../../../http/faults.ts'
import type { Exchange, Reply, Route, Surface } from '../../../http/types.ts'
import { type Access, libraryCall, spaceCall } from '../auth/access.ts'
import { renderFailure, SmhError } from '../errors.ts'
import { Query } from '../wire/query.ts'
import { cover } from './albums.ts'
import { batch } from './batch.ts'
import type { LibraryHandler, Smh, SpaceHandler } from './call.ts'
import { contentsView } from './contents.ts'
import * as directories from './directories.ts'
import * as files from './files.ts'
import * as quotas from './quotas.ts'
import * as recycled from './recycled.ts'
import * as recycledLists from './recycled-lists.ts'
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
  ...['doc-preview', 'preview-template', 'sync', 'hook', 'authority'],
]

/** The API of Smart Media Hosting: every path below `/api/v1/`. */
export function createApi(smh: Smh, accounts: Accounts): Surface {
  const cors = createCors({ methods: METHODS, exposedHeaders: EXPOSED })
  const route = (
    method: string,
    path: string,
    call: string,
    handle: (exchange: Exchange) => Promise<Reply>,
  ): Route => ({
    method,
    path: `/api/v1/${path}`,
    call,
    handle: async (exchange) => cors.allow(await handle(exchange)),
  })
  const library = (method: string, path: string, call: string, access: Access, handle: LibraryHandler) =>
    route(method, path, call, async (exchange) => handle(await libraryCall(smh, accounts, exchange, access)))
  const space = (method: string, path: string, call: string, access: Access, handle: SpaceHandler) =>
    route(method, path, call, async (exchange) => handle(await spaceCall(smh, accounts, exchange, access)))
  /** The root has no slash after the space, and may have one. */
  const below = (method: string, path: string, call: string, access: Access, handle: SpaceHandler) => [
    space(method, path, call, access, handle),
    space(method, `${path}/*`, call, access, handle),
  ]
  const routes: readonly Route[] = [
    route('GET', 'token', 'token.create', (exchange) => tokens.create(smh, accounts, exchange)),
    route('POST', 'token', 'token.create', (exchange) => tokens.create(smh, accounts, exchange)),
    route('POST', 'token/:library/:token', 'token.renew', (exchange) =>
      tokens.renew(smh, accounts, exchange),
    ),
    route('DELETE', 'token/:library/:token', 'token.delete', (exchange) =>
      tokens.remove(smh, accounts, exchange),
    ),
    route('DELETE', 'token/:library', 'token.delete-many', (exchange) =>
      tokens.removeMany(smh, accounts, exchange),
    ),

    library('POST', 'space/:library', 'space.create', 'write', spaces.create),
    library('GET', 'space/:library', 'space.list', 'write', spaceLists.listBare),
    library('GET', 'space/:library/list', 'space.list', 'write', spaceLists.list),
    library('GET', 'space/:library/count', 'space.count', 'write', spaceLists.count),
    space('GET', 'space/:library/:space/extension', 'space.extension', 'read', spaces.extension),
    space('POST', 'space/:library/:space/extension', 'space.update', 'write', spaces.update),
    space('GET', 'space/:library/:space/size', 'space.size', 'read', spaces.size),
    space('GET', 'space/:library/:space/file-count', 'space.file-count', 'read', spaces.fileCount),
    space('GET', 'space/:library/:space/contents-view', 'space.contents', 'read', contentsView),
    space('POST', 'space/:library/:space/traffic-limit', 'space.traffic-limit', 'write', spaces.trafficLimit),
    space('DELETE', 'space/:library/:space', 'space.delete', 'write', spaces.remove),
    library('GET', 'usage/:library', 'usage.library', 'write', usage.ofLibrary),
    library('GET', 'usage/:library/:spaces', 'usage.spaces', 'write', usage.ofSpaces),

    ...below('GET', 'directory/:library/:space', 'directory.get', 'read', directories.get),
    ...below('HEAD', 'directory/:library/:space', 'directory.head', 'read', directories.head),
    ...below('PUT', 'directory/:library/:space', 'directory.put', 'write', directories.put),
    ...below('POST', 'directory/:library/:space', 'directory.update', 'write', directories.post),
    ...below('DELETE', 'directory/:library/:space', 'directory.delete', 'write', directories.remove),
    space(
      'PUT',
      'cross-space/directory/:library/:space/copy/*',
      'directory.copy',
      'write',
      directories.copyAcross,
    ),

    ...below('GET', 'file/:library/:space', 'file.get', 'read', uploadOr(uploads.get, files.get)),
    ...below('HEAD', 'file/:library/:space', 'file.head', 'read', files.head),
    ...below('PUT', 'file/:library/:space', 'file.put', 'write', files.put),
    ...below('POST', 'file/:library/:space', 'file.post', 'write', uploads.post),
    ...below('DELETE', 'file/:library/:space', 'file.delete', 'write', uploadOr(uploads.abort, files.remove)),
    space('GET', 'inode/:library/:space/:inode', 'file.by-inode', 'read', files.byInode),
    space(
      'GET',
      'file-deletion-check/:library/:space/:inode',
      'file.deletion-check',
      'read',
      files.deletionCheck,
    ),

    ...below('GET', 'album/:library/:space/cover', 'album.cover', 'read', cover),
    space('GET', 'recycled/:library/:space', 'recycled.list', 'write', recycledLists.list),
    space('POST', 'recycled/:library/:space', 'recycled.change', 'write', recycled.change),
    space('DELETE', 'recycled/:library/:space', 'recycled.empty', 'write', recycled.empty),
    space('GET', 'recycled/:library/:space/:id', 'recycled.info', 'write', recycled.info),
    space('POST', 'recycled/:library/:space/:id', 'recycled.restore', 'write', recycled.restore),
    space('DELETE', 'recycled/:library/:space/:id', 'recycled.delete', 'write', recycled.remove),
    space('POST', 'batch/:library/:space', 'batch', 'write', batch),
    library('GET', 'task/:library/:ids', 'task.get', 'write', tasks.ofLibrary),
    space('GET', 'task/:library/:space/:ids', 'task.get', 'write', tasks.ofSpace),
    space('GET', 'task-result/:library/:space/:ids', 'task.result', 'write', tasks.result),
    library('POST', 'quota/:library', 'quota.create', 'write', quotas.create),
    library('GET', 'quota/:library/:target', 'quota.get', 'write', quotas.get),
    library('PUT', 'quota/:library/:target', 'quota.update', 'write', quotas.update),
    space('GET', 'space-quota/:library/:space', 'quota.of-space', 'read', quotas.ofSpace),

    ...LEFT_OUT.flatMap((path) => METHODS.map((method) => route(method, `${path}/*`, path, leftOut))),
    ...METHODS.map((method) => route(method, '*', 'unknown', unknown)),
  ]
  const preflights = [...new Set(routes.map(({ path }) => path))].map(
    (path): Route => ({
      method: 'OPTIONS',
      path,
      call: 'preflight',
      handle: async (exchange) => cors.preflight(exchange),
    }),
  )
  return {
    name: 'tencent-smh',
    routes: [...routes, ...preflights],
    newRequestId: () => randomHex(smh.core.random, 16),
    renderError: (error, exchange) => cors.allow(renderFailure(exchange, error)),
  }
}

/** With the flag `upload` a confirmKey stands where a file's path would be. */
const uploadOr =
  (ofUpload: SpaceHandler, ofFile: SpaceHandler): SpaceHandler =>
  (call) =>
    new Query(call.exchange).has('upload') ? ofUpload(call) : ofFile(call)

async function leftOut(): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}

async function unknown(): Promise<Reply> {
  throw new RequestFault('not-found', 'there is no such call')
}
