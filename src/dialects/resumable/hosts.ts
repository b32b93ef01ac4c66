import type { VendorHost } from '../../settings/hosts.ts'

/** No client has a host of its own. */
export const HOSTS: readonly VendorHost[] = []
