import { rmSync } from 'node:fs'
import { openDiskBlobs, openDiskInventory } from '../../src/blobs/disk/index.ts'
import { openS3Blobs } from '../../src/blobs/s3/index.ts'
import type { SegmentName } from '../../src/core/ids.ts'
import type { AssemblyHarness } from '../contracts/assembly.ts'
import type { BlobHarness } from '../contracts/blobs.ts'
import { temporaryFolder } from './folder.ts'
import { openUploads, type S3Bucket, uploadsHidden } from './s3.ts'

/** An empty disk store in a folder of its own. */
export async function diskHarness(durability: 'strict' | 'relaxed'): Promise<BlobHarness> {
  const dir = temporaryFolder()
  const blobs = await openDiskBlobs({ dir, durability })
  return {
    blobs,
    // A test may close its store, and ask for what is there then.
    list: () => openDiskInventory(dir).listSegments(),
    dispose: async () => {
      await blobs.close()
      rmSync(dir, { recursive: true })
    },
  }
}

/** An S3 store on a place that has to be empty, and is empty again at the end. */
export async function s3Harness(place: S3Bucket): Promise<BlobHarness> {
  const [blobs, watcher] = [await openS3Blobs(place), await openS3Blobs(place)]
  return {
    blobs,
    list: () => watcher.listSegments(),
    dispose: async () => {
      await blobs.close()
      await watcher.remove(await watcher.listSegments())
      await watcher.close()
    },
  }
}

/** Two nodes on a place that has to be empty, and is empty again at the end. */
export async function s3Assemblies(place: S3Bucket): Promise<AssemblyHarness> {
  const [blobs, other, watcher] = [
    await openS3Blobs(place),
    await openS3Blobs(place),
    await openS3Blobs(place),
  ]
  return {
    ...{ blobs, other },
    list: () => watcher.listSegments(),
    hidesOpen: uploadsHidden !== false,
    listOpen: async () => (await openUploads(place)).map(nameOf),
    dispose: async () => {
      await watcher.sweepMultipart(Number.MAX_SAFE_INTEGER)
      await watcher.remove(await watcher.listSegments())
      for (const store of [blobs, other, watcher]) await store.close()
    },
  }
}

/** The segment that a key of the bucket is of. */
export const nameOf = (key: string): SegmentName => key.slice(key.lastIndexOf('/') + 1) as SegmentName
