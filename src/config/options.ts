import {
  address,
  baseUrl,
  boolean,
  domainList,
  integer,
  mediaTypes,
  oneOf,
  text,
  wordOrUrl,
} from '../settings/kinds.ts'
import { option } from '../settings/options.ts'
import type { ValuesOf } from '../settings/setting.ts'

const GIB = 1024 ** 3

/** Every option of the server itself; dialects have their own. */
export const SERVER_OPTIONS = {
  listen: option('listen', address, { host: '127.0.0.1', port: 8440 }, 'address to listen on'),
  publicUrl: option('public_url', baseUrl, '', 'base of every URL handed out (default: http://<listen>)'),
  virtualHosts: option(
    'virtual_hosts',
    domainList,
    [],
    'domains below which names of buckets are host names: bucket.<domain>',
  ),
  inlineActiveTypes: option(
    'inline_active_types',
    mediaTypes,
    false,
    'types that can run, such as "application/pdf", shown in browsers where a signed link says inline; true: all',
  ),
  dataDir: option('data_dir', text, './data', 'folder of the embedded stores'),
  demoAccount: option(
    'demo_account',
    oneOf('loopback', 'always'),
    'loopback',
    'where no accounts are configured, a demo account is made: loopback: if no other machine can call; always',
  ),
  secretKeyFile: option(
    'secret_key_file',
    text,
    '',
    'key that seals stored secrets, the same for all nodes (default: secret.key in data_dir)',
  ),
  metadata: option('metadata', wordOrUrl('sqlite', 'postgres'), 'sqlite', 'where facts are kept', {
    isSecret: true,
  }),
  blobs: option('blobs', wordOrUrl('disk', 's3'), 'disk', 'where bytes are kept'),
  directUploads: option(
    'direct_uploads',
    boolean,
    false,
    'with s3:// blobs: upload URLs lead clients straight to the S3 store',
  ),
  directDownloads: option(
    'direct_downloads',
    boolean,
    false,
    'with s3:// blobs: links to whole objects lead clients straight to the S3 store, unchecked',
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
  bufferedSizeMax: option(
    'buffered_bytes_max',
    integer(8 * 1024 ** 2, 64 * GIB),
    64 * 1024 ** 2,
    'memory in bytes for all request bodies that are kept whole; more wait, and are refused for now',
  ),
  sweepIntervalS: option(
    'sweep_interval_s',
    integer(1, 86_400),
    10,
    'seconds between sweeps for unused bytes',
  ),
  scrubDays: option(
    'scrub_days',
    integer(0, 3650),
    30,
    'days between looks at all facts and bytes in the background; 0 for none',
  ),
  scrubRateMb: option('scrub_rate_mb', integer(1, 100_000), 20, 'megabytes a second that these looks read'),
  diskReserve: option(
    'disk_reserve_bytes',
    integer(0, 1024 * GIB),
    64 * 1024 ** 2,
    'free bytes of the disk below which nothing is taken that makes the stores larger',
  ),
}

export type ServerOptions = ValuesOf<typeof SERVER_OPTIONS>
