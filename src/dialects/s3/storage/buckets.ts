import type { AccountId } from '../../../core/ids.ts'
import { type Bucket, type BucketName, stableName, userBucket } from '../../../core/model/buckets.ts'
import type { BucketTarget, PlaneBucketLife } from '../../../object-plane/contents.ts'
import { PlaneError } from '../../../object-plane/errors.ts'
import type { S3Context } from '../calls/call.ts'
import { asBucketError } from '../errors.ts'

const PAGE = 1000

/** The bucket that clients call so. */
export const bucketOf = (name: string): BucketName => userBucket(name)

/** Buckets as users make them, and those of dialects beside them. */
export function bucketLife({ core }: S3Context): PlaneBucketLife {
  const { buckets } = core
  return {
    list: async (account) => (await allBuckets(core, account)).map(shown),
    find: async ({ account, bucket }) => {
      const found = await buckets.named(account, bucket)
      return found === null ? null : shown(found)
    },
    create: async ({ account, bucket }, settings) => {
      try {
        await buckets.make({ account, name: bucket, settings })
      } catch (error) {
        const isOwn = (await buckets.find({ account, bucket: bucketOf(bucket) })) !== null
        throw asBucketError(error, isOwn)
      }
    },
    remove: async (target) => {
      const { account, name } = await ownBucket({ core }, target)
      await endUploads(core, { account, bucket: name })
      await buckets.remove({ account, bucket: name })
    },
  }
}

/**
 * A bucket that the account's users made. Throws `no-such-bucket`, and `access-denied` for a dialect's: what is in it changes by the
 * dialect's own calls.
 */
export async function ownBucket(
  { core }: Pick<S3Context, 'core'>,
  { account, bucket }: BucketTarget,
): Promise<Bucket> {
  const found = await core.buckets.named(account, bucket)
  if (found === null) throw new PlaneError('no-such-bucket', 'no such bucket')
  if (core.buckets.isReserved(bucket)) throw new PlaneError('access-denied', "the bucket is a dialect's")
  return found
}

/** Ends what is unfinished in an empty bucket: S3 removes it with the bucket. */
async function endUploads(
  { buckets, uploads }: S3Context['core'],
  at: { readonly account: AccountId; readonly bucket: BucketName },
): Promise<void> {
  const { entries } = await buckets.listKeys({ ...at, prefix: '', delimiter: null, after: '', limit: 1 })
  if (entries.length > 0) return
  for (;;) {
    const page = await uploads.list({
      ...at,
      prefix: '',
      delimiter: null,
      after: '',
      afterId: null,
      limit: PAGE,
    })
    for (const entry of page.entries)
      if (entry.kind === 'upload') await uploads.abort({ account: at.account, id: entry.upload.id })
    if (page.next === null) return
  }
}

async function allBuckets({ buckets }: S3Context['core'], account: AccountId): Promise<readonly Bucket[]> {
  const found: Bucket[] = []
  for (;;) {
    const page = await buckets.list({ account, owner: null, after: found.at(-1)?.name ?? null, limit: PAGE })
    found.push(...page)
    if (page.length < PAGE) return found
  }
}

const shown = ({ name, createdAt }: Bucket) => ({ name: stableName(name), createdAt })
