import { randomHex } from '../core/random.ts'
import type { Exchange, Surface } from '../http/types.ts'
import type { Api, ApiParts } from './api.ts'
import { renderFailure } from './errors.ts'

export { operatorToken, tokenFile } from './token.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

const anyPath = (): boolean => true

/** What operators reach on their listener. Its calls and their schemas are loaded with the first request: a server starts without them. */
export function createAdmin(parts: ApiParts): Surface {
  let loading: Promise<Api> | null = null
  const api = (): Promise<Api> => {
    loading ??= import('./api.ts').then(({ createApi }) => createApi(parts))
    return loading
  }
  const { random } = parts.core
  const routes = METHODS.map((method) => ({
    ...{ method, path: anyPath, call: 'admin' },
    handle: async (exchange: Exchange) => {
      const reply = await (await api()).answer(exchange)
      return { ...reply, headers: { ...reply.headers, 'x-request-id': exchange.requestId } }
    },
  }))
  return {
    ...{ name: 'admin', routes, newRequestId: () => randomHex(random, 16) },
    renderError: (error, { requestId }) => {
      const reply = renderFailure(error, requestId)
      return { ...reply, headers: { ...reply.headers, 'x-request-id': requestId } }
    },
  }
}
