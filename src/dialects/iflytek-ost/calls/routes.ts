import type { Route, Surface } from '../../../http/types.ts'
import { matchHost } from '../../../settings/hosts.ts'
import { authenticate, isWrongSecret, publicHostsOf } from '../auth/authenticate.ts'
import { renderFailure, renderTaskFailure, type StoreCode } from '../errors.ts'
import { TASK_HOSTS } from '../hosts.ts'
import { newSid } from '../wire/ids.ts'
import type { Handler, Ost } from './call.ts'
import * as mpupload from './mpupload.ts'
import { createTask, queryTask } from './tasks.ts'
import { upload } from './upload.ts'

const CALLS: readonly (readonly [path: string, name: string, handler: Handler, storeCode: StoreCode])[] = [
  ['/file/upload', 'upload', upload, 10003],
  ['/file/mpupload/init', 'mpupload.init', mpupload.init, 10004],
  ['/file/mpupload/upload', 'mpupload.upload', mpupload.upload, 10004],
  ['/file/mpupload/complete', 'mpupload.complete', mpupload.complete, 10003],
  ['/file/mpupload/cancel', 'mpupload.cancel', mpupload.cancel, 10004],
]

/** Tasks over what was uploaded (speedTranscription). */
const TASK_CALLS: readonly (readonly [path: string, name: string, handler: Handler])[] = [
  ['/v2/ost/pro_create', 'tasks.create', createTask],
  ['/v2/ost/query', 'tasks.query', queryTask],
]

/** The five calls of FileUpload. Each finds its caller from the headers before it reads any of the body. */
export function createApi(ost: Ost): Surface {
  const { core, options } = ost
  return {
    name: 'iflytek-ost',
    routes: CALLS.map(([path, name, handle]) => routeOf(ost, path, name, handle)),
    ownsPath: (path) => /^\/file(\/|$)/.test(path),
    newRequestId: (now) => newSid(core.random, now),
    renderError: (error, { requestId, rawPath }) => {
      const storeCode = CALLS.find(([path]) => path === rawPath)?.[3]
      return renderFailure(error, { sid: requestId, errorStatus: options.errorStatus, storeCode })
    },
  }
}

/** The two calls of the task API, on a host of their own. */
export function createTaskApi(ost: Ost): Surface {
  const { core, options } = ost
  return {
    name: 'iflytek-ost-tasks',
    routes: TASK_CALLS.map(([path, name, handle]) => routeOf(ost, path, name, handle)),
    ownsPath: (path, host) => /^\/v2\/ost(\/|$)/.test(path) || matchHost(TASK_HOSTS, host) !== null,
    newRequestId: (now) => newSid(core.random, now),
    renderError: (error, { requestId }) => renderTaskFailure(error, requestId, options.errorStatus),
  }
}

function routeOf(ost: Ost, path: string, call: string, handle: Handler): Route {
  const publicHosts = publicHostsOf(ost.publicUrl)
  return {
    method: 'POST',
    path,
    call,
    handle: async (exchange) => {
      const find = (named?: (apiKey: string) => void) =>
        authenticate(exchange, ost.accounts, publicHosts, named)
      const before = ost.accounts.all
      const caller = exchange.guesses.proveNamed('signature', find, isWrongSecret)
      exchange.identified(caller.account.id)
      exchange.note({ app: caller.app.appId })
      const again = () => {
        // Where no account has changed, the signature is as good as it was.
        if (ost.accounts.all !== before) find()
      }
      return await handle({ ...ost, exchange, caller, again })
    },
  }
}
