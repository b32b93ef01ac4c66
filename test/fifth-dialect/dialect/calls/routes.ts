import { randomHex } from '../../../../src/core/random.ts'
import type { DialectContext } from '../../../../src/dialects/dialect.ts'
import type { Surface } from '../../../../src/http/types.ts'
import { authenticate } from '../auth/authenticate.ts'
import { renderFailure } from '../errors.ts'
import type { FifthDialectOptions } from '../options.ts'
import type { Handler } from './call.ts'
import { get, put } from './files.ts'

/** First segment of every path. */
export const FIRST_SEGMENT = 'fifth-dialect'

/** Method, path, name in the log, handler. */
const CALLS: readonly (readonly [string, string, string, Handler])[] = [
  ['PUT', ':box/:name', 'put', put],
  ['GET', ':box/:name', 'get', get],
]

/** The calls. Each finds its caller before it reads any of the body. */
export const createApi = (context: DialectContext<FifthDialectOptions>): Surface => ({
  name: 'fifth-dialect',
  routes: CALLS.map(([method, path, call, handle]) => ({
    ...{ method, path: `/${FIRST_SEGMENT}/${path}`, call },
    handle: async (exchange) =>
      handle({ ...context, exchange, caller: authenticate(exchange, context.accounts) }),
  })),
  ownsPath: (path) => path.split('/', 2)[1] === FIRST_SEGMENT,
  newRequestId: () => randomHex(context.core.random, 16),
  renderError: renderFailure,
})
