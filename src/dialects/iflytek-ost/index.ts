import type { Dialect, DialectContext, MountedDialect } from '../dialect.ts'
import { createApi } from './calls/routes.ts'
import { appCredential } from './credentials.ts'
import { HOSTS } from './hosts.ts'
import { type IflytekOstOptions, OPTIONS } from './options.ts'
import { createDownloadTokens } from './storage/download-tokens.ts'
import { createDownloads } from './storage/downloads.ts'
import { demo } from './welcome.ts'

/** iFlytek OST file upload: five calls under `/file/`, and the downloads that their urls lead to. */
export const iflytekOst: Dialect<typeof OPTIONS> = {
  name: 'iflytek-ost',
  options: OPTIONS,
  credentials: [appCredential],
  attributes: [],
  hosts: HOSTS,
  reserved: { segments: ['file', 'iflytek-ost'], prefixes: [], buckets: ['ost'] },
  demoCredentials: [{ kind: appCredential, given: {} }],
  commands: [],
  demo,
  create,
}

function create(context: DialectContext<IflytekOstOptions>): MountedDialect {
  const tokens = createDownloadTokens(context.accounts)
  return {
    surfaces: [createApi({ ...context, tokens }), createDownloads(context.core, tokens)],
    senders: [],
    runners: [],
    jobs: [],
  }
}
