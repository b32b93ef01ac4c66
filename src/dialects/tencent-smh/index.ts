import type { Dialect, DialectContext } from '../dialect.ts'
import type { TencentSmhOptions } from './options.ts'
import { createRetentionJob } from './retention.ts'
import { createApi } from './routes.ts'
import { createTaskRunner } from './task-runner.ts'

/** Tencent Smart Media Hosting. */
export function createTencentSmh({
  core,
  accounts,
  publicUrl,
  options,
}: DialectContext<TencentSmhOptions>): Dialect {
  const smh = { core, options, publicUrl }
  return {
    name: 'tencent-smh',
    surfaces: [createApi(smh, accounts)],
    senders: [],
    runners: [createTaskRunner(smh, accounts)],
    jobs: [createRetentionJob(smh, accounts)],
  }
}
