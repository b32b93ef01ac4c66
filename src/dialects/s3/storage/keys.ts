import { isCoreError } from '../../../core/errors.ts'
import type { PlaneKeys } from '../../../object-plane/contents.ts'
import { PlaneError } from '../../../object-plane/errors.ts'
import type { S3Context } from '../calls/call.ts'
import { bucketOf } from './buckets.ts'
import { etagOf } from './objects.ts'

/** What can be done with the keys of a bucket. */
export function createKeys({ core }: S3Context): PlaneKeys {
  return {
    list: ({ account, bucket }, range) =>
      core.buckets.listKeys({ account, bucket: bucketOf(bucket), ...range }),
    etagOf,
    remove: async ({ account, bucket, key }) => {
      const at = { account, bucket: bucketOf(bucket) }
      try {
        await core.objects.delete({ ...at, key })
      } catch (error) {
        if (!isCoreError(error, 'object-not-found')) throw error
        if ((await core.buckets.find(at)) === null) throw new PlaneError('no-such-bucket', 'no such bucket')
      }
    },
    copy: async () => {
      throw new PlaneError('not-implemented', 'copies')
    },
  }
}
