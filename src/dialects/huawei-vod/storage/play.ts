import { randomHex } from '../../../core/random.ts'
import { createCors } from '../../../http/cors.ts'
import { type Servable, servable, serveByLink } from '../../../http/serve-object.ts'
import type { Exchange, Reply, Surface } from '../../../http/types.ts'
import { matchHost } from '../../../settings/hosts.ts'
import { projectCredential } from '../credentials.ts'
import { GatewayError, renderFailure } from '../errors.ts'
import { PLAY_HOSTS } from '../hosts.ts'
import { filesBucket, isConfirmed, statusOf } from '../model/asset.ts'
import type { Vod } from '../model/context.ts'
import { findByObjectKey } from './object-keys.ts'
import { PLAY_PATH } from './urls.ts'

const EXPOSED = ['ETag', 'Content-Length', 'Content-Range', 'Content-Type', 'Accept-Ranges', 'Last-Modified']

/**
 * Serves what the vendor's CDN serves: the URLs `/asset/{project}/{asset}/…` of answers. They are not signed, but nobody can guess
 * them. A video can be read while its asset is published, covers and subtitles from the confirm on.
 */
export function createPlay(vod: Vod): Surface {
  const { core } = vod
  const cors = createCors({ methods: ['GET', 'HEAD'], exposedHeaders: EXPOSED })
  const path = `${PLAY_PATH}/*`

  async function serve(exchange: Exchange): Promise<Reply> {
    const file = await find(vod, exchange.params['*'] ?? '')
    if (file === null || file.content === null)
      throw new GatewayError(404, '0101', 'The file does not exist.')
    return cors.allow(await serveByLink(exchange, file, { 'x-request-id': exchange.requestId }))
  }

  return {
    name: 'huawei-vod/play',
    routes: [
      ...['GET', 'HEAD'].map((method) => ({ method, path, call: 'play', handle: serve })),
      {
        method: 'OPTIONS',
        path,
        call: 'play.preflight',
        handle: async (exchange) => cors.preflight(exchange),
      },
    ],
    ownsPath: (path, host) => path.startsWith(`${PLAY_PATH}/`) || matchHost(PLAY_HOSTS, host) !== null,
    newRequestId: () => randomHex(core.random, 16),
    renderError: (error, exchange) => cors.allow(renderFailure(exchange, error, 403)),
  }
}

/** Null where nothing is to be read, or not any more. */
async function find({ core, accounts }: Vod, key: string): Promise<Servable | null> {
  const owner = accounts.find(projectCredential, key.split('/', 1)[0] ?? '')
  if (owner === null) return null
  const { account, credential: project } = owner
  const file = await findByObjectKey(core, account.id, project, key)
  if (file === null || !isConfirmed(file.asset)) return null
  const { object } = file.asset
  if (file.kind === 'video')
    return statusOf(file.asset) === 'PUBLISHED' ? servable(core.objects, object) : null
  const side = await core.objects.find({ account: account.id, bucket: filesBucket(project), key })
  return side === null ? null : servable(core.objects, side)
}
