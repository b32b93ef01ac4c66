import { startPostgres } from '../test/support/postgres-server.ts'
import { s3ServerMissing, startS3 } from '../test/support/s3-server.ts'
import { Impossible } from './proof.ts'

export interface SharedStores {
  /** Of the nodes. Where the S3 server is, and its keys, stands in the environment of this process and all that it starts. */
  readonly settings: { readonly metadata: string; readonly blobs: string }
  readonly s3Endpoint: string
}

/** The environment of a node that is to find its S3 server there. */
export const s3At = (endpoint: string) => ({ AWS_ENDPOINT_URL_S3: endpoint })

/** Runs what needs a PostgreSQL and an S3 server, with new ones. Throws Impossible where there is no S3 server. */
export async function withSharedStores(work: (stores: SharedStores) => Promise<void>): Promise<void> {
  const missing = s3ServerMissing()
  if (missing !== false) throw new Impossible(missing)
  const [postgres, s3] = await Promise.all([startPostgres(), startS3()])
  const blobs = new URL(s3.url)
  const s3Endpoint = blobs.searchParams.get('endpoint') ?? ''
  // So nodes that reach it by different ways have the same store.
  blobs.searchParams.delete('endpoint')
  Object.assign(process.env, s3.env, s3At(s3Endpoint))
  try {
    await work({ settings: { metadata: postgres.url, blobs: blobs.href }, s3Endpoint })
  } finally {
    await s3.close()
    await postgres.close()
  }
}
