import type { DialectDemo } from '../demo.ts'
import type { Dialect, DialectContext, MountedDialect } from '../dialect.ts'
import { createLifecycleJob } from './background/lifecycle.ts'
import { createApi } from './calls/routes.ts'
import { createTargets } from './calls/targets.ts'
import { HOSTS } from './hosts.ts'
import { OPTIONS, type S3Options, STANDARD_ADDRESS } from './options.ts'

const demo: DialectDemo = { keysOf: 'S3', rows: () => [], tryOut: () => null, load: null }

/** Amazon S3, on a listener of its own. */
export const s3: Dialect<typeof OPTIONS> = {
  name: 's3',
  options: OPTIONS,
  listener: {
    ...{ key: OPTIONS.listen.key, standard: STANDARD_ADDRESS, wanted: ({ listen }) => listen },
    secure: {
      key: OPTIONS.tlsListen.key,
      wanted: ({ tlsListen }) => (tlsListen === 'off' ? null : tlsListen),
    },
  },
  credentials: [],
  attributes: [],
  hosts: HOSTS,
  // The kit's own paths stand where buckets of that name would.
  reserved: { segments: [], prefixes: [], buckets: ['healthz', 'readyz'] },
  demoCredentials: [],
  commands: [],
  demo,
  create,
}

function create(context: DialectContext<S3Options>): MountedDialect {
  return {
    surfaces: [createApi(context)],
    senders: [],
    runners: [],
    jobs: [createLifecycleJob(context)],
    targets: createTargets(context),
  }
}
