import { credentialsOf } from '../../core/accounts.ts'
import { createObsFlavour } from '../../object-plane/obs/index.ts'
import { createObjectPlane } from '../../object-plane/plane.ts'
import { bucketFinder, matchHost } from '../../settings/hosts.ts'
import type { Dialect, DialectContext, MountedDialect } from '../dialect.ts'
import { createIam } from './auth/iam.ts'
import { issuedKeys } from './auth/issued-keys.ts'
import { createUserKeys } from './auth/user-keys.ts'
import { categoryJob } from './background/category-moves.ts'
import { createEventSender } from './background/events.ts'
import { createPictureSender } from './background/picture-requests.ts'
import { createPictureRunner } from './background/picture-runner.ts'
import { createPullRunner } from './background/pull-runner.ts'
import { unusedAssetsJob } from './background/unused-assets.ts'
import { createApi } from './calls/routes.ts'
import { createTargets } from './calls/targets.ts'
import { projectCredential, userCredential } from './credentials.ts'
import { BUCKET_HOSTS, HOSTS, STORAGE_HOSTS } from './hosts.ts'
import type { Vod } from './model/context.ts'
import { NAMED_TYPES } from './model/file-types.ts'
import { checkOptions, type HuaweiVodOptions, OPTIONS } from './options.ts'
import { createBuckets } from './storage/asset-buckets.ts'
import { createNamespace } from './storage/namespace.ts'
import { BUCKET_PREFIX, regionOf } from './storage/object-keys.ts'
import { createPlay } from './storage/play.ts'
import { demo } from './welcome.ts'

/** Huawei Cloud VOD, and what its clients need of IAM, OBS and CDN. */
export const huaweiVod: Dialect<typeof OPTIONS> = {
  name: 'huawei-vod',
  options: OPTIONS,
  checkOptions,
  credentials: [projectCredential, userCredential],
  attributes: [],
  hosts: HOSTS,
  regionsOf: (account) => credentialsOf(account, projectCredential).map(({ name }) => name),
  reserved: { segments: ['asset', 'v1', 'v2', 'v3', 'v3.0'], prefixes: [BUCKET_PREFIX], buckets: ['vod'] },
  demoCredentials: [
    { kind: projectCredential, given: { name: 'cn-north-4' } },
    { kind: userCredential, given: { name: 'demo' } },
  ],
  commands: [],
  demo,
  create,
}

function create(context: DialectContext<HuaweiVodOptions>): MountedDialect {
  const { core, accounts, publicUrl } = context
  const users = createUserKeys(context.secretFor('huawei-vod users'), accounts)
  const vod: Vod = { ...context, users }
  const { clock, random } = core
  const findIssued = issuedKeys(vod)
  const flavour = createObsFlavour({
    ...{ clock, random, publicUrl, regionOf, namedTypes: NAMED_TYPES, findIssued },
  })
  const plane = createObjectPlane({
    ...{ flavour, accounts, core, namespace: createNamespace(vod) },
    bucketAt: bucketFinder(BUCKET_HOSTS, context.virtualHosts),
  })
  return {
    surfaces: [...createApi(vod), createIam(vod), { ...plane, ownsPath: isStoragePath }, createPlay(vod)],
    senders: [createEventSender(vod), createPictureSender(vod)],
    runners: [createPullRunner(vod), createPictureRunner(vod)],
    jobs: [categoryJob(vod), unusedAssetsJob(vod)],
    targets: createTargets(vod),
    buckets: createBuckets(core, accounts),
  }
}

const isStoragePath = (path: string, host: string): boolean =>
  path.startsWith(`/${BUCKET_PREFIX}`) || matchHost(STORAGE_HOSTS, host) !== null
