import type { VendorHost } from '../../settings/hosts.ts'

const regions = [
  ...['ap-beijing', 'ap-nanjing', 'ap-shanghai', 'ap-guangzhou', 'ap-chengdu', 'ap-chongqing'],
  ...['ap-hongkong', 'ap-singapore'],
]

/** Buckets of objects: `examplebucket-1250000000.cos.ap-beijing.myqcloud.com`. */
export const BUCKET_HOSTS: readonly VendorHost[] = [
  { name: '*.cos.{region}.myqcloud.com', regions },
  { name: '*.cos.{region}.tencentcos.cn', regions },
]

/** The service of objects, by region. */
export const STORAGE_HOSTS: readonly VendorHost[] = [
  { name: 'service.cos.myqcloud.com' },
  { name: 'cos.{region}.myqcloud.com', regions },
  { name: 'cos.{region}.tencentcos.cn', regions },
]

/** SMH for all, each library's own name, and COS. */
export const HOSTS: readonly VendorHost[] = [
  { name: 'api.tencentsmh.cn' },
  { name: '*.api.tencentsmh.cn' },
  ...STORAGE_HOSTS,
  ...BUCKET_HOSTS,
]
