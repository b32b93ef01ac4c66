import { rmSync } from 'node:fs'
import { openDiskBlobs } from '../../src/blobs/disk/index.ts'
import { openS3Blobs } from '../../src/blobs/s3/index.ts'
import type { BlobHarness } from '../contracts/blobs.ts'
import { temporaryFolder } from './folder.ts'
import type { S3Bucket } from './s3.ts'

/** An empty disk store in a folder of its own. */
export async function diskHarness(durability: 'strict' | 'relaxed'): Promise<BlobHarness> {
  const dir = temporaryFolder()
  const blobs = await openDiskBlobs({ dir, durability })
  return {
    blobs,
    list: () => blobs.listSegments(),
    dispose: async () => {
      await blobs.close()
      rmSync(dir, { recursive: true })
    },
  }
}

/** An S3 store on a place that has to be empty, and is empty again at the end. */
export async function s3Harness(place: S3Bucket): Promise<BlobHarness> {
  const blobs = await openS3Blobs(place)
  return {
    blobs,
    list: () => blobs.listSegments(),
    dispose: async () => {
      await blobs.close()
      const left = await blobs.listSegments()
      if (left.length === 0) return
      const again = await openS3Blobs(place)
      await again.remove(left)
      await again.close()
    },
  }
}
