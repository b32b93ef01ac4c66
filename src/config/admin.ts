import { addressOrOff, orNull, secret } from '../settings/kinds.ts'
import { option } from '../settings/options.ts'
import type { ValuesOf } from '../settings/setting.ts'

/** Where operators are served if nothing else is said. */
export const ADMIN_ADDRESS = { host: '127.0.0.1', port: 8442 }

/** The `[admin]` section of the configuration. */
export const ADMIN_OPTIONS = {
  listen: option(
    'admin.listen',
    orNull(addressOrOff),
    null,
    `address to listen on for operators, "" for none (default: ${ADMIN_ADDRESS.host}:${ADMIN_ADDRESS.port})`,
  ),
  token: option(
    'admin.token',
    secret,
    '',
    "the operator's token, the same for all nodes (default: made in data_dir, in the file admin-token)",
    { isSecret: true },
  ),
}

export type AdminOptions = ValuesOf<typeof ADMIN_OPTIONS>
