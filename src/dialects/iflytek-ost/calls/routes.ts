import type { Surface } from '../../../http/types.ts'
import { authenticate, publicHostsOf } from '../auth/authenticate.ts'
import { renderFailure, type StoreCode } from '../errors.ts'
import { newSid } from '../wire/ids.ts'
import type { Handler, Ost } from './call.ts'
import * as mpupload from './mpupload.ts'
import { upload } from './upload.ts'

const CALLS: readonly (readonly [path: string, name: string, handler: Handler, storeCode: StoreCode])[] = [
  ['/file/upload', 'upload', upload, 10003],
  ['/file/mpupload/init', 'mpupload.init', mpupload.init, 10004],
  ['/file/mpupload/upload', 'mpupload.upload', mpupload.upload, 10004],
  ['/file/mpupload/complete', 'mpupload.complete', mpupload.complete, 10003],
  ['/file/mpupload/cancel', 'mpupload.cancel', mpupload.cancel, 10004],
]

/** The five calls of FileUpload. Each finds its caller from the headers before it reads any of the body. */
export function createApi(ost: Ost): Surface {
  const { accounts, core, options } = ost
  const publicHosts = publicHostsOf(ost.publicUrl)
  return {
    name: 'iflytek-ost',
    routes: CALLS.map(([path, name, handle]) => ({
      method: 'POST',
      path,
      call: name,
      handle: async (exchange) => {
        const caller = authenticate(exchange, accounts, publicHosts)
        exchange.note({ account: caller.account.id, app: caller.app.appId })
        return await handle({ ...ost, exchange, caller })
      },
    })),
    ownsPath: (path) => /^\/(file|v2\/ost)(\/|$)/.test(path),
    newRequestId: (now) => newSid(core.random, now),
    renderError: (error, { requestId, rawPath }) => {
      const storeCode = CALLS.find(([path]) => path === rawPath)?.[3]
      return renderFailure(error, { sid: requestId, errorStatus: options.errorStatus, storeCode })
    },
  }
}
