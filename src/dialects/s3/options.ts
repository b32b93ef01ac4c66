import { addressOrOff, integer, matching, orNull } from '../../settings/kinds.ts'
import { option } from '../../settings/options.ts'
import type { ValuesOf } from '../../settings/setting.ts'

/** Where S3 is spoken if nothing else is said. */
export const STANDARD_ADDRESS = { host: '127.0.0.1', port: 8441 }

/** The `[s3]` section of the configuration. */
export const OPTIONS = {
  listen: option(
    's3.listen',
    orNull(addressOrOff),
    null,
    `address to listen on for S3, "" for none (default: ${STANDARD_ADDRESS.host}:${STANDARD_ADDRESS.port})`,
  ),
  tlsListen: option(
    's3.tls_listen',
    orNull(addressOrOff),
    null,
    'address to listen on for S3 by HTTPS, with the certificates of [tls] (default: none)',
  ),
  region: option(
    's3.region',
    matching(/^[a-z0-9-]{1,32}$/, '1 to 32 small letters, digits and hyphens'),
    'us-east-1',
    'what clients are told that the region is called; signatures may name any',
  ),
  uploadTtlS: option(
    's3.upload_ttl_s',
    integer(60, 365 * 86_400),
    7 * 86_400,
    'seconds that an upload of parts may take from its beginning or its last part on',
  ),
}

export type S3Options = ValuesOf<typeof OPTIONS>
