import type { Dialect, DialectContext } from '../dialect.ts'
import { callRoutes } from './calls/routes.ts'
import { renderFailure } from './errors.ts'
import type { IflytekOstOptions } from './options.ts'
import { createDownloadTokens } from './storage/download-tokens.ts'
import { downloadSurface } from './storage/downloads.ts'
import { newSid } from './wire/answers.ts'

/** iFlytek OST file upload: five calls under `/file/`, and the downloads that their urls lead to. */
export function createIflytekOst(context: DialectContext<IflytekOstOptions>): Dialect {
  const { core, accounts, options } = context
  const tokens = createDownloadTokens(accounts)
  return {
    name: 'iflytek-ost',
    surfaces: [
      {
        name: 'iflytek-ost',
        routes: callRoutes({ ...context, tokens }),
        newRequestId: (now) => newSid(core.random, now),
        renderError: (error, { requestId }) => renderFailure(error, requestId, options.errorStatus),
      },
      downloadSurface(core, tokens),
    ],
    senders: [],
    runners: [],
    jobs: [],
  }
}
