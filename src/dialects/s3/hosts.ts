import type { VendorHost } from '../../settings/hosts.ts'

/** None: a listener of its own serves these calls, by whatever name it is reached. */
export const HOSTS: readonly VendorHost[] = []

/** Names of buckets in host names, where nothing else is configured: names below `localhost` lead to the machine itself. */
export const BUCKET_HOSTS: readonly VendorHost[] = [
  { name: '*.s3.amazonaws.com' },
  { name: '*.s3.{region}.amazonaws.com' },
  { name: '*.s3.localhost' },
]
