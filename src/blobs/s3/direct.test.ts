import { directContract } from '../../../test/contracts/direct.ts'
import { describeS3, inPrefix, newBucket, type S3Bucket } from '../../../test/support/s3.ts'
import { openS3Blobs } from './index.ts'

describeS3('direct access to the S3 store', () => {
  let bucket: Promise<S3Bucket> | null = null
  directContract('s3', async () => {
    bucket ??= newBucket()
    const place = inPrefix(await bucket)
    const blobs = await openS3Blobs(place)
    return {
      blobs,
      list: () => blobs.listSegments(),
      dispose: async () => {
        await blobs.remove(await blobs.listSegments())
        await blobs.close()
      },
    }
  })
})
