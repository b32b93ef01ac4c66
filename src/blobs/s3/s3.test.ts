import { blobContract } from '../../../test/contracts/blobs.ts'
import { directContract } from '../../../test/contracts/direct.ts'
import { describeS3, inPrefix, newBucket, type S3Bucket } from '../../../test/support/s3.ts'
import { openS3Blobs } from './index.ts'

describeS3('the S3 store', () => {
  let bucket: Promise<S3Bucket> | null = null
  const open = async () => {
    bucket ??= newBucket()
    const blobs = await openS3Blobs(inPrefix(await bucket))
    return {
      blobs,
      list: () => blobs.listSegments(),
      dispose: async () => {
        await blobs.remove(await blobs.listSegments()).catch(() => {})
        await blobs.close()
      },
    }
  }
  blobContract('s3', open)
  directContract('s3', open)
})
