import type { VendorHost } from '../../settings/hosts.ts'

const regions = ['cn-beijing', 'cn-shanghai', 'cn-guangzhou', 'cn-hongkong', 'ap-southeast-1']
/** The region that the service's own SDKs sign with is the first. */
const apiRegions = ['cn-north-1', ...regions]

/** Buckets of objects: `volc-voice-resource-bucket.tos-cn-beijing.volces.com`. */
export const BUCKET_HOSTS: readonly VendorHost[] = [
  { name: '*.tos-{region}.volces.com', regions, below: ['volc-voice-resource-bucket'] },
  { name: '*.tos-{region}.ivolces.com', regions, below: ['volc-voice-resource-bucket'] },
]

/** The service of objects, by region. */
export const STORAGE_HOSTS: readonly VendorHost[] = [
  { name: 'tos-{region}.volces.com', regions },
  { name: 'tos-{region}.ivolces.com', regions },
]

/** The service's own SDKs have the first name; those for all services put a name together from service and region, or have `open`. */
export const HOSTS: readonly VendorHost[] = [
  { name: 'cloud-vms.volcengineapi.com' },
  { name: 'vms.volcengineapi.com' },
  { name: 'vms.{region}.volcengineapi.com', regions: apiRegions },
  { name: 'vms.{region}.volcengine-api.com', regions: apiRegions },
  { name: 'open.volcengineapi.com' },
  ...STORAGE_HOSTS,
  ...BUCKET_HOSTS,
]
