import { isObject } from '../../../http/json-shapes.ts'
import { PlaneError } from '../../../object-plane/errors.ts'
import type { AnonymousAsked, PlaneSigner } from '../../../object-plane/types.ts'
import type { S3Context } from '../calls/call.ts'
import { mayRead, readPolicy } from '../wire/policy.ts'

const LISTS: readonly string[] = ['list', 'head-bucket']

/**
 * Who reads without a signature: everybody, where the policy of the public bucket of that name says so. Counts for the bucket's account. Throws
 * `access-denied`, whether or not anything is there.
 */
export async function anonymousReader(
  { core, accounts }: S3Context,
  { path, bucket: hosted, operation, queries }: AnonymousAsked,
): Promise<PlaneSigner> {
  const [, first = '', ...rest] = path.split('/')
  const name = hosted ?? first
  const key = hosted === null ? rest.join('/') : [first, ...rest].join('/')
  // What stands beside an object's bytes is not what everybody reads.
  const isAsked = operation === 'get' ? queries.length === 0 : LISTS.includes(operation)
  const bucket = isAsked ? await core.buckets.findPublic(name) : null
  const policy = bucket?.settings.policy
  if (bucket === null || accounts.byId(bucket.account) === null || !isObject(policy ?? null)) throw denied()
  const { text } = policy as { readonly text?: unknown }
  const reading = readPolicy(String(text), name)
  const isAllowed = operation === 'get' ? mayRead(reading, key) : reading.mayList
  if (!isAllowed) throw denied()
  return {
    ...{ account: bucket.account, bodySha256: null, isAnonymous: true },
    rights: { may: ['read'], buckets: [name], prefix: null },
  }
}

const denied = (): PlaneError => new PlaneError('access-denied', 'nobody has signed, and not everybody may')
