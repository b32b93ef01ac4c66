import type { Right } from '../core/model/accounts.ts'

/**
 * Everything that the plane does, with the right that it needs. A HEAD is a get, a form a post. An abort takes back what its
 * uploader wrote.
 */
export const OPERATIONS = {
  get: 'read',
  put: 'write',
  post: 'write',
  initiate: 'write',
  'list-parts': 'read',
  complete: 'write',
  abort: 'write',
  delete: 'delete',
} as const satisfies Readonly<Record<string, Right>>

/** What is done with a whole bucket, or with all of an account's. */
export const BUCKET_OPERATIONS = {
  'list-buckets': 'read',
  'head-bucket': 'read',
  'create-bucket': 'admin',
  'remove-bucket': 'admin',
  list: 'read',
  'delete-many': 'delete',
  'list-uploads': 'read',
  'get-setting': 'read',
  'put-setting': 'admin',
} as const satisfies Readonly<Record<string, Right>>

export type BucketOperation = keyof typeof BUCKET_OPERATIONS

export type PlaneOperation = keyof typeof OPERATIONS

export const PLANE_OPERATIONS = Object.keys(OPERATIONS) as readonly PlaneOperation[]

/**
 * What a policy allows of what a signer's rights do: whether an operation may be done on an object, by its bucket and key as clients name
 * them, or on a bucket, with what the keys begin with that it is about. A signer without one may do all that its rights say.
 */
export type PlaneAllows = (
  operation: PlaneOperation | BucketOperation,
  target: { readonly bucket: string; readonly key: string },
) => boolean
