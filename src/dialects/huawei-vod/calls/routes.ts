import type { Right } from '../../../core/model/accounts.ts'
import { randomHex } from '../../../core/random.ts'
import { createCors } from '../../../http/cors.ts'
import type { Route, Surface } from '../../../http/types.ts'
import { authenticate } from '../auth/authenticate.ts'
import { type PageStatus, renderFailure } from '../errors.ts'
import type { Vod } from '../model/context.ts'
import { reachIn } from '../storage/object-keys.ts'
import { authorityQuery, authorityUrl } from './authority.ts'
import { authoriseBucket } from './bucket-authority.ts'
import type { Call, Handler } from './call.ts'
import * as categories from './categories.ts'
import { cipher } from './ciphers.ts'
import { confirm } from './confirm.ts'
import { setCover } from './cover.ts'
import { create } from './create.ts'
import { details } from './details.ts'
import { duplication } from './duplication.ts'
import { info } from './info.ts'
import { list } from './list.ts'
import { processAsset } from './process.ts'
import { publish, unpublish } from './publish.ts'
import { type About, assetsInBody, assetsInQuery, inProject, objectInQuery, requireReach } from './reach.ts'
import { remove } from './remove.ts'
import { reproduce } from './reproduction.ts'
import { tasks } from './tasks.ts'
import * as templateGroups from './template-groups.ts'
import { UNSUPPORTED, unsupported } from './unsupported.ts'
import { updateFiles } from './update-files.ts'
import { updateMeta } from './update-meta.ts'
import { uploadByUrl } from './upload-by-url.ts'

/** A call: the status is that of its page's failures. */
type CallRow = readonly [
  method: string,
  path: string,
  name: string,
  page: PageStatus,
  needs: Right,
  about: About,
  handle: Handler,
]

/** Every call but those of an authority. Reference §0 and §3.3. */
export const CALLS: readonly CallRow[] = [
  ['POST', '/v1.0/:project/asset', 'createAssetByFileUpload', 403, 'write', inProject, create],
  ['PUT', '/v1.0/:project/asset', 'updateAsset', 403, 'write', assetsInBody, updateFiles],
  ['DELETE', '/v1.0/:project/asset', 'deleteAssets', 403, 'delete', assetsInQuery, remove],
  ['POST', '/v1.0/:project/asset/status/uploaded', 'confirmAssetUpload', 400, 'write', assetsInBody, confirm],
  ['POST', '/v1.0/:project/asset/status/publish', 'publishAssets', 403, 'write', assetsInBody, publish],
  ['POST', '/v1.0/:project/asset/status/unpublish', 'unpublishAssets', 403, 'write', assetsInBody, unpublish],
  ['GET', '/v1.0/:project/asset/details', 'showAssetDetail', 400, 'read', assetsInQuery, details],
  ['GET', '/v1.0/:project/asset/list', 'listAssetList', 400, 'read', assetsInQuery, list],
  ['GET', '/v1.0/:project/asset/info', 'showAssetMeta', 400, 'read', assetsInQuery, info],
  ['PUT', '/v1.0/:project/asset/info', 'updateAssetMeta', 400, 'write', assetsInBody, updateMeta],
  ['PUT', '/v1.0/:project/asset/cover', 'updateCoverByThumbnail', 400, 'write', inProject, setCover],
  [
    'POST',
    '/v1.0/:project/asset/category',
    'createAssetCategory',
    400,
    'write',
    inProject,
    categories.create,
  ],
  ['PUT', '/v1.0/:project/asset/category', 'updateAssetCategory', 400, 'write', inProject, categories.update],
  [
    'DELETE',
    '/v1.0/:project/asset/category',
    'deleteAssetCategory',
    400,
    'delete',
    inProject,
    categories.remove,
  ],
  ['GET', '/v1.0/:project/asset/category', 'listAssetCategory', 400, 'read', inProject, categories.list],
  ['GET', '/v2/:project/asset/categories', 'listAssetCategories', 400, 'read', inProject, categories.listV2],
  ['POST', '/v1.0/:project/asset/upload_by_url', 'uploadMetaDataByUrl', 400, 'write', inProject, uploadByUrl],
  ['GET', '/v1/:project/asset/tasks', 'listAssetTasks', 400, 'read', assetsInQuery, tasks],
  ['GET', '/v1.0/:project/asset/duplication', 'checkMd5Duplication', 400, 'read', inProject, duplication],
  [
    'POST',
    '/v1.0/:project/asset/process',
    'createAssetProcessTask',
    400,
    'write',
    assetsInBody,
    processAsset,
  ],
  ['POST', '/v1.0/:project/asset/reproduction', 'publishAssetFromObs', 400, 'write', inProject, reproduce],
  [
    'PUT',
    '/v1.0/:project/asset/authority',
    'updateBucketAuthorized',
    400,
    'write',
    inProject,
    authoriseBucket,
  ],
  ...(
    [
      ['POST', 'createTemplateGroup', 'write', templateGroups.create],
      ['PUT', 'updateTemplateGroup', 'write', templateGroups.update],
      ['DELETE', 'deleteTemplateGroup', 'delete', templateGroups.remove],
      ['GET', 'listTemplateGroup', 'read', templateGroups.list],
    ] as const
  ).map(
    ([method, name, needs, handle]): CallRow => [
      ...([method, '/v1.0/:project/asset/template_group/transcodings', name, 400] as const),
      ...([needs, inProject, handle] as const),
    ],
  ),
  ['GET', '/v1.0/:project/asset/ciphers', 'showAssetCipher', 404, 'read', assetsInQuery, cipher],
]

/** Calls of the vendor that are not offered. */
export const NOT_OFFERED: readonly CallRow[] = UNSUPPORTED.flatMap((path) =>
  ['v1', 'v1.0', 'v1.1', 'v2'].flatMap((version) =>
    ['GET', 'POST', 'PUT', 'DELETE'].map(
      (method): CallRow => [
        ...([method, `/${version}/:project/${path}`, 'unsupported', 403] as const),
        ...([method === 'GET' ? 'read' : 'write', inProject, unsupported] as const),
      ],
    ),
  ),
).filter(([method, path]) => !CALLS.some((call) => call[0] === method && call[1] === path))

/** The page (vod_04_0197) shows 403 also for VOD.10053. What a URL is for counts when it is used: it ends with its key's rights. */
const authorityAt = (path: string, handle: Handler): CallRow => [
  'GET',
  path,
  'showAssetTempAuthority',
  403,
  'write',
  objectInQuery,
  handle,
]

export const AUTHORITY = authorityAt('/v1.1/:project/asset/authority', authorityUrl)
/** The older authority call. It is the only one that scripts in browsers make (page vod_04_0009). */
export const OLD_AUTHORITY = authorityAt('/v1.0/:project/asset/authority', authorityQuery)

/** The calls of VOD. One surface for each way that failures look, since an error does not know its call. */
export function createApi(vod: Vod): readonly Surface[] {
  const newRequestId = () => randomHex(vod.core.random, 16)
  const surface = (page: PageStatus, routes: readonly Route[], illegal?: PageStatus): Surface => ({
    name: 'huawei-vod',
    routes,
    newRequestId,
    renderError: (error, exchange) => renderFailure(exchange, error, page, illegal),
  })
  const routeOf = ([method, path, call, , needs, about, handle]: CallRow): Route => ({
    ...{ method, path, call },
    handle: async (exchange) => {
      const authenticated = await authenticate(vod, exchange)
      requireAllowed(authenticated, needs, about(authenticated))
      return handle(authenticated)
    },
  })
  const routesOf = (page: PageStatus) => CALLS.filter((call) => call[3] === page).map(routeOf)
  const authority = (call: CallRow): Surface => surface(403, [routeOf(call)], 403)
  return [
    { ...surface(400, routesOf(400)), ownsPath: (path) => /^\/v[12](\.\d+)?(\/|$)/.test(path) },
    surface(403, [...routesOf(403), ...NOT_OFFERED.map(routeOf)]),
    surface(404, routesOf(404)),
    authority(AUTHORITY),
    openToScripts(authority(OLD_AUTHORITY)),
  ]
}

/** Refuses what the caller may not do to any of these object keys. Errors: `access-denied`. */
function requireAllowed(call: Call, needs: Right, keys: readonly string[]): void {
  for (const each of keys) requireReach(call, needs, reachIn(call.project, each))
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
