import type { Right } from '../core/model/accounts.ts'

/** Everything that the plane does, with the right that it needs. A HEAD is a get, a form a post. An abort takes back what its uploader wrote. */
export const OPERATIONS = {
  get: 'read',
  put: 'write',
  post: 'write',
  initiate: 'write',
  'list-parts': 'read',
  complete: 'write',
  abort: 'write',
} as const satisfies Readonly<Record<string, Right>>

export type PlaneOperation = keyof typeof OPERATIONS

export const PLANE_OPERATIONS = Object.keys(OPERATIONS) as readonly PlaneOperation[]
