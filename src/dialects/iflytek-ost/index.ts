import { flatReading } from '../buckets.ts'
import type { Dialect, DialectContext, MountedDialect } from '../dialect.ts'
import { createSignedBodies } from './auth/signed-bodies.ts'
import { createTaskRunner } from './background/task-runner.ts'
import { createApi, createTaskApi } from './calls/routes.ts'
import { createTargets } from './calls/targets.ts'
import { appCredential } from './credentials.ts'
import { HOSTS } from './hosts.ts'
import { type IflytekOstOptions, OPTIONS } from './options.ts'
import { createDownloadTokens } from './storage/download-tokens.ts'
import { createDownloads } from './storage/downloads.ts'
import { demo } from './welcome.ts'

/** iFlytek OST: file upload by five calls under `/file/`, the downloads that their urls lead to, and tasks that transcribe files. */
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
  const signedBodies = createSignedBodies(context.core.clock)
  const ost = { ...context, tokens, signedBodies }
  return {
    surfaces: [createApi(ost), createTaskApi(ost), createDownloads(context.core, tokens)],
    senders: [],
    runners: [createTaskRunner(ost)],
    jobs: [],
    targets: createTargets(ost),
    buckets: {
      ...flatReading(context.core),
      writing: 'Files of an app come by its calls /file/upload and /file/mpupload, which choose their keys.',
      removing: 'An app has no call that deletes a file.',
    },
  }
}
