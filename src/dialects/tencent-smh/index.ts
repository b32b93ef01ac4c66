import { credentialsOf } from '../../core/accounts.ts'
import { createCosFlavour } from '../../object-plane/cos/index.ts'
import { createObjectPlane } from '../../object-plane/plane.ts'
import { bucketFinder, matchHost } from '../../settings/hosts.ts'
import type { DialectDemo } from '../demo.ts'
import type { Dialect, DialectContext, MountedDialect } from '../dialect.ts'
import { createRetentionJob } from './background/retention.ts'
import { createTaskRunner } from './background/task-runner.ts'
import { createApi } from './calls/routes.ts'
import { createTargets } from './calls/targets.ts'
import { libraryCredential } from './credentials.ts'
import { BUCKET_HOSTS, HOSTS, STORAGE_HOSTS } from './hosts.ts'
import { createFingerprints } from './model/fingerprints.ts'
import { OPTIONS, type TencentSmhOptions } from './options.ts'
import { createIsHeld } from './storage/holders.ts'
import { createNamespace } from './storage/namespace.ts'
import { createBuckets } from './storage/tree-buckets.ts'

const demo: DialectDemo = {
  keysOf: null,
  rows: (account) =>
    credentialsOf(account, libraryCredential).flatMap(({ id, secret }) => [
      { label: 'library id', value: id, note: 'Tencent SMH' },
      { label: 'lib. secret', value: secret, isSecret: true },
    ]),
  tryOut: () => null,
  load: () => import('./demo.ts'),
}

/** Tencent Smart Media Hosting, and the COS paths that its uploads and downloads lead to. */
export const tencentSmh: Dialect<typeof OPTIONS> = {
  name: 'tencent-smh',
  options: OPTIONS,
  credentials: [libraryCredential],
  attributes: [],
  hosts: HOSTS,
  reserved: { segments: ['api', 'cos'], prefixes: [], buckets: ['smh'] },
  demoCredentials: [{ kind: libraryCredential, given: {} }],
  commands: [],
  demo,
  create,
}

function create(context: DialectContext<TencentSmhOptions>): MountedDialect {
  const { core, accounts, pictures, publicUrl, options, virtualHosts } = context
  const { clock, random } = core
  const smh = { core, options, publicUrl, pictures, fingerprints: createFingerprints({ core }) }
  const flavour = createCosFlavour({
    ...{ clock, random, hosts: [new URL(publicUrl).host], mayHavePercent: false },
    findIssuer: (name) => {
      const found = accounts.find(libraryCredential, name)
      return found && { name, account: found.account.id, secret: found.credential.secret }
    },
    isHeld: createIsHeld(core, accounts),
  })
  const plane = createObjectPlane({
    ...{ flavour, accounts, core, namespace: createNamespace(core, accounts) },
    bucketAt: bucketFinder(BUCKET_HOSTS, virtualHosts),
  })
  return {
    surfaces: [createApi(smh, accounts), { ...plane, ownsPath: isStoragePath }],
    senders: [],
    runners: [createTaskRunner(smh, accounts)],
    jobs: [createRetentionJob(smh, accounts)],
    targets: createTargets(smh),
    buckets: createBuckets(smh, accounts),
  }
}

const isStoragePath = (path: string, host: string): boolean =>
  path.split('/', 2)[1] === 'cos' || matchHost(STORAGE_HOSTS, host) !== null
