import { createDatabase } from './postgres.ts'
import { newBucket } from './s3.ts'

/** `STOWAGE_TEST_STORES=postgres+s3` runs test servers on those instead of the embedded stores. */
const isShared = process.env.STOWAGE_TEST_STORES === 'postgres+s3'

/** Why a test that looks at the disk store itself is skipped, or false where it is the one in use. */
export const notOnDisk: string | false = isShared
  ? 'looks at the disk store, which these servers do not have'
  : false

const settingsByFolder = new Map<string, Promise<Readonly<Record<string, string>>>>()

/**
 * The settings of the stores that a test server on `dataDir` has: none for the embedded ones, else a database and a bucket of
 * its own, the same ones when a server is started on the same folder again.
 */
export function storeSettings(dataDir: string): Promise<Readonly<Record<string, string>>> {
  if (!isShared) return Promise.resolve({})
  const known = settingsByFolder.get(dataDir) ?? createStores()
  settingsByFolder.set(dataDir, known)
  return known
}

/** The S3 keys go where the server finds them: into the environment of this process and of those that it spawns. */
async function createStores(): Promise<Readonly<Record<string, string>>> {
  const [database, bucket] = await Promise.all([createDatabase(), newBucket()])
  if (bucket.keys !== undefined) {
    process.env.AWS_ACCESS_KEY_ID = bucket.keys.accessKeyId
    process.env.AWS_SECRET_ACCESS_KEY = bucket.keys.secretAccessKey
  }
  return { metadata: database.url, blobs: bucket.url }
}
