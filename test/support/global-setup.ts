import { join } from 'node:path'
import { collectShownRows, type ShownRows } from '../coverage/shown.ts'
import { type OwnServer, startPostgres } from './postgres-server.ts'
import { type S3Server, s3ServerMissing, startS3 } from './s3-server.ts'

let postgres: OwnServer | null = null
let s3: S3Server | null = null
let shownRows: ShownRows | null = null

/**
 * Runs once before all test files of a run: starts what they share, and tells them by the environment. Whoever names servers
 * of his own keeps them. A file that runs alone, without this, starts what it needs itself.
 * With `STOWAGE_TEST_RUN` the run is a whole one, and fails where a marker of a coverage row was not reached in it.
 */
export async function globalSetup(): Promise<void> {
  shownRows = collectShownRows()
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
  const missing = shownRows?.missing() ?? []
  if (missing.length === 0) return
  const what = 'markers of coverage rows that were not reached in this run'
  process.stderr.write(`${what}:\n${missing.map((row) => `- ${row}\n`).join('')}`)
  throw new Error(what) // fails the run, which does not print it
}
