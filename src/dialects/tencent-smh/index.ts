import { createCosFlavour } from '../../object-plane/cos/index.ts'
import { createObjectPlane } from '../../object-plane/plane.ts'
import type { Dialect, DialectContext } from '../dialect.ts'
import { createNamespace } from './namespace.ts'
import type { TencentSmhOptions } from './options.ts'
import { createRetentionJob } from './retention.ts'
import { createApi } from './routes.ts'
import { createTaskRunner } from './task-runner.ts'
import { createFingerprints } from './uploads/fingerprints.ts'

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
