import { createDatabase } from '../test/support/postgres.ts'
import { startPostgres } from '../test/support/postgres-server.ts'
import { startS3 } from '../test/support/s3-server.ts'

/** The stores that attacked servers have. */
export interface Stores {
  /** The settings of a server, with empty stores of its own. */
  settings(): Promise<Readonly<Record<string, string>>>
  close(): Promise<void>
}

export async function openStores(kind: 'embedded' | 'shared'): Promise<Stores> {
  if (kind === 'embedded') return { settings: async () => ({}), close: async () => undefined }
  const [postgres, s3] = await Promise.all([startPostgres(), startS3()])
  process.env.STOWAGE_TEST_POSTGRES = postgres.url
  return {
    settings: async () => {
      const [database, bucket] = await Promise.all([createDatabase(), s3.newBucket()])
      process.env.AWS_ACCESS_KEY_ID = s3.keys.accessKeyId
      process.env.AWS_SECRET_ACCESS_KEY = s3.keys.secretAccessKey
      return { metadata: database.url, blobs: bucket.url }
    },
    close: async () => {
      await Promise.all([postgres.close(), s3.close()])
    },
  }
}
