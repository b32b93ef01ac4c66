import type { Rights } from '../core/model/accounts.ts'
import { requireRight } from '../core/rules/rights.ts'
import { PlaneError } from './errors.ts'
import { BUCKET_OPERATIONS, type BucketOperation } from './operations.ts'
import type { PlaneNamespace, PlaneSigner } from './types.ts'

/** What a policy does not allow. */
export const policyDenies = (): PlaneError =>
  new PlaneError('access-denied', 'the policy of the credentials does not allow it')

/**
 * Throws `access-denied` for a bucket that the signer's account has no part in, and for temporary credentials of one thing alone; and
 * `not-implemented` where no bucket is named, and none is meant.
 */
export function requireOwnBucket(
  { buckets }: PlaneNamespace,
  operation: BucketOperation,
  bucket: string,
  signer: PlaneSigner,
): void {
  if (signer.grant !== undefined)
    throw new PlaneError('access-denied', 'the credentials are for no whole bucket')
  if (operation === 'list-buckets') return
  if (bucket === '' && !buckets.isImplied)
    throw new PlaneError('not-implemented', 'there is no such request about the service here')
  if (!buckets.isOf(bucket, signer.account))
    throw new PlaneError('access-denied', 'the bucket is of another account')
}

/** What the keys are that a list may show is seen later where it is left open; so is which buckets a list of them may show. */
export function requireBucketRight(
  given: Rights,
  operation: BucketOperation,
  { reachIn }: PlaneNamespace,
  bucket: string,
  prefix: string | null,
): void {
  const isList = operation === 'list-buckets'
  const rights = prefix === null || isList ? { ...given, prefix: null } : given
  const scope = isList ? { ...rights, buckets: null } : rights
  const key = prefix ?? ''
  requireRight(scope, BUCKET_OPERATIONS[operation], reachIn?.(bucket, key) ?? { bucket, key })
}
