import { integer, oneOf, textList } from '../../settings/kinds.ts'
import { option } from '../../settings/options.ts'
import type { ValuesOf } from '../../settings/setting.ts'

const YEAR_S = 366 * 24 * 3600

/** The `[volcengine_vms]` section of the configuration. */
export const OPTIONS = {
  review: option(
    'volcengine_vms.review',
    oneOf('auto', 'manual'),
    'auto',
    'auto: approve at commit; manual: wait for `stowage review`',
  ),
  rateLimitPerS: option(
    'volcengine_vms.rate_limit_per_s',
    integer(0, 1_000_000),
    0,
    'calls a second per account, 0 for no limit',
  ),
  resourcesMax: option(
    'volcengine_vms.resources_max',
    integer(0, 1_000_000_000),
    0,
    'resources per account, 0 for no limit',
  ),
  uploadTtlS: option(
    'volcengine_vms.upload_ttl_s',
    integer(600, YEAR_S),
    24 * 3600,
    'seconds that uploaded bytes wait for their commit',
  ),
  /** Private and loopback addresses are refused unless the host stands here by its exact name. */
  fetchHosts: option(
    'volcengine_vms.fetch_hosts',
    textList,
    [],
    'hosts FetchResource may pull from: names, *.domain or *; none turns it off',
  ),
}

export type VolcengineVmsOptions = ValuesOf<typeof OPTIONS>
