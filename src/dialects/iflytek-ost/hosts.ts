import type { VendorHost } from '../../settings/hosts.ts'

/** Tasks over what was uploaded. */
export const TASK_HOSTS: readonly VendorHost[] = [{ name: 'ost-api.xfyun.cn' }]

/** Uploads, and tasks. */
export const HOSTS: readonly VendorHost[] = [{ name: 'upload-ost-api.xfyun.cn' }, ...TASK_HOSTS]
