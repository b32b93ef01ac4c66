import { createRateLimit } from '../../http/rate-limit.ts'
import { createObjectPlane } from '../../object-plane/plane.ts'
import { createTosFlavour } from '../../object-plane/tos/index.ts'
import { bucketFinder, matchHost } from '../../settings/hosts.ts'
import type { Dialect, DialectContext, MountedDialect } from '../dialect.ts'
import { callbackAttributes } from './attributes.ts'
import { createReviewSender } from './background/review-sender.ts'
import { createApi } from './calls/routes.ts'
import { createTargets } from './calls/targets.ts'
import { createBuckets } from './calls/voice-bucket.ts'
import { reviewCommands } from './commands.ts'
import { BUCKET_HOSTS, HOSTS, STORAGE_HOSTS } from './hosts.ts'
import { OPTIONS, type VolcengineVmsOptions } from './options.ts'
import { TOS_BUCKET } from './storage/keys.ts'
import { createNamespace } from './storage/namespace.ts'

/** Volcengine VMS voice resources, and the TOS paths that its upload URLs lead to. */
export const volcengineVms: Dialect<typeof OPTIONS> = {
  name: 'volcengine-vms',
  options: OPTIONS,
  credentials: [],
  attributes: [callbackAttributes],
  hosts: HOSTS,
  reserved: { segments: [TOS_BUCKET], prefixes: [], buckets: ['vms'] },
  demoCredentials: [],
  commands: [reviewCommands],
  demo: { keysOf: 'Volcengine', rows: () => [], tryOut: () => null, load: () => import('./demo.ts') },
  create,
}

function create(context: DialectContext<VolcengineVmsOptions>): MountedDialect {
  const { core, accounts, publicUrl, options } = context
  const { clock, random } = core
  const flavour = createTosFlavour({ clock, random, hosts: [new URL(publicUrl).host] })
  const plane = createObjectPlane({
    ...{ flavour, accounts, core, namespace: createNamespace(core, options, accounts) },
    bucketAt: bucketFinder(BUCKET_HOSTS, context.virtualHosts),
  })
  const perSecond = options.rateLimitPerS
  const limit = perSecond === 0 ? null : createRateLimit({ clock, perSecond })
  return {
    surfaces: [createApi(context, limit), { ...plane, ownsPath: isStoragePath }],
    senders: [createReviewSender(core, accounts)],
    runners: [],
    jobs: [],
    targets: createTargets(core, options),
    buckets: createBuckets(context),
  }
}

const isStoragePath = (path: string, host: string): boolean =>
  path.split('/', 2)[1] === TOS_BUCKET || matchHost(STORAGE_HOSTS, host) !== null
