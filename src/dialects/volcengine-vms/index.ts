import { createRateLimit } from '../../http/rate-limit.ts'
import { createObjectPlane } from '../../object-plane/plane.ts'
import { createTosFlavour } from '../../object-plane/tos/index.ts'
import type { Dialect, DialectContext } from '../dialect.ts'
import { createReviewSender } from './background/review.ts'
import { createApi } from './calls/routes.ts'
import type { VolcengineVmsOptions } from './options.ts'
import { createNamespace } from './storage/namespace.ts'

/** Volcengine VMS voice resources, and the TOS paths that its upload URLs lead to. */
export function createVolcengineVms(context: DialectContext<VolcengineVmsOptions>): Dialect {
  const { core, accounts, publicUrl, options } = context
  const { clock, random } = core
  const flavour = createTosFlavour({ clock, random, hosts: [new URL(publicUrl).host] })
  const namespaces = [createNamespace(core, options, accounts.all)]
  const perSecond = options.rateLimitPerS
  const limit = perSecond === 0 ? null : createRateLimit({ clock, perSecond })
  return {
    name: 'volcengine-vms',
    surfaces: [createApi(context, limit), createObjectPlane({ flavour, namespaces, accounts, core })],
    senders: [createReviewSender(core, accounts)],
    runners: [],
    jobs: [],
  }
}
