import type { Dialect, DialectContext } from '../dialect.ts'
import { createIam } from './auth/iam.ts'
import type { HuaweiVodOptions } from './options.ts'
import { createApi } from './routes.ts'

/** Huawei Cloud VOD, and as much of IAM as its clients need. */
export function createHuaweiVod(context: DialectContext<HuaweiVodOptions>): Dialect {
  return {
    name: 'huawei-vod',
    surfaces: [...createApi(context), createIam(context)],
    senders: [],
    runners: [],
    jobs: [],
  }
}
