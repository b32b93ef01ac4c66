import type { Dialect, DialectContext } from '../dialect.ts'
import { createApi } from './calls/routes.ts'
import type { IflytekOstOptions } from './options.ts'
import { createDownloadTokens } from './storage/download-tokens.ts'
import { createDownloads } from './storage/downloads.ts'

/** iFlytek OST file upload: five calls under `/file/`, and the downloads that their urls lead to. */
export function createIflytekOst(context: DialectContext<IflytekOstOptions>): Dialect {
  const tokens = createDownloadTokens(context.accounts)
  return {
    name: 'iflytek-ost',
    surfaces: [createApi({ ...context, tokens }), createDownloads(context.core, tokens)],
    senders: [],
    runners: [],
    jobs: [],
  }
}
