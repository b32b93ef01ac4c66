import { CoreError } from '../errors.ts'
import { ALL_RIGHTS, type Right, type Rights } from '../model/accounts.ts'

/** Where a call does something, in the names that clients use. */
export interface Reach {
  /** Null: the account as a whole. */
  readonly bucket: string | null
  /** What the keys of all objects that the call may touch begin with: an object's whole key, or empty for the whole bucket. */
  readonly key: string
}

/**
 * Whether a key may do something there. A key with a list of buckets may do nothing for the account as a whole, and one with a
 * prefix nothing outside of it: it may list what lies under its prefix, but not the whole bucket.
 */
export function may(rights: Rights, need: Right, reach: Reach): boolean {
  return rights.may.includes(need) && isWithin(rights, reach)
}

/** Refuses what a key may not do. Errors: `access-denied`. */
export function requireRight(rights: Rights, need: Right, reach: Reach): void {
  if (may(rights, need, reach)) return
  throw new CoreError('access-denied', `the key may not ${need} there`, { need })
}

/** Whether a key may do all everywhere. */
export const mayAll = ({ may, prefix, buckets }: Rights): boolean =>
  prefix === null && buckets === null && ALL_RIGHTS.may.every((right) => may.includes(right))

function isWithin({ buckets, prefix }: Rights, { bucket, key }: Reach): boolean {
  const isInBucket = buckets === null || (bucket !== null && buckets.includes(bucket))
  return isInBucket && (prefix === null || key.startsWith(prefix))
}
