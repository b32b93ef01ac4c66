import type { Dialect, DialectContext, MountedDialect } from '../dialect.ts'
import { callRoutes } from './calls/routes.ts'
import { appCredential } from './credentials.ts'
import { renderFailure } from './errors.ts'
import { type IflytekOstOptions, OPTIONS } from './options.ts'
import { createDownloadTokens } from './storage/download-tokens.ts'
import { downloadSurface } from './storage/downloads.ts'
import { demo } from './welcome.ts'
import { newSid } from './wire/answers.ts'

/** iFlytek OST file upload: five calls under `/file/`, and the downloads that their urls lead to. */
export const iflytekOst: Dialect<typeof OPTIONS> = {
  name: 'iflytek-ost',
  options: OPTIONS,
  credentials: [appCredential],
  attributes: [],
  reserved: { segments: ['file', 'iflytek-ost'], prefixes: [] },
  demoCredentials: [{ kind: appCredential, given: {} }],
  commands: [],
  demo,
  create,
}

function create(context: DialectContext<IflytekOstOptions>): MountedDialect {
  const { core, accounts, options } = context
  const tokens = createDownloadTokens(accounts)
  return {
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
