import type { AccountId } from '../../../core/ids.ts'
import { type Bucket, type BucketName, stableName, userBucket } from '../../../core/model/buckets.ts'
import type { PlaneBucketLife } from '../../../object-plane/contents.ts'
import type { S3Context } from '../calls/call.ts'
import { asBucketError } from '../errors.ts'

const PAGE = 1000

/** The bucket that clients call so. */
export const bucketOf = (name: string): BucketName => userBucket(name)

/** Buckets as users make them. */
export function bucketLife({ core }: S3Context): PlaneBucketLife {
  const { buckets } = core
  return {
    list: async (account) => (await allBuckets(core, account)).map(shown),
    find: async ({ account, bucket }) => {
      const found = await buckets.find({ account, bucket: bucketOf(bucket) })
      return found === null ? null : shown(found)
    },
    create: async ({ account, bucket }) => {
      try {
        await buckets.make({ account, name: bucket, settings: {} })
      } catch (error) {
        const isOwn = (await buckets.find({ account, bucket: bucketOf(bucket) })) !== null
        throw asBucketError(error, isOwn)
      }
    },
    remove: ({ account, bucket }) => buckets.remove({ account, bucket: bucketOf(bucket) }),
  }
}

async function allBuckets({ buckets }: S3Context['core'], account: AccountId): Promise<readonly Bucket[]> {
  const found: Bucket[] = []
  for (;;) {
    const page = await buckets.list({ account, owner: '', after: found.at(-1)?.name ?? null, limit: PAGE })
    found.push(...page)
    if (page.length < PAGE) return found
  }
}

const shown = ({ name, createdAt }: Bucket) => ({ name: stableName(name), createdAt })
