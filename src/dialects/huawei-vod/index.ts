import { createObsFlavour } from '../../object-plane/obs/index.ts'
import { createObjectPlane } from '../../object-plane/plane.ts'
import type { Dialect, DialectContext } from '../dialect.ts'
import { createIam } from './auth/iam.ts'
import { categoryJob } from './category-moves.ts'
import { createEventSender } from './events.ts'
import { NAMED_TYPES } from './file-types.ts'
import { createNamespace } from './namespace.ts'
import { regionOf } from './object-keys.ts'
import type { HuaweiVodOptions } from './options.ts'
import { createPlay } from './play.ts'
import { createPullRunner } from './pull/runner.ts'
import { createApi } from './routes.ts'

/** Huawei Cloud VOD, as much of IAM as its clients need, and of OBS and CDN what its URLs lead to. */
export function createHuaweiVod(context: DialectContext<HuaweiVodOptions>): Dialect {
  const { core, accounts, publicUrl } = context
  const { clock, random } = core
  const flavour = createObsFlavour({ clock, random, publicUrl, regionOf, namedTypes: NAMED_TYPES })
  const plane = createObjectPlane({ flavour, accounts, core, namespaces: [createNamespace(context)] })
  return {
    name: 'huawei-vod',
    surfaces: [...createApi(context), createIam(context), plane, createPlay(context)],
    senders: [createEventSender(context)],
    runners: [createPullRunner(context)],
    jobs: [categoryJob(context)],
  }
}
