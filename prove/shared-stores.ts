import type { SharedStores } from '../test/cluster/topology.ts'
import { startPostgres } from '../test/support/postgres-server.ts'
import { s3ServerMissing, startS3 } from '../test/support/s3-server.ts'
import { Impossible } from './proof.ts'

/** Runs what needs a PostgreSQL and an S3 server, with new ones. Throws Impossible where there is no S3 server. */
export async function withSharedStores(work: (stores: SharedStores) => Promise<void>): Promise<void> {
  const missing = s3ServerMissing()
  if (missing !== false) throw new Impossible(missing)
  const [postgres, s3] = await Promise.all([startPostgres(), startS3()])
  Object.assign(process.env, s3.env)
  try {
    await work({ settings: { metadata: postgres.url, blobs: s3.url }, env: s3.env })
  } finally {
    await s3.close()
    await postgres.close()
  }
}
