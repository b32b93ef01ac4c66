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

/** VOD, IAM, OBS, and the CDN of play URLs. */
export const HOSTS: readonly VendorHost[] = [
  { name: 'vod.{region}.myhuaweicloud.com', regions },
  { name: 'iam.{region}.myhuaweicloud.com', regions },
  { name: 'iam.myhuaweicloud.com' },
  { name: 'obs.{region}.myhuaweicloud.com', regions },
  ...BUCKET_HOSTS,
  { name: '*.cdn-vod.huaweicloud.com' },
]
