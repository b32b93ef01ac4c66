import type { VendorHost } from '../../../src/settings/hosts.ts'

/** What its clients have for a host where nobody tells them another one. */
export const HOSTS: readonly VendorHost[] = [
  { name: 'fifth-dialect.example' },
  { name: '*.fifth-dialect.example' },
]
