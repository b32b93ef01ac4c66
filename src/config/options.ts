import {
  address,
  baseUrl,
  boolean,
  integer,
  type Kind,
  oneOf,
  text,
  textList,
  webUrl,
  wordOrUrl,
} from './kinds.ts'

/** One option: the only place that says its key, kind, default and meaning. */
export interface Option<T> {
  /** As in the TOML file, with a dot after a section's name. */
  readonly key: string
  readonly kind: Kind<T>
  readonly fallback: T
  readonly help: string
  /** Kept out of `--help` defaults and of messages. */
  readonly secret: boolean
}

function option<T>(key: string, kind: Kind<T>, fallback: T, help: string, secret = false): Option<T> {
  return { key, kind, fallback, help, secret }
}

const GIB = 1024 ** 3
const YEAR_S = 366 * 24 * 3600

/** Every option of the server but the accounts. */
export const OPTIONS = {
  server: {
    listen: option('listen', address, { host: '127.0.0.1', port: 8440 }, 'address to listen on'),
    publicUrl: option('public_url', baseUrl, '', 'base of every URL handed out (default: http://<listen>)'),
    dataDir: option('data_dir', text, './data', 'folder of the embedded stores'),
    metadata: option('metadata', wordOrUrl('sqlite', 'postgres'), 'sqlite', 'where facts are kept', true),
    blobs: option('blobs', wordOrUrl('disk', 's3'), 'disk', 'where bytes are kept'),
    directUploads: option(
      'direct_uploads',
      boolean,
      false,
      'with s3:// blobs: upload URLs lead clients straight to the S3 store',
    ),
    durability: option(
      'durability',
      oneOf('strict', 'relaxed'),
      'strict',
      'strict: success is answered once it is on disk; relaxed: leave that to the system',
    ),
    logLevel: option(
      'log_level',
      oneOf('debug', 'info', 'warn', 'error'),
      'info',
      'least severe log lines shown',
    ),
    drainTimeoutS: option(
      'drain_timeout_s',
      integer(0, 86_400),
      30,
      'seconds that requests in flight get at shutdown',
    ),
    bodyIdleTimeoutS: option(
      'body_idle_timeout_s',
      integer(1, 86_400),
      60,
      'seconds after which a silent sender is given up',
    ),
    connectionsMax: option(
      'connections_max',
      integer(1, 1_000_000),
      10_000,
      'connections at a time; more are closed at once',
    ),
    sweepIntervalS: option(
      'sweep_interval_s',
      integer(1, 86_400),
      10,
      'seconds between sweeps for unused bytes',
    ),
    diskReserve: option(
      'disk_reserve_bytes',
      integer(0, 1024 * GIB),
      64 * 1024 ** 2,
      'free bytes that uploads must leave on the disk',
    ),
  },
  iflytekOst: {
    acceptSliceZero: option('iflytek_ost.accept_slice_zero', boolean, false, 'take slice_id 0 as well'),
    checkDigest: option(
      'iflytek_ost.check_digest',
      boolean,
      false,
      'compare the Digest header with the body',
    ),
    sliceSizeMin: option(
      'iflytek_ost.slice_size_min_bytes',
      integer(0, 5 * GIB),
      5 * 1024 ** 2,
      'least bytes of every slice but the last',
    ),
    errorStatus: option(
      'iflytek_ost.error_status',
      integer(200, 599),
      200,
      'HTTP status of answers with a code',
    ),
    uploadTtlS: option(
      'iflytek_ost.upload_ttl_s',
      integer(1, YEAR_S),
      7 * 24 * 3600,
      'seconds an upload_id lives',
    ),
  },
  volcengineVms: {
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
    fetchHosts: option(
      'volcengine_vms.fetch_hosts',
      textList,
      [],
      'hosts FetchResource may pull from: names, *.domain or *; none turns it off',
    ),
  },
  tencentSmh: {
    credentialsTtlS: option(
      'tencent_smh.credentials_ttl_s',
      integer(60, YEAR_S),
      7200,
      'seconds that credentials for uploads, and links for downloads, live',
    ),
    uploadTtlS: option(
      'tencent_smh.upload_ttl_s',
      integer(600, YEAR_S),
      7 * 24 * 3600,
      'seconds that an upload waits for its confirm',
    ),
    recycleDays: option(
      'tencent_smh.recycle_days',
      integer(0, 10_000),
      0,
      'days that the recycle bin keeps things where the library sets none, 0 for ever',
    ),
    quickUpload: option(
      'tencent_smh.quick_upload',
      boolean,
      true,
      'take files that the library has already by their hashes',
    ),
  },
  huaweiVod: {
    urlTtlS: option('huawei_vod.url_ttl_s', integer(60, YEAR_S), 3600, 'seconds that signed URLs live'),
    uploadTtlS: option(
      'huawei_vod.upload_ttl_s',
      integer(600, YEAR_S),
      7 * 24 * 3600,
      'seconds that uploaded bytes wait for the confirm',
    ),
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
    eventUrl: option('huawei_vod.event_url', webUrl, '', 'where createComplete events are sent', true),
    eventSecret: option('huawei_vod.event_secret', text, '', 'what events are signed with', true),
  },
}

type Values<Section> = { readonly [Name in keyof Section]: Section[Name] extends Option<infer T> ? T : never }

/** Every option's value, by section. */
export type OptionValues = { readonly [Name in keyof typeof OPTIONS]: Values<(typeof OPTIONS)[Name]> }

/** Every option in the table's order. */
export const allOptions: readonly Option<unknown>[] = Object.values(OPTIONS).flatMap((section) =>
  Object.values(section),
)

/** `iflytek_ost.check_digest` → `STOWAGE_IFLYTEK_OST_CHECK_DIGEST`. */
export const environmentName = (key: string): string => `STOWAGE_${key.replaceAll('.', '_').toUpperCase()}`

/** `iflytek_ost.check_digest` → `iflytek-ost-check-digest`. */
export const flagName = (key: string): string => key.replaceAll(/[._]/g, '-')
