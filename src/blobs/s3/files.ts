import type { S3Client } from '@aws-sdk/client-s3'
import type { SegmentWriter } from '../../core/ports/blobs.ts'
import { storageFailed } from '../failures.ts'
import type { Listing } from './listing.ts'
import { readObject } from './reader.ts'
import type { Requests } from './requests.ts'

/** Objects below a prefix by paths of their own, as files of a folder. */
export interface S3Files {
  /** The object is there once the writer has finished, in the place of one that was. */
  create(path: string): SegmentWriter
  /** All bytes. Fails with `storage-failed` where there is no such object. */
  read(path: string): AsyncGenerator<Uint8Array>
  /** Those below a folder, in order of path; sizes in bytes. */
  list(folder: string): Promise<readonly { readonly path: string; readonly size: number }[]>
  /** One that is not there is fine. */
  remove(paths: readonly string[]): Promise<void>
}

export interface S3FilesSetup {
  readonly client: S3Client
  readonly bucket: string
  readonly prefix: string
  readonly requests: Requests
  readonly listing: Listing
  readonly open: (key: string) => SegmentWriter
}

export const createS3Files = ({
  client,
  bucket,
  prefix,
  requests,
  listing,
  open,
}: S3FilesSetup): S3Files => ({
  create: (path) => open(`${prefix}${path}`),
  read: async function* (path) {
    const key = `${prefix}${path}`
    const found = await requests.stat(key)
    if (found === null) throw storageFailed(`there is no object ${path}`)
    yield* readObject(client, bucket, key, 0, found.size)
  },
  list: async (folder) => {
    const files: { path: string; size: number }[] = []
    for await (const { key, size } of listing.objects(`${prefix}${folder}/`))
      files.push({ path: key.slice(prefix.length), size })
    return files.sort((one, other) => (one.path < other.path ? -1 : 1))
  },
  remove: (paths) => listing.remove(paths.map((path) => `${prefix}${path}`)),
})
