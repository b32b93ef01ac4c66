import { createCosFlavour } from '../../object-plane/cos/index.ts'
import { createObjectPlane } from '../../object-plane/plane.ts'
import type { Dialect, DialectContext } from '../dialect.ts'
import { createRetentionJob } from './background/retention.ts'
import { createTaskRunner } from './background/task-runner.ts'
import { createApi } from './calls/routes.ts'
import { createFingerprints } from './model/fingerprints.ts'
import type { TencentSmhOptions } from './options.ts'
import { createNamespace } from './storage/namespace.ts'

/** Tencent Smart Media Hosting, and the COS paths that its uploads and downloads lead to. */
export function createTencentSmh({
  core,
  accounts,
  publicUrl,
  options,
}: DialectContext<TencentSmhOptions>): Dialect {
  const { clock, random } = core
  const smh = { core, options, publicUrl, fingerprints: createFingerprints({ core }) }
  const flavour = createCosFlavour({
    clock,
    random,
    hosts: [new URL(publicUrl).host],
    findIssuer: (name) => {
      const found = accounts.byLibrary(name)
      return found && { name, account: found.account.id, secret: found.library.secret }
    },
  })
  const namespaces = [createNamespace(core, accounts)]
  return {
    name: 'tencent-smh',
    surfaces: [createApi(smh, accounts), createObjectPlane({ flavour, namespaces, accounts, core })],
    senders: [],
    runners: [createTaskRunner(smh, accounts)],
    jobs: [createRetentionJob(smh, accounts)],
  }
}
