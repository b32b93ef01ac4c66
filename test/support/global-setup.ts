import { join } from 'node:path'
import { type OwnServer, startPostgres } from './postgres-server.ts'
import { type S3Server, s3ServerMissing, startS3 } from './s3-server.ts'

let postgres: OwnServer | null = null
let s3: S3Server | null = null

/**
 * Runs once before all test files of a run: starts what they share, and tells them by the environment. Whoever names servers
 * of his own keeps them. A file that runs alone, without this, starts what it needs itself.
 */
export async function globalSetup(): Promise<void> {
  // Many processes and threads load the same sources. A coverage run has to compile them itself to count well.
  if (process.env.NODE_V8_COVERAGE === undefined) {
    process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '../../node_modules/.cache/compiled')
  }
  if (process.env.STOWAGE_TEST_POSTGRES === undefined) {
    postgres = await startPostgres()
    process.env.STOWAGE_TEST_POSTGRES = postgres.url
  }
  if (process.env.STOWAGE_TEST_S3 === undefined && s3ServerMissing() === false) {
    s3 = await startS3()
    process.env.STOWAGE_TEST_S3_SERVER = JSON.stringify({ port: s3.port, keys: s3.keys })
  }
}

export async function globalTeardown(): Promise<void> {
  await postgres?.close()
  await s3?.close()
}
