import { openS3Blobs } from '../blobs/s3/index.ts'
import type { Place } from './place.ts'
import { toStore, writeAll } from './writing.ts'

/** A prefix of a bucket. Errors: those of opening an S3 store. */
export async function openS3Place(url: string): Promise<Place> {
  const store = await openS3Blobs({ url })
  const { files } = store
  return {
    write: (path, source) => writeAll(() => files.create(path), source),
    read: (path) => files.read(path),
    list: (folder) => files.list(folder),
    remove: (paths) => toStore(() => files.remove(paths)),
    settle: async () => {},
    close: () => store.close(),
  }
}
