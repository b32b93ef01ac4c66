import { boolean, integer, oneOf, secret, textList, webUrl } from '../../settings/kinds.ts'
import { option } from '../../settings/options.ts'
import type { ValuesOf } from '../../settings/setting.ts'

const GIB = 1024 ** 3
const YEAR_S = 366 * 24 * 3600

/** The `[huawei_vod]` section of the configuration. */
export const OPTIONS = {
  urlTtlS: option('huawei_vod.url_ttl_s', integer(60, YEAR_S), 3600, 'seconds that signed URLs live'),
  uploadTtlS: option(
    'huawei_vod.upload_ttl_s',
    integer(600, YEAR_S),
    7 * 24 * 3600,
    'seconds that uploaded bytes wait for the confirm',
  ),
  unusedTtlS: option(
    'huawei_vod.unused_ttl_s',
    integer(0, 100 * YEAR_S),
    YEAR_S,
    'seconds without a change after which assets without a video are forgotten; 0 keeps them',
  ),
  /** Off as in the 2021 document; on is as in current ones. */
  autoPublish: option(
    'huawei_vod.auto_publish',
    boolean,
    false,
    'publish confirmed assets where a request does not say auto_publish',
  ),
  fetchHosts: option(
    'huawei_vod.fetch_hosts',
    textList,
    [],
    'hosts upload_by_url may pull from: names, *.domain or *; none turns it off',
  ),
  fetchSizeMax: option(
    'huawei_vod.fetch_size_max_bytes',
    integer(1, 1024 * GIB),
    400 * GIB,
    'most bytes of one file that upload_by_url pulls',
  ),
  eventUrl: option('huawei_vod.event_url', webUrl, '', 'where events are sent', {
    isSecret: true,
  }),
  eventFormat: option(
    'huawei_vod.event_format',
    oneOf('plain', 'smn'),
    'plain',
    'plain: events as they are; smn: in the envelope of SMN, as a text',
  ),
  eventSecret: option('huawei_vod.event_secret', secret, '', 'what events are signed with', {
    isSecret: true,
  }),
}

/** Events are only sent signed. */
export const checkOptions = ({ eventUrl, eventSecret }: HuaweiVodOptions): string | null =>
  (eventUrl === '') === (eventSecret === '')
    ? null
    : 'huawei_vod: event_url and event_secret go together; accepted: both or neither'

export type HuaweiVodOptions = ValuesOf<typeof OPTIONS>
