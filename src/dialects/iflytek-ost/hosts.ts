import type { VendorHost } from '../../settings/hosts.ts'

/** Uploads, and tasks over what was uploaded. */
export const HOSTS: readonly VendorHost[] = [
  { name: 'upload-ost-api.xfyun.cn' },
  { name: 'ost-api.xfyun.cn' },
]
