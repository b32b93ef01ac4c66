import type { Core } from '../../../core/core.ts'
import { isCoreError } from '../../../core/errors.ts'
import { createCors } from '../../../http/cors.ts'
import { contentDisposition } from '../../../http/disposition.ts'
import { servable, serveByLink } from '../../../http/serve-object.ts'
import type { Exchange, Reply, Route, Surface } from '../../../http/types.ts'
import { GatewayError, gatewayReply, toFailure } from '../errors.ts'
import { newSid } from '../wire/ids.ts'
import type { DownloadTokens } from './download-tokens.ts'

export const DOWNLOAD_PATH = '/iflytek-ost/objects'
/** The token in the url of a download, whatever host it names: a proxy may give this server another. Null: it is none. */
export function objectPathToken(url: string): string | null {
  const path = URL.parse(url)?.pathname ?? ''
  return path.startsWith(`${DOWNLOAD_PATH}/`) ? path.slice(DOWNLOAD_PATH.length + 1) : null
}

const EXPOSED = ['Accept-Ranges', 'Content-Disposition', 'Content-Length', 'Content-Range', 'ETag']

/**
 * What `data.url` leads to: GET and HEAD, with ranges, for whoever has the url. It is not part of the vendor's API, whose urls are
 * internal names. So failures have plain HTTP statuses and `{"message"}`.
 */
export function createDownloads(core: Core, tokens: DownloadTokens): Surface {
  const path = `${DOWNLOAD_PATH}/:token`
  const cors = createCors({ methods: ['GET', 'HEAD'], exposedHeaders: EXPOSED })
  const routes: readonly Route[] = [
    {
      method: 'GET',
      path,
      call: 'download',
      handle: async (exchange) => cors.allow(await download(core, tokens, exchange)),
    },
    {
      method: 'OPTIONS',
      path,
      call: 'download.preflight',
      handle: async (exchange) => cors.preflight(exchange),
    },
  ]
  return {
    name: 'iflytek-ost-download',
    routes,
    ownsPath: (path) => path.split('/', 2)[1] === DOWNLOAD_PATH.split('/', 2)[1],
    newRequestId: (now) => newSid(core.random, now),
    renderError: (error) => cors.allow(gatewayReply(asStatus(error))),
  }
}

async function download(core: Core, tokens: DownloadTokens, exchange: Exchange): Promise<Reply> {
  const opened = tokens.open(exchange.params.token ?? '')
  if (opened === null) throw NO_OBJECT
  exchange.identified(opened.caller.account.id)
  const object = await core.objects.find({ account: opened.caller.account.id, id: opened.object })
  if (object === null) throw NO_OBJECT
  exchange.note({ app: opened.caller.app.appId, object: object.id })
  const headers = {
    'content-disposition': contentDisposition('attachment', object.name),
    'cache-control': 'private',
  }
  return await serveByLink(exchange, servable(core.objects, object), headers)
}

const NO_OBJECT = new GatewayError(404, 'Not found')

/** Business codes mean nothing to whoever follows a url. */
function asStatus(error: unknown): GatewayError {
  if (isCoreError(error, 'object-not-found')) return NO_OBJECT
  const failure = toFailure(error)
  if (failure instanceof GatewayError) return failure
  return failure.code === 10001
    ? new GatewayError(400, 'Bad request')
    : new GatewayError(500, 'An unexpected error occurred')
}
