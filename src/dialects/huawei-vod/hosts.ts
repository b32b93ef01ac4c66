import type { VendorHost } from '../../settings/hosts.ts'

/** Those of the vendor's SDKs (`VodRegion`). */
const regions = [
  'cn-north-1',
  'cn-north-4',
  'cn-east-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
]

/** Buckets of objects: `vod-bucket-1-cn-north-4.obs.cn-north-4.myhuaweicloud.com`. */
export const BUCKET_HOSTS: readonly VendorHost[] = [
  { name: '*.obs.{region}.myhuaweicloud.com', regions, below: ['vod-bucket-1-{region}'] },
]

/** The service of objects, by region. */
export const STORAGE_HOSTS: readonly VendorHost[] = [{ name: 'obs.{region}.myhuaweicloud.com', regions }]

/** Who calls are made by. */
export const IAM_HOSTS: readonly VendorHost[] = [
  { name: 'iam.{region}.myhuaweicloud.com', regions },
  { name: 'iam.myhuaweicloud.com' },
]

/** The CDN of play URLs. */
export const PLAY_HOSTS: readonly VendorHost[] = [{ name: '*.cdn-vod.huaweicloud.com' }]

/** VOD, IAM, OBS, and the CDN of play URLs. */
export const HOSTS: readonly VendorHost[] = [
  { name: 'vod.{region}.myhuaweicloud.com', regions },
  ...IAM_HOSTS,
  ...STORAGE_HOSTS,
  ...BUCKET_HOSTS,
  ...PLAY_HOSTS,
]
