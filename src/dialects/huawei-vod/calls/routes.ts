import { randomHex } from '../../../core/random.ts'
import { createCors } from '../../../http/cors.ts'
import { RequestFault } from '../../../http/faults.ts'
import type { Route, Surface } from '../../../http/types.ts'
import { authenticate } from '../auth/authenticate.ts'
import { type PageStatus, renderFailure } from '../errors.ts'
import { authorityQuery, authorityUrl } from './authority.ts'
import type { Handler, Vod } from './call.ts'
import * as categories from './categories.ts'
import { confirm } from './confirm.ts'
import { setCover } from './cover.ts'
import { create } from './create.ts'
import { details } from './details.ts'
import { duplication } from './duplication.ts'
import { info } from './info.ts'
import { list } from './list.ts'
import { publish, unpublish } from './publish.ts'
import { remove } from './remove.ts'
import { tasks } from './tasks.ts'
import { updateFiles } from './update-files.ts'
import { updateMeta } from './update-meta.ts'
import { uploadByUrl } from './upload-by-url.ts'

/** Every call: method, path, name in the log, the status of its page's failures, handler. Reference §0 and §3.3. */
const CALLS: readonly (readonly [string, string, string, PageStatus, Handler])[] = [
  ['POST', '/v1.0/:project/asset', 'createAssetByFileUpload', 403, create],
  ['PUT', '/v1.0/:project/asset', 'updateAsset', 403, updateFiles],
  ['DELETE', '/v1.0/:project/asset', 'deleteAssets', 403, remove],
  ['POST', '/v1.0/:project/asset/status/uploaded', 'confirmAssetUpload', 400, confirm],
  ['POST', '/v1.0/:project/asset/status/publish', 'publishAssets', 403, publish],
  ['POST', '/v1.0/:project/asset/status/unpublish', 'unpublishAssets', 403, unpublish],
  ['GET', '/v1.0/:project/asset/details', 'showAssetDetail', 400, details],
  ['GET', '/v1.0/:project/asset/list', 'listAssetList', 400, list],
  ['GET', '/v1.0/:project/asset/info', 'showAssetMeta', 400, info],
  ['PUT', '/v1.0/:project/asset/info', 'updateAssetMeta', 400, updateMeta],
  ['PUT', '/v1.0/:project/asset/cover', 'updateCoverByThumbnail', 400, setCover],
  ['POST', '/v1.0/:project/asset/category', 'createAssetCategory', 400, categories.create],
  ['PUT', '/v1.0/:project/asset/category', 'updateAssetCategory', 400, categories.update],
  ['DELETE', '/v1.0/:project/asset/category', 'deleteAssetCategory', 400, categories.remove],
  ['GET', '/v1.0/:project/asset/category', 'listAssetCategory', 400, categories.list],
  ['GET', '/v2/:project/asset/categories', 'listAssetCategories', 400, categories.listV2],
  ['POST', '/v1.0/:project/asset/upload_by_url', 'uploadMetaDataByUrl', 400, uploadByUrl],
  ['GET', '/v1/:project/asset/tasks', 'listAssetTasks', 400, tasks],
  ['GET', '/v1.0/:project/asset/duplication', 'checkMd5Duplication', 400, duplication],
]

const AUTHORITY = '/v1.1/:project/asset/authority'
/** The authority call of before, which scripts in browsers make (page vod_04_0009); no other may be made from there. */
const OLD_AUTHORITY = '/v1.0/:project/asset/authority'

/** The calls of VOD. One surface for each way that failures look, since an error does not know its call. */
export function createApi(vod: Vod): readonly Surface[] {
  const newRequestId = () => randomHex(vod.core.random, 16)
  const surface = (page: PageStatus, routes: readonly Route[], illegal?: PageStatus): Surface => ({
    name: 'huawei-vod',
    routes,
    newRequestId,
    renderError: (error, exchange) => renderFailure(exchange, error, page, illegal),
  })
  const routeOf = (method: string, path: string, call: string, handle: Handler): Route => ({
    ...{ method, path, call },
    handle: async (exchange) => handle(await authenticate(vod, exchange)),
  })
  const routesOf = (page: PageStatus): readonly Route[] =>
    CALLS.filter((call) => call[3] === page).map(([method, path, call, , handle]) =>
      routeOf(method, path, call, handle),
    )
  const unknown: readonly Route[] = ['v1', 'v1.0', 'v1.1', 'v2'].flatMap((version) =>
    ['GET', 'POST', 'PUT', 'DELETE'].map((method) => ({
      method,
      path: `/${version}/:project/*`,
      call: 'unknown',
      handle: async () => {
        throw new RequestFault('not-found', 'there is no such call')
      },
    })),
  )
  const authority = (path: string, handle: Handler): Surface =>
    // Its page (vod_04_0197) shows 403 also for VOD.10053.
    surface(403, [routeOf('GET', path, 'showAssetTempAuthority', handle)], 403)
  return [
    surface(400, [...routesOf(400), ...unknown]),
    surface(403, routesOf(403)),
    authority(AUTHORITY, authorityUrl),
    openToScripts(authority(OLD_AUTHORITY, authorityQuery)),
  ]
}

/** Lets scripts of any origin make these calls. */
function openToScripts(surface: Surface): Surface {
  const methods = [...new Set(surface.routes.map(({ method }) => method))]
  const cors = createCors({ methods, exposedHeaders: ['X-Request-Id'] })
  return {
    ...surface,
    routes: surface.routes.flatMap((route) => [
      { ...route, handle: async (exchange) => cors.allow(await route.handle(exchange)) },
      {
        ...{ method: 'OPTIONS', path: route.path, call: `${route.call}.preflight` },
        handle: async (exchange) => cors.preflight(exchange),
      },
    ]),
    renderError: (error, exchange) => cors.allow(surface.renderError(error, exchange)),
  }
}
